import { type Command, type Ended, parseCommand, type Running, startCommand } from "./command";
import { situation, unitEnvironment } from "./environment";
import { Group } from "./group";
import { type Result, resultOf } from "./outcome";
import type { Service } from "./service";

/** The main process as `systemctl show` tells of it; times in microseconds of the monotonic clock, 0 for never. */
export interface MainProcess {
    readonly pid: number;
    readonly lastPid: number;
    readonly code: number;
    readonly status: number;
    readonly started: number;
    readonly exited: number;
}

type Exec = "ExecStartPre" | "ExecStart" | "ExecStop" | "ExecStopPost";

/** One run of a service from ExecStartPre= to the end of ExecStopPost=. */
export class Activation {
    readonly #group: Group;
    #lostPlace = false;
    #preparing = false;
    // Only what was up, or a oneshot that is through, is stopped by ExecStop=.
    #up = false;

    constructor(readonly service: Service) {
        this.#group = new Group(service);
    }

    /** Runs to the end, whether by itself, by failure or because a stop is wanted. */
    async run(): Promise<Result> {
        let result = await this.#prepare();
        if (result === "success" && !this.service.isStopping()) result = await this.#work();
        if (this.#up) result = worse(result, await this.#stopCommands());
        if (!(await this.#group.end("stop-sigterm", "stop-sigkill"))) result = worse(result, "timeout");
        this.service.result = result;
        result = worse(result, await this.#commands("ExecStopPost", "stop-post"));
        return (await this.#group.end("final-sigterm", "final-sigkill")) ? result : worse(result, "timeout");
    }

    /** Before systemd 234 a reload loses the place among the commands before the start: the rest is never run. */
    reloaded(): void {
        if (!this.#preparing || this.#lostPlace || this.service.manager.machine.systemd >= 234) return;
        this.#lostPlace = true;
        this.service.manager.machine.note(this.service.name, "lost-place", "daemon-reload during ExecStartPre");
    }

    signal(name: NodeJS.Signals, who: string): void {
        this.#group.signal(name, who);
    }

    async #prepare(): Promise<Result> {
        this.#preparing = true;
        try {
            for (const command of this.#list("ExecStartPre")) {
                if (this.#lostPlace || this.service.isStopping()) break;
                this.service.set("activating", "start-pre");
                const result = await this.#control(command, true);
                if (result !== "success" && !command.mayFail) return result;
            }
            return "success";
        } finally {
            this.#preparing = false;
        }
    }

    async #work(): Promise<Result> {
        const { settings } = this.service.definition;
        const oneshot = settings.last("Service", "Type") === "oneshot";
        for (const command of this.#list("ExecStart")) {
            const result = await this.#main(command, oneshot);
            if (result !== "success" && !command.mayFail) return result;
            if (this.service.isStopping()) return "success";
        }
        this.#up = true;
        if (settings.flag("Service", "RemainAfterExit", false)) {
            this.service.set("active", "exited");
            this.service.started();
            await this.service.manager.alive(this.service.stopWanted.promise);
        }
        return "success";
    }

    async #main(command: Command, oneshot: boolean): Promise<Result> {
        const running = this.#start(command, {});
        this.#group.mainPid = running.pid;
        this.service.mainStarted(running.pid);
        this.service.set(oneshot ? "activating" : "active", oneshot ? "start" : "running");
        const recorded = running.ended.then((ended) => this.#ended(ended));
        if (!oneshot) {
            this.#up = true;
            this.service.started();
        }
        const limit = this.service.definition.settings.span("Service", "RuntimeMaxSec", Infinity);
        const first = await this.service.manager.first(limit, recorded, this.service.stopWanted.promise);
        if (first === undefined) return "timeout";
        if (first !== "stop") return first;
        if (this.#up) await this.#stopCommands();
        const orderly = await this.#group.end("stop-sigterm", "stop-sigkill");
        if (!orderly) return "timeout";
        return this.#group.mode === "none" ? "success" : this.service.manager.alive(recorded);
    }

    #ended(ended: Ended): Result {
        if (!this.service.manager.halted) this.service.mainEnded(ended);
        return resultOf(ended, this.service.definition.settings);
    }

    #stopCommands(): Promise<Result> {
        this.#up = false;
        return this.#commands("ExecStop", "stop");
    }

    async #commands(kind: Exec, sub: string): Promise<Result> {
        let result: Result = "success";
        for (const command of this.#list(kind)) {
            this.service.set("deactivating", sub);
            const one = await this.#control(command, false);
            if (!command.mayFail) result = worse(result, one);
        }
        return result;
    }

    /** Runs one command beside the main process. A stop ends it only while the unit is still starting. */
    async #control(command: Command, starting: boolean): Promise<Result> {
        const { manager, definition, stopWanted } = this.service;
        const running = this.#start(command, starting ? {} : situation(this.service));
        this.service.controlPid = running.pid;
        const key = starting ? "TimeoutStartSec" : "TimeoutStopSec";
        const span = definition.settings.span("Service", key, this.#group.timeout);
        const first = await manager.first(span, running.ended, starting ? stopWanted.promise : running.ended);
        if (first === undefined || first === "stop") await this.#group.end("stop-sigterm", "stop-sigkill", running.pid);
        this.service.controlPid = 0;
        if (first === "stop") return "success";
        return first === undefined ? "timeout" : resultOf(first, definition.settings);
    }

    #start(command: Command, extra: Readonly<Record<string, string>>): Running {
        const { manager, name } = this.service;
        const running = startCommand(manager.machine, name, command, { ...unitEnvironment(this.service), ...extra });
        this.#group.add(running);
        return running;
    }

    #list(kind: Exec): Command[] {
        const { definition, name } = this.service;
        return definition.settings.list("Service", kind).map((line) => parseCommand(line, name));
    }
}

function worse(first: Result, second: Result): Result {
    return first === "success" ? second : first;
}

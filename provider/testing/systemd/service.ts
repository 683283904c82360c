import { rmSync } from "node:fs";
import { join } from "node:path";
import { Activation, type MainProcess } from "./activation";
import { appendJournal } from "./command";
import { Deferred } from "./deferred";
import type { Definition } from "./load";
import type { Manager } from "./manager";
import { type Result, statusOf, wantsRestart } from "./outcome";
import { StartLimit } from "./start-limit";

/** How a job ended, in systemd's words. */
export type JobResult = "done" | "failed" | "canceled";

/** One unit: its state and the jobs on it. What an activation does is in {@link Activation}. */
export class Service {
    active = "inactive";
    sub = "dead";
    result: Result = "success";
    controlPid = 0;
    restarts = 0;
    main: MainProcess = { pid: 0, lastPid: 0, code: 0, status: 0, started: 0, exited: 0 };
    /** UnitFileState= as it was when first asked for: systemd remembers it until the next reload. */
    fileState: string | undefined;
    stopWanted = new Deferred<"stop">();
    readonly #limit = new StartLimit();
    #activation: Activation | undefined;
    #startJob: { readonly id: number; readonly ended: Deferred<JobResult> } | undefined;
    #queued: Deferred<JobResult> | undefined;
    #dead: Deferred<JobResult> | undefined;
    #wake = new Deferred<"start">();

    constructor(
        readonly manager: Manager,
        readonly name: string,
        public definition: Definition,
    ) {}

    get jobId(): number {
        return this.#startJob?.id ?? 0;
    }

    get idle(): boolean {
        return this.#dead === undefined;
    }

    isStopping(): boolean {
        return this.stopWanted.settled;
    }

    start(): Promise<JobResult> {
        if (this.#dead === undefined) return this.#launch();
        if (this.isStopping()) return (this.#queued ??= new Deferred()).promise;
        this.#wake.resolve("start");
        return this.#startJob?.ended.promise ?? Promise.resolve("done");
    }

    stop(): Promise<JobResult> {
        this.#queued?.resolve("canceled");
        this.#queued = undefined;
        if (this.#dead === undefined) return Promise.resolve("done");
        this.#endStartJob("canceled");
        this.stopWanted.resolve("stop");
        return this.#dead.promise;
    }

    async restart(): Promise<JobResult> {
        void this.stop();
        return this.start();
    }

    /** Forgets a failure and what counts towards the start limit. */
    reset(): void {
        this.#limit.reset();
        this.restarts = 0;
        if (this.active !== "failed") return;
        this.result = "success";
        this.set("inactive", "dead");
    }

    /** Takes over what the files say now. */
    reload(definition: Definition): void {
        this.definition = definition;
        this.fileState = undefined;
        this.#activation?.reloaded();
    }

    /** Processes of this unit, and which of them is the main one. */
    signal(name: NodeJS.Signals, who: string): void {
        this.#activation?.signal(name, who);
    }

    set(active: string, sub: string): void {
        if (this.active === active && this.sub === sub) return;
        this.active = active;
        this.sub = sub;
        this.manager.machine.note(this.name, `${active}/${sub}`, this.result === "success" ? undefined : this.result);
    }

    say(line: string): void {
        appendJournal(this.manager.machine, this.name, line);
    }

    /** A start has succeeded as far as its job is concerned. */
    started(): void {
        this.say(`Started ${this.definition.settings.last("Unit", "Description") ?? this.name}.`);
        this.#endStartJob("done");
    }

    mainStarted(pid: number): void {
        this.main = { pid, lastPid: pid, code: 0, status: 0, started: microseconds(), exited: 0 };
    }

    mainEnded(ended: { code: number; signal: NodeJS.Signals | null }): void {
        const { lastPid, started } = this.main;
        const code = ended.signal === null ? 1 : 2;
        this.main = { pid: 0, lastPid, code, status: statusOf(ended), started, exited: microseconds() };
        rmSync(join(this.manager.machine.root, "proc", String(lastPid)), { recursive: true, force: true });
        const how = ended.signal === null ? "exited" : "killed";
        this.say(`${this.name}: Main process exited, code=${how}, status=${this.main.status}`);
    }

    #launch(): Promise<JobResult> {
        this.restarts = 0;
        this.stopWanted = new Deferred();
        const ended = new Deferred<JobResult>();
        this.#startJob = { id: this.manager.nextJob(), ended };
        this.#dead = new Deferred();
        void this.#cycle();
        return ended.promise;
    }

    async #cycle(): Promise<void> {
        let end = await this.#once();
        while (end === "again") {
            this.restarts++;
            end = await this.#once();
        }
        const failed = end === "limited" || (this.result !== "success" && this.sub !== "auto-restart");
        this.set(failed ? "failed" : "inactive", failed ? "failed" : "dead");
        if (failed) this.say(`${this.name}: Failed with result '${this.result}'.`);
        else this.say(`Stopped ${this.definition.settings.last("Unit", "Description") ?? this.name}.`);
        this.#endStartJob(failed ? "failed" : "done");
        this.#dead?.resolve("done");
        this.#dead = undefined;
        const queued = this.#queued;
        this.#queued = undefined;
        if (queued !== undefined) queued.resolve(await this.#launch());
    }

    /** One activation, and the wait for the next if Restart= wants one. */
    async #once(): Promise<"again" | "over" | "limited"> {
        const version = this.manager.machine.systemd;
        if (!this.#limit.admits(this.definition.settings, version)) {
            this.result = this.#limit.result(version) ?? this.result;
            this.say(`${this.name}: Start request repeated too quickly.`);
            return "limited";
        }
        this.result = "success";
        this.#activation = new Activation(this);
        this.result = await this.manager.alive(this.#activation.run());
        this.#activation = undefined;
        const { settings } = this.definition;
        if (this.isStopping() || !wantsRestart(settings.last("Service", "Restart") ?? "no", this.result)) return "over";
        this.#wake = new Deferred();
        this.set("activating", "auto-restart");
        this.#endStartJob(this.result === "success" ? "done" : "failed");
        const span = settings.span("Service", "RestartSec", 100);
        await this.manager.first(span, this.stopWanted.promise, this.#wake.promise);
        if (this.isStopping()) return "over";
        this.say(`${this.name}: Service hold-off time over, scheduling restart.`);
        return "again";
    }

    #endStartJob(result: JobResult): void {
        this.#startJob?.ended.resolve(result);
        this.#startJob = undefined;
    }
}

function microseconds(): number {
    return Number(process.hrtime.bigint() / 1000n);
}

import { sessionMembers, signal } from "../processes";
import type { Running } from "./command";
import type { Service } from "./service";

/**
 * The processes of one activation. Stands in for the unit's cgroup: every command starts a session, and whoever stays in
 * it belongs to the unit.
 */
export class Group {
    readonly #sessions = new Set<number>();
    mainPid = 0;

    constructor(readonly service: Service) {}

    get mode(): string {
        return this.service.definition.settings.last("Service", "KillMode") ?? "control-group";
    }

    /** A command of the unit. Its session is forgotten with its last process: a stranger may get the number next. */
    add({ pid, ended }: Running): void {
        if (pid === 0) return;
        this.#sessions.add(pid);
        void ended.then(() => {
            if (sessionMembers(new Set([pid])).length === 0) this.#sessions.delete(pid);
        });
    }

    /** Sends a signal to the main process or to all. */
    signal(name: NodeJS.Signals, who: string): void {
        const members = sessionMembers(this.#sessions);
        signal(who === "main" ? members.filter((pid) => pid === this.mainPid) : members, name);
    }

    /** SIGTERM, after TimeoutStopSec= SIGKILL; false if it took that. Nothing is shown if there is nobody to end. */
    async end(term: string, kill: string, only?: number): Promise<boolean> {
        const { settings } = this.service.definition;
        const whole = only === undefined && this.mode === "control-group";
        const find = (): number[] => {
            const members = this.mode === "none" ? [] : sessionMembers(this.#sessions);
            return whole ? members : members.filter((pid) => pid === (only ?? this.mainPid));
        };
        const first = find();
        if (first.length === 0) return true;
        this.service.set("deactivating", term);
        signal(first, signalName(settings.last("Service", "KillSignal") ?? "SIGTERM"));
        if (await this.#gone(find, settings.span("Service", "TimeoutStopSec", this.timeout))) return true;
        this.service.set("deactivating", kill);
        signal(this.mode === "mixed" ? sessionMembers(this.#sessions) : find(), "SIGKILL");
        await this.#gone(find, Infinity);
        return false;
    }

    /** TimeoutSec=, which the others fall back to. */
    get timeout(): number {
        return this.service.definition.settings.span("Service", "TimeoutSec", 90_000);
    }

    async #gone(find: () => number[], span: number): Promise<boolean> {
        const end = performance.now() + span;
        for (let pause = 2; find().length > 0; pause = Math.min(pause * 2, 50)) {
            if (performance.now() >= end) return false;
            await this.service.manager.first(Math.min(pause, end - performance.now()));
        }
        return true;
    }
}

/** `KILL`, `SIGKILL` or `9`. */
export function signalName(text: string): NodeJS.Signals {
    const numbers: Readonly<Record<string, NodeJS.Signals>> = { 1: "SIGHUP", 2: "SIGINT", 9: "SIGKILL", 15: "SIGTERM" };
    return numbers[text] ?? ((text.startsWith("SIG") ? text : `SIG${text}`) as NodeJS.Signals);
}

import { type JobResult, Service } from "./service";
import { isStale, list, loadUnit, unitFolders, wantedBy } from "./load";
import type { Machine } from "./machine";
import { precedes } from "./order";

/** The service manager of one boot of a simulated host. */
export class Manager {
    readonly #units = new Map<string, Service>();
    readonly #starting = new Map<string, Promise<JobResult>>();
    readonly #timers = new Set<NodeJS.Timeout>();
    #referenced = new Set<string>();
    #jobs = 0;
    #halted = false;

    constructor(readonly machine: Machine) {
        this.#referenced = this.#findReferenced();
    }

    get halted(): boolean {
        return this.#halted;
    }

    /** Starts sysinit.target's units, then multi-user.target's, in the order that they ask for. */
    async boot(): Promise<void> {
        const early = wantedBy(this.machine.root, "sysinit.target");
        const usual = ["basic.target", "multi-user.target"].flatMap((target) => wantedBy(this.machine.root, target));
        const names = [...new Set([...early, ...usual])].filter(
            (name) => this.unit(name).definition.loadState === "loaded",
        );
        await this.start(names, new Set(early));
    }

    /** The unit of this name. One that nothing holds in memory is read anew, as systemd drops such units. */
    unit(name: string): Service {
        const known = this.#units.get(name);
        if (known !== undefined && !this.#collectable(known)) return known;
        const unit = new Service(this, name, loadUnit(this.machine, name));
        this.#units.set(name, unit);
        return unit;
    }

    /** Whether the unit's files changed since they were read. */
    isStale(unit: Service): boolean {
        return isStale(this.machine, unit.name, unit.definition);
    }

    /** Reads all units anew. */
    reload(): void {
        this.machine.note("-", "daemon-reload");
        this.#referenced = this.#findReferenced();
        for (const [name, unit] of this.#units) {
            if (this.#collectable(unit)) this.#units.delete(name);
            else unit.reload(loadUnit(this.machine, name));
        }
    }

    /** Starts units with what they want, each after those of the same time that go before it. */
    async start(names: readonly string[], early: ReadonlySet<string> = new Set()): Promise<JobResult[]> {
        const wanted = this.#withWanted(names);
        const begin: (() => void)[] = [];
        for (const name of wanted) {
            const gate = new Promise<void>((open) => begin.push(open));
            const job = gate.then(() => this.#startInOrder(name, early));
            this.#starting.set(name, job);
            void job.finally(() => {
                if (this.#starting.get(name) === job) this.#starting.delete(name);
            });
        }
        const jobs = names.map((name) => this.#starting.get(name) ?? Promise.resolve<JobResult>("failed"));
        for (const open of begin) open();
        return Promise.all(jobs);
    }

    /** Orderly end: every unit is stopped. */
    async stopAll(): Promise<void> {
        await Promise.all([...this.#units.values()].map((unit) => unit.stop()));
    }

    /** The power is gone: nothing that was under way goes on. */
    halt(): void {
        this.#halted = true;
        for (const timer of this.#timers) clearTimeout(timer);
        this.#timers.clear();
    }

    /** Failed units and those that nothing pins stay out. */
    resetFailed(): void {
        for (const unit of this.#units.values()) unit.reset();
    }

    nextJob(): number {
        return ++this.#jobs;
    }

    /** Waits for the promise, for ever once the power is gone. */
    async alive<T>(promise: Promise<T>): Promise<T> {
        const value = await promise;
        if (this.#halted) await new Promise<never>(() => undefined);
        return value;
    }

    /** The first of the promises to end, or nothing when the time is over. */
    async first<T extends readonly Promise<unknown>[]>(
        milliseconds: number,
        ...promises: T
    ): Promise<Awaited<T[number]> | undefined> {
        let timer: NodeJS.Timeout | undefined;
        const over = new Promise<undefined>((resolve) => {
            if (milliseconds === Infinity) return;
            timer = setTimeout(() => resolve(undefined), Math.min(milliseconds, 2 ** 31 - 1));
            this.#timers.add(timer);
        });
        try {
            return await this.alive(Promise.race([...promises, over]));
        } finally {
            if (timer !== undefined) {
                clearTimeout(timer);
                this.#timers.delete(timer);
            }
        }
    }

    async #startInOrder(name: string, early: ReadonlySet<string>): Promise<JobResult> {
        const unit = this.unit(name);
        const before = [...this.#starting].filter(
            ([other]) => other !== name && precedes(this.unit(other), unit, early),
        );
        // Two that each want to be first: systemd drops one of the orders, here the second.
        const honoured = before.filter(([other]) => !precedes(unit, this.unit(other), early) || other < name);
        await this.alive(Promise.all(honoured.map(([, job]) => job)));
        return unit.start();
    }

    #withWanted(names: readonly string[]): string[] {
        const found = new Set<string>();
        const add = (name: string): void => {
            if (found.has(name)) return;
            found.add(name);
            const { settings } = this.unit(name).definition;
            for (const key of ["Wants", "Requires", "BindsTo"]) {
                for (const other of settings.names("Unit", key)) {
                    const { idle, definition } = this.unit(other);
                    if (other.endsWith(".service") && idle && definition.loadState === "loaded") add(other);
                }
            }
        };
        names.forEach(add);
        return [...found];
    }

    #collectable(unit: Service): boolean {
        return unit.idle && unit.active === "inactive" && !this.#referenced.has(unit.name);
    }

    #findReferenced(): Set<string> {
        const found = new Set<string>();
        for (const folder of unitFolders) {
            for (const links of list(this.machine.root + folder)) {
                if (!/\.(wants|requires)$/.test(links)) continue;
                for (const name of list(`${this.machine.root}${folder}/${links}`)) found.add(name);
            }
        }
        for (const name of [...found]) {
            const { settings } = loadUnit(this.machine, name);
            for (const key of ["Wants", "Requires", "After", "Before"]) {
                for (const other of settings.names("Unit", key)) found.add(other);
            }
        }
        return found;
    }
}

// A fleet of simulated hosts in this process.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { simulatedHost, type JournalEvent, type SimulatedHost } from "../../../provider/testing";
import { newKeyPair } from "../../../provider/testing/keys";
import type { Args } from "../kubelets";
import type { Moment, Turn } from "./record";

/** The names of so many nodes, from `node-1` on. */
export function nodeNames(count: number): readonly string[] {
    return Array.from({ length: count }, (_, index) => `node-${index + 1}`);
}

/** Hosts by the names of their nodes, all with the same key. */
export class Fleet {
    readonly #hosts = new Map<string, SimulatedHost>();
    readonly #key = newKeyPair();
    /** Nodes that are down although their kubelet runs, for as long as we make them so. */
    readonly #down = new Map<string, Turn>();

    async add(names: readonly string[]): Promise<void> {
        const made = names.map(async (name) => {
            this.#hosts.set(name, await simulatedHost({ authorizedKeys: [this.#key.public] }));
        });
        await Promise.all(made);
    }

    /** It is no node of the fleet any more. Its host is the caller's from now on. */
    release(name: string): SimulatedHost {
        const host = this.host(name);
        this.#hosts.delete(name);
        this.#down.delete(name);
        return host;
    }

    async stop(): Promise<void> {
        await Promise.all([...this.#hosts.values()].map((host) => host.stop()));
    }

    host(name: string): SimulatedHost {
        const host = this.#hosts.get(name);
        if (host === undefined) throw new Error(`the fleet has no ${name}`);
        return host;
    }

    /** How to log in to all of them. */
    get connection(): Args {
        return { user: "core", privateKey: this.#key.private };
    }

    /** The argument `nodes` of a KubeletRollout. */
    nodes(): Readonly<Record<string, Args>> {
        return this.each((_, { connection: { host, port } }) => ({ connection: { host, port } }));
    }

    /** The version that each node's kubelet was started with last. */
    versions(): Readonly<Record<string, string | undefined>> {
        return this.each((_, host) => host.kubeletStarts().at(-1)?.version);
    }

    /** How often somebody logged in to each node so far. */
    logins(): Readonly<Record<string, number>> {
        return this.each((_, { counters }) => counters.logins);
    }

    /** How often somebody dialled any node so far. */
    dials(): number {
        return [...this.#hosts.values()].reduce((sum, { counters }) => sum + counters.tcpConnections, 0);
    }

    /** How often each node fetched this version's image so far. */
    fetches(version: string): Readonly<Record<string, number>> {
        return this.each((_, { root }) => {
            const log = join(root, "run/stand-in/rkt.log");
            const calls = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
            return calls.filter((call) => call.split("\t")[2] === "fetch" && call.endsWith(`:${version}`)).length;
        });
    }

    /** From now on its kubelet runs, and says that it is not well. */
    sicken(name: string): void {
        this.#answer(name, "500");
        this.#isDown(name);
    }

    heal(name: string): void {
        this.#answer(name, "ok");
        this.#isUp(name);
    }

    /** From now on nobody can dial it; its kubelet runs. */
    async hide(name: string): Promise<void> {
        await this.host(name).refuseDials(true);
        this.#isDown(name);
    }

    async show(name: string): Promise<void> {
        await this.host(name).refuseDials(false);
        this.#isUp(name);
    }

    /** When nodes were down although their kubelets ran. */
    get downOtherwise(): readonly Turn[] {
        return [...this.#down.values()];
    }

    /** What the hosts wrote down so far. */
    moments(): readonly Moment[] {
        return [...this.#hosts].flatMap(([node, host]) => host.journal().flatMap((event) => momentOf(node, event)));
    }

    /** By node, what a function says of it. */
    each<T>(of: (name: string, host: SimulatedHost) => T): Readonly<Record<string, T>> {
        return Object.fromEntries([...this.#hosts].map(([name, host]) => [name, of(name, host)]));
    }

    /** What the kubelet stand-in left for curl: port, process, answer, since when. */
    #answer(name: string, answer: "ok" | "500"): void {
        const file = join(this.host(name).root, "run/stand-in/healthz");
        const [port = "", pid = "", , since = ""] = readFileSync(file, "utf8").trim().split(" ");
        writeFileSync(file, `${port} ${pid} ${answer} ${since}\n`);
    }

    #isDown(node: string): void {
        this.#down.set(node, { node, from: Date.now(), to: Infinity });
    }

    #isUp(node: string): void {
        const turn = this.#down.get(node);
        if (turn !== undefined) this.#down.set(node, { ...turn, to: Date.now() });
    }
}

function momentOf(node: string, { time, unit, event, detail }: JournalEvent): readonly Moment[] {
    if (!event.includes("/")) return [];
    if (unit === "kubelet.service") return [{ time, node, unit: "kubelet", isRunning: event === "active/running" }];
    if (!unit.startsWith("pulumi-coreos-kubelet@")) return [];
    // One that has ended by itself leaves its ExecStopPost= nothing to undo.
    const isOver = /^(inactive|failed)\//.test(event) || (event.startsWith("deactivating/") && detail === undefined);
    return [{ time, node, unit: "transaction", isRunning: !isOver }];
}

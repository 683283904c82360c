// A fleet that stands behind one jump host, and what that costs.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { simulatedHost } from "../../../provider/testing";
import { succeeded, type Command } from "../command";
import { stack, type Stack } from "../stack";
import { Fleet, nodeNames } from "./fleet";
import { QUICK, rolloutProgram, stateOf, version } from "./program";

/** Milliseconds that the jump host's network takes, one way: a round trip takes 50. */
const LATENCY = 25;

export interface Cost {
    readonly seconds: number;
    /** TCP connections to the jump host, and log-ins there. */
    readonly tcpConnections: number;
    readonly logins: number;
    /** Peak memory in MiB of the provider, and of the program with its gates. */
    readonly provider: number;
    readonly program: number;
}

export interface Costs {
    readonly create: Cost;
    readonly roll: Cost;
    readonly waves: number;
    /** Seconds that the slowest node of the roll took. */
    readonly slowest: number;
    /** By node, what the state says at the end. */
    readonly versions: Readonly<Record<string, string>>;
}

/** Makes so many nodes behind a jump host and rolls them once: a canary, then so many at once. */
export async function rollBehindJump(count: number, maxUnavailable: string): Promise<Costs> {
    const [fleet, nodes] = [new Fleet(), await stack({ program: "" })];
    const jump = await simulatedHost({ latency: LATENCY });
    onTestFinished(async () => {
        await nodes.dispose();
        await Promise.all([fleet.stop(), jump.stop()]);
    });
    await fleet.add(nodeNames(count));
    const { host, port, user, privateKey } = jump.connection;
    const proxy = { host, port, user, privateKey, hostKey: jump.hostKey };
    const up = async (wish: string): Promise<Cost> => {
        // Many kubelets that start at once on one machine take their time.
        const patience = { health: { ...QUICK.health, progressDeadlineSeconds: 600 }, timeouts: { connect: 600 } };
        const limits = { canary: 1, maxUnavailable, ...patience };
        const connection = { ...fleet.connection, proxy };
        await nodes.setProgram(
            rolloutProgram({ ...QUICK, ...limits, connection, nodes: fleet.nodes(), version: wish }),
        );
        const before = { ...jump.counters };
        const since = performance.now();
        const memory = await memoryOf(nodes, nodes.spawnUp());
        return {
            seconds: (performance.now() - since) / 1000,
            tcpConnections: jump.counters.tcpConnections - before.tcpConnections,
            logins: jump.counters.logins - before.logins,
            ...memory,
        };
    };
    const create = await up(version(4));
    const roll = await up(version(5));
    const { versions, exported } = await stateOf(nodes);
    const summary = exported["summary"] as { waves: unknown[]; nodes: Record<string, { totalSeconds: number }> };
    const slowest = Math.max(...Object.values(summary.nodes).map(({ totalSeconds }) => totalSeconds));
    return { create, roll, waves: summary.waves.length, slowest, versions };
}

/** Peak memory in MiB, looked at until the command has ended well. */
async function memoryOf(nodes: Stack, up: Command): Promise<Pick<Cost, "provider" | "program">> {
    const [provider, program] = await Promise.all([
        peakOf(nodes, up, /cmd\/dynamic-provider/),
        peakOf(nodes, up, /@pulumi\/pulumi\/cmd\/run/),
    ]);
    succeeded(await up.done);
    return { provider, program };
}

/** Of the first process with this command, for as long as the other one runs. */
async function peakOf(nodes: Stack, up: Command, command: RegExp): Promise<number> {
    const ended = up.done.then(() => "ended" as const);
    let [pid, peak]: [number | undefined, number] = [undefined, 0];
    do {
        pid ??= (await nodes.processes()).find((process) => command.test(process.command))?.pid;
        const status = await readFile(`/proc/${pid ?? 0}/status`, "utf8").catch(() => "");
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } while ((await Promise.race([sleep(500), ended])) !== "ended");
    return peak;
}

// What an operation costs on the network, beside one bare ssh to the same host.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check, create, delete as remove, read, update } from "../../provider/runtime";
import { simulatedHost, type Counters, type SimulatedHost } from "../../provider/testing";
import { keep } from "./figures";
import { median, report } from "./report";

const ROUNDS = 5;
/** Milliseconds one way; the difference between the two, paid both ways, is what a round trip is told by. */
const [NEAR, FAR] = [1, 201];
const [OLD, NEW] = ["v1.3.4_coreos.0", "v1.3.6_coreos.0"];

type Properties = Readonly<Record<string, unknown>>;

let node: SimulatedHost;
let folder: string;

beforeAll(async () => {
    node = await simulatedHost();
    folder = mkdtempSync(join(tmpdir(), "bench-"));
    writeFileSync(join(folder, "key"), node.connection.privateKey ?? "", { mode: 0o600 });
});

afterAll(async () => {
    rmSync(folder, { recursive: true });
    await node.stop();
});

async function inputsOf(version: string): Promise<Properties> {
    const given = {
        connection: { ...node.connection, hostKey: node.hostKey },
        version,
        unit: { restartSec: 0.1 },
        health: { minReadySeconds: 1 },
    };
    return (await check({}, given)).inputs;
}

/** ssh HOST 'bash -s' < script */
function bareSsh(): Promise<void> {
    const { host, port, user } = node.connection;
    const quiet = ["UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=no", "LogLevel=ERROR", "BatchMode=yes"];
    const options = ["-F", "none", "-i", join(folder, "key"), ...quiet.flatMap((option) => ["-o", option])];
    return new Promise((resolve, reject) => {
        const child = execFile("ssh", [...options, "-p", String(port), `${user}@${host}`, "bash -s"], (error) => {
            if (error === null) resolve();
            else reject(new Error("ssh failed", { cause: error }));
        });
        child.stdin?.end("true\n");
    });
}

interface Cost {
    readonly milliseconds: number;
    readonly tcpConnections: number;
    readonly logins: number;
    readonly channels: number;
}

async function costOf(act: () => Promise<unknown>): Promise<Cost> {
    const before: Counters = { ...node.counters };
    const start = performance.now();
    await act();
    const milliseconds = performance.now() - start;
    const since = (name: keyof Counters): number => node.counters[name] - before[name];
    return {
        milliseconds,
        tcpConnections: since("tcpConnections"),
        logins: since("logins"),
        channels: since("channels"),
    };
}

/** The costs of a whole life, in the order of its operations. */
async function life(): Promise<Readonly<Record<string, Cost>>> {
    const [old, wanted] = [await inputsOf(OLD), await inputsOf(NEW)];
    let id = "";
    let state: Properties = {};
    const steps: Readonly<Record<string, () => Promise<void>>> = {
        "bare ssh": bareSsh,
        create: async () => {
            ({ id, outs: state } = await create(old));
        },
        refresh: async () => {
            await read(id, state);
        },
        update: async () => {
            ({ outs: state } = await update(id, state, wanted));
        },
        delete: async () => {
            await remove(id, state);
        },
    };
    const costs: Record<string, Cost> = {};
    for (const [name, act] of Object.entries(steps)) costs[name] = await costOf(act);
    return costs;
}

test("connections and round trips", async () => {
    // The kubelet's first start is slower than the next: not counted.
    await life();
    const costs = { near: [] as Awaited<ReturnType<typeof life>>[], far: [] as Awaited<ReturnType<typeof life>>[] };
    for (let round = 0; round < ROUNDS; round++) {
        node.latency = NEAR;
        costs.near.push(await life());
        node.latency = FAR;
        costs.far.push(await life());
    }
    const names = Object.keys(costs.near[0] ?? {});
    const timeOf = (where: "near" | "far", name: string): number =>
        median(costs[where].map((cost) => cost[name]?.milliseconds ?? NaN));
    const tripsOf = (name: string): number => (timeOf("far", name) - timeOf("near", name)) / (2 * (FAR - NEAR));
    const bare = tripsOf("bare ssh");
    keep("roundTrips", Object.fromEntries(names.map((name) => [name, tripsOf(name)])));
    report(
        `Round trips: time at ${2 * FAR} ms there and back minus time at ${2 * NEAR} ms, medians of ${ROUNDS}`,
        Object.fromEntries(
            names.map((name) => {
                const { tcpConnections, logins, channels } = costs.far[0]?.[name] ?? {};
                const more = name === "bare ssh" ? "" : ` (${(tripsOf(name) - bare).toFixed(1)} more)`;
                const counts = `${tcpConnections} TCP connection, ${logins} log-in, ${channels} channel`;
                return [name, `${counts}; ${tripsOf(name).toFixed(1)} round trips${more}`];
            }),
        ),
    );
    for (const cost of [...costs.near, ...costs.far].flatMap((lived) => Object.values(lived))) {
        expect(cost).toMatchObject({ tcpConnections: 1, logins: 1, channels: 1 });
    }
});

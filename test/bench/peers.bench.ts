// Ours, Ansible and plain OpenSSH at the same job, side by side on hosts with a real systemd.
import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { keep, kept, type PeerSample } from "./figures";
import { ansible } from "./peers/ansible";
import type { Contender } from "./peers/contender";
import { BenchHosts } from "./peers/hosts";
import { JOBS, measure, type Cost } from "./peers/measure";
import { bareSsh, sshCalls } from "./peers/openssh";
import { commandShape, engineAlone, ours } from "./peers/under-pulumi";
import { median, report } from "./report";

/** Hosts; added milliseconds of a round trip; rounds, all contenders in each. */
const ROOMS = [
    { count: 1, delays: [0, 50, 200], rounds: 3 },
    { count: 6, delays: [0, 50], rounds: 3 },
    { count: 50, delays: [0, 50], rounds: 1 },
] as const;

const CHOSEN = process.env["HOSTS"]?.split(",").map(Number);

beforeAll(cliFolder, CLI_TIMEOUT);

test("side by side", { timeout: 7_200_000 }, async () => {
    let samples = kept("peers")?.figures ?? [];
    for (const { count, delays, rounds } of ROOMS.filter((room) => CHOSEN?.includes(room.count) ?? true)) {
        const measured = await samplesOf(count, delays, rounds);
        samples = [...samples.filter(({ hosts }) => hosts !== count), ...measured].sort((a, b) => a.hosts - b.hosts);
        keep("peers", samples);
    }
    for (const job of JOBS) {
        const cells = new Map<string, PeerSample[]>();
        for (const sample of samples.filter((one) => one.job === job)) {
            const cell = `${sample.hosts} hosts, ${sample.delay} ms: ${sample.contender}`;
            cells.set(cell, [...(cells.get(cell) ?? []), sample]);
        }
        report(job, Object.fromEntries([...cells].map(([cell, all]) => [cell, told(all)])));
    }
    expect(samples.length).toBeGreaterThan(0);
});

async function samplesOf(count: number, delays: readonly number[], rounds: number): Promise<PeerSample[]> {
    const hosts = await BenchHosts.make(count);
    const contenders = await Promise.all(CONTENDERS.map((make) => make(hosts)));
    const samples: PeerSample[] = [];
    try {
        for (const delay of delays) {
            await hosts.slow(delay);
            for (let round = 0; round < rounds; round++) {
                for (const contender of contenders) {
                    const costs = await measure(contender, hosts);
                    samples.push(...costs.map((cost) => ({ ...cost, hosts: count, delay })));
                    const times = costs.map(({ job, seconds }) => `${job} ${seconds.toFixed(1)} s`).join(", ");
                    console.log(`${count} hosts, ${delay} ms, round ${round + 1}: ${contender.name}: ${times}`);
                }
            }
        }
    } finally {
        for (const contender of contenders) await contender.dispose();
        await hosts.destroy();
    }
    return samples;
}

const CONTENDERS: readonly ((hosts: BenchHosts) => Promise<Contender>)[] = [
    ours,
    commandShape,
    ansible,
    sshCalls,
    bareSsh,
    engineAlone,
];

function told(samples: readonly Cost[]): string {
    const of = (figure: (cost: Cost) => number, digits = 1): string => median(samples.map(figure)).toFixed(digits);
    return [
        `${of(({ seconds }) => seconds)} s`,
        `CPU ${of(({ cpuSeconds }) => cpuSeconds)} s`,
        `${of(({ tcpConnections }) => tcpConnections, 0)} TCP`,
        `${of(({ kilobytes }) => kilobytes, 0)} kB`,
        `down ${of(({ downtime }) => downtime, 2)} s`,
    ].join(", ");
}

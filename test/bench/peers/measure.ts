// One contender, one job, and what that cost.
import type { PeerSample } from "../figures";
import { median } from "../report";
import type { Contender } from "./contender";
import { CpuGroup } from "./cpu";
import type { BenchHosts, HostFigures } from "./hosts";

export const JOBS = ["install", "version change", "no-op"] as const;
export type Job = (typeof JOBS)[number];

export type Cost = Omit<PeerSample, "hosts" | "delay">;

const VERSION: Readonly<Record<Job, string>> = {
    install: "v1.3.4_coreos.0",
    "version change": "v1.3.6_coreos.0",
    "no-op": "v1.3.6_coreos.0",
};

/** All jobs, one after another, on hosts without a kubelet; the hosts are clean afterwards. */
export async function measure(contender: Contender, hosts: BenchHosts): Promise<Cost[]> {
    const costs: Cost[] = [];
    for (const job of JOBS) costs.push(await costOf(contender, hosts, job));
    await hosts.clean();
    return costs;
}

async function costOf(contender: Contender, hosts: BenchHosts, job: Job): Promise<Cost> {
    const work = await contender.bring(VERSION[job]);
    const before = await hosts.figures();
    // With us in the group, all that we start is in it from its first instruction.
    const group = new CpuGroup();
    group.add(process.pid);
    const own = process.cpuUsage();
    const begun = performance.now();
    const command = work.start();
    const { code, stdout, stderr } = await command.done;
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(own);
    const cpuSeconds = group.seconds - (user + system) / 1e6;
    group.close();
    if (code !== 0) {
        const journal = await hosts.journal();
        throw new Error(`${contender.name} at ${job}: status ${String(code)}\n${stdout}\n${stderr}\n${journal}`);
    }
    const after = await hosts.figures();
    const versions = new Set(after.map(({ version }) => version));
    if (contender.isIdle !== true && (versions.size > 1 || !versions.has(VERSION[job]))) {
        throw new Error(`${contender.name} after ${job}: ${[...versions].join(" and ")} runs`);
    }
    const each = (figure: (one: HostFigures) => number): number[] =>
        after.map((one, at) => figure(one) - figure(before[at] ?? one));
    return {
        contender: contender.name,
        job,
        seconds,
        cpuSeconds,
        kilobytes: median(each(({ bytes }) => bytes)) / 1000,
        tcpConnections: median(each(({ tcpConnections }) => tcpConnections)),
        downtime: Math.max(...after.map(({ downtime }) => downtime)),
    };
}

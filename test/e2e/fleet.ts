// Stacks with one KubeletRollout over simulated hosts, under the real CLI, and what the hosts saw of it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { simulatedHost, type SimulatedHost } from "../../provider/testing";
import { stack, type Stack } from "./stack";
import type { Args } from "./kubelets";

export type Hosts = Readonly<Record<string, SimulatedHost>>;

/** Simulated hosts by the names of nodes; gone when the test is. */
export async function hostsOf(...names: readonly string[]): Promise<Hosts> {
    const made = await Promise.all(names.map(async (name) => [name, await simulatedHost()] as const));
    onTestFinished(async () => {
        await Promise.all(made.map(([, host]) => host.stop()));
    });
    return Object.fromEntries(made);
}

/** A program with one rollout, `workers`, over these hosts, that notes in `work.log` what is done around its nodes. */
export function rollout(hosts: Hosts, version: string, more: Args = {}, code = ""): string {
    const nodes = Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, on(host)]));
    const args = {
        ...{ version, nodes, apiServers: ["http://127.0.0.1:8080"], unit: { restartSec: 0.1 } },
        ...{ health: { minReadySeconds: 1, progressDeadlineSeconds: 20 } },
        ...more,
    };
    return `const { appendFileSync } = require("node:fs");
const { KubeletRollout } = require("pulumi-coreos-kubelet");
const note = (what) => async (node) => appendFileSync("work.log", [what, node.name, node.oldVersion, node.newVersion, node.running ?? ""].join(" ").trim() + "\\n");
const args = ${JSON.stringify(args)};
const work = { beforeNode: note("before"), afterNode: note("after"), onNodeFailed: note("failed") };
${code}
const workers = new KubeletRollout("workers", { ...work, ...args });
exports.summary = workers.summary;
exports.text = workers.summaryText;
exports.waves = workers.waves;
`;
}

function on({ connection }: SimulatedHost): Args {
    const { host, port, user, privateKey } = connection;
    return { connection: { host, port, user, privateKey } };
}

export async function fleet(program: string): Promise<Stack> {
    const made = await stack({ program });
    onTestFinished(() => made.dispose());
    return made;
}

/** What was done around nodes since the last call, in order. */
export async function workIn(of: Stack): Promise<readonly string[]> {
    const lines = (await readFile(join(of.project, "work.log"), "utf8").catch(() => "")).trim();
    await of.write("work.log", "");
    return lines === "" ? [] : lines.split("\n");
}

/** Versions that the state has for each node. */
export async function versionsIn(of: Stack): Promise<Readonly<Record<string, unknown>>> {
    const { resources } = await of.exportState();
    const children = resources.filter(({ type }) => type.endsWith(":KubeletService"));
    return Object.fromEntries(
        children.map(({ urn, outputs }) => [/::workers-([^:]+)$/.exec(urn)?.[1] ?? urn, outputs?.["version"]]),
    );
}

/** Starts of kubelets since a moment, in their order, as the hosts recorded them: `node-1 v1.3.6_coreos.0`. */
export function startsSince(hosts: Hosts, moment: number): readonly string[] {
    return Object.entries(hosts)
        .flatMap(([name, host]) => host.kubeletStarts().map(({ time, version }) => ({ name, time, version })))
        .filter(({ time }) => time > moment)
        .sort((a, b) => a.time - b.time)
        .map(({ name, version }) => `${name} ${version}`);
}

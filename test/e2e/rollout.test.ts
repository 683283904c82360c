// A rollout under the real CLI, on simulated hosts: waves, a node that fails, and the next `up` that goes on.
import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "./cli";
import { succeeded } from "./command";
import { fleet, hostsOf, rollout, startsSince, versionsIn, workIn, type Hosts } from "./fleet";
import { NEW, OLD } from "./kubelets";

beforeAll(cliFolder, CLI_TIMEOUT);

const NEXT = "v1.3.7_coreos.0";

const dialsOf = (hosts: Hosts): readonly number[] =>
    Object.values(hosts).map(({ counters }) => counters.tcpConnections);

test("four nodes, a canary first, one at a time: upgraded, stopped by one that fails, resumed", async () => {
    const hosts = await hostsOf("cp-1", "node-2", "node-10", "node-9");
    const canary = { canary: ["node-10"] };
    const order = ["node-10", "cp-1", "node-2", "node-9"];
    const workers = await fleet(rollout(hosts, OLD, canary));
    succeeded(await workers.up());
    expect(startsSince(hosts, 0)).toEqual(order.map((name) => `${name} ${OLD}`));
    expect(await workIn(workers)).toEqual([]);

    let moment = Date.now();
    await workers.setProgram(rollout(hosts, NEW, canary));
    succeeded(await workers.preview());
    expect([startsSince(hosts, moment), await workIn(workers)]).toEqual([[], []]);
    succeeded(await workers.up());
    expect(startsSince(hosts, moment)).toEqual(order.map((name) => `${name} ${NEW}`));
    expect(await workIn(workers)).toEqual(
        order.flatMap((name) => [`before ${name} ${OLD} ${NEW}`, `after ${name} ${OLD} ${NEW}`]),
    );
    const text = succeeded(await workers.pulumi("stack", "output", "text")).stdout;
    expect(text).toMatch(
        /^4 nodes in 4 waves; longest time without a kubelet \d+\.\d s\nwave 1 {2}node-10 {2}v1\.3\.6/,
    );

    const dials = dialsOf(hosts);
    expect(succeeded(await workers.up()).stdout).toMatch(/6 unchanged/);
    await workers.setProgram(rollout(hosts, NEW, { ...canary, timeouts: { fetch: 600 } }));
    expect(succeeded(await workers.up({ args: ["--parallel", "64"] })).stdout).toMatch(/~ 4 updated/);
    expect([dialsOf(hosts), await workIn(workers)]).toEqual([dials, []]);

    moment = Date.now();
    hosts["node-2"]?.setImage(NEXT, "crashes");
    await workers.setProgram(rollout(hosts, NEXT, canary));
    const failed = await workers.up({ args: ["--continue-on-error"] });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toMatch(
        /wave 3 of 4: 2 nodes before it run the new version, it runs the old one again, 1 not started/,
    );
    expect(failed.stdout).toMatch(/Rolled back: the old kubelet runs again and is healthy/);
    const touched = startsSince(hosts, moment);
    expect(touched.slice(0, 3)).toEqual([`node-10 ${NEXT}`, `cp-1 ${NEXT}`, `node-2 ${NEXT}`]);
    expect(touched.at(-1)).toBe(`node-2 ${NEW}`);
    expect((await workIn(workers)).slice(-2)).toEqual([
        `before node-2 ${NEW} ${NEXT}`,
        `failed node-2 ${NEW} ${NEXT} ${NEW}`,
    ]);
    expect(await versionsIn(workers)).toEqual({ "node-10": NEXT, "cp-1": NEXT, "node-2": NEW, "node-9": NEW });

    moment = Date.now();
    hosts["node-2"]?.setImage(NEXT, "healthy");
    succeeded(await workers.up({ args: ["--parallel", "1"] }));
    expect(startsSince(hosts, moment)).toEqual([`node-2 ${NEXT}`, `node-9 ${NEXT}`]);
}, 300_000);

test("an API server that is too old or too new for the kubelets: the program fails, also where the version comes late", async () => {
    const hosts = await hostsOf("node-1", "node-2");
    const late =
        "const pulumi = require('@pulumi/pulumi'); args.apiServerVersion = pulumi.output('v1.9.1').apply((v) => v);";
    const workers = await fleet(rollout(hosts, NEW, { apiServerVersion: "v1.2.4" }));
    const said =
        /error: KubeletRollout workers: node-1: version is of Kubernetes 1\.3: the API server is of Kubernetes 1\.[29],/g;
    for (const program of [rollout(hosts, NEW, { apiServerVersion: "v1.2.4" }), rollout(hosts, NEW, {}, late)]) {
        await workers.setProgram(program);
        for (const run of [await workers.preview(), await workers.up()]) {
            expect(run.code).not.toBe(0);
            const [, diagnostics = ""] = run.stdout.split("Diagnostics:");
            expect(diagnostics.match(said)).toHaveLength(1);
        }
    }
    expect(startsSince(hosts, 0)).toEqual([]);
}, 120_000);

test("dependencies of the rollout and of a node reach the nodes; what depends on the rollout waits for all", async () => {
    const hosts = await hostsOf("node-1", "node-2", "node-3");
    const code = `
const pulumi = require("@pulumi/pulumi");
const provider = { create: async () => ({ id: "toy", outs: {} }) };
class Toy extends pulumi.dynamic.Resource { constructor(name, opts) { super(provider, name, {}, opts); } }
const machine = new Toy("machine");
args.nodes["node-2"].opts = { dependsOn: pulumi.output([new Toy("disk")]), protect: true };
setImmediate(() => new Toy("last", { dependsOn: workers }));
`;
    const program = rollout(hosts, NEW, { maxUnavailable: 2 }, code).replace(
        "...args })",
        "...args }, { dependsOn: machine })",
    );
    const workers = await fleet(program);
    succeeded(await workers.up());
    const { resources } = await workers.exportState();
    const nameIn = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);
    const dependencies = new Map(
        resources.map(({ urn, dependencies: on = [] }) => [nameIn(urn), [...new Set(on.map(nameIn))].sort()]),
    );
    expect(dependencies.get("workers-node-1")).toEqual(["machine"]);
    expect(dependencies.get("workers-node-2")).toEqual(["disk", "machine"]);
    expect(dependencies.get("workers-node-3")).toEqual(["machine", "workers-node-1", "workers-node-2"]);
    expect(dependencies.get("last")).toEqual(["workers-node-1", "workers-node-2", "workers-node-3"]);
    expect(resources.filter(({ protect }) => protect === true).map(({ urn }) => nameIn(urn))).toEqual([
        "workers-node-2",
    ]);
}, 120_000);

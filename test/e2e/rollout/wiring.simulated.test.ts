// How a rollout stands in the graph of a program, and what keeps it out of it.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import { version } from "./program";
import { story } from "./story";

const told = story(3, { version: version(5), maxUnavailable: 2 });

test("an API server that is too old or too new for the kubelets: the program fails, also where the version comes late", async () => {
    const { fleet, stack } = told();
    const late = "args.apiServerVersion = pulumi.output('v1.9.1').apply((v) => v);";
    const said =
        /error: KubeletRollout fleet: node-1: version is of Kubernetes 1\.3: the API server is of Kubernetes 1\.[29],/g;
    for (const [more, options] of [[{ apiServerVersion: "v1.2.4" }], [{}, { code: late }]] as const) {
        await told().setProgram(more, options);
        for (const run of [await stack.preview(), await stack.up()]) {
            expect(run.code).not.toBe(0);
            const [, diagnostics = ""] = run.stdout.split("Diagnostics:");
            expect(diagnostics.match(said)).toHaveLength(1);
        }
    }
    expect(fleet.dials()).toBe(0);
}, 240_000);

const GRAPH = `
    const provider = { create: async () => ({ id: "toy", outs: {} }) };
    class Toy extends pulumi.dynamic.Resource { constructor(name, opts) { super(provider, name, {}, opts); } }
    opts.dependsOn = new Toy("machine");
    args.nodes["node-2"].opts = { dependsOn: pulumi.output([new Toy("disk")]), protect: true };
    setImmediate(() => new Toy("last", { dependsOn: rollout }));
`;

test("dependencies of the rollout and of a node reach the nodes; what depends on the rollout waits for all", async () => {
    const { stack } = told();
    await told().setProgram({}, { code: GRAPH });
    succeeded(await stack.up());
    const { resources } = await stack.exportState();
    const nameIn = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);
    const dependencies = new Map(
        resources.map(({ urn, dependencies: on = [] }) => [nameIn(urn), [...new Set(on.map(nameIn))].sort()]),
    );
    expect(dependencies.get("fleet-node-1")).toEqual(["machine"]);
    expect(dependencies.get("fleet-node-2")).toEqual(["disk", "machine"]);
    expect(dependencies.get("fleet-node-3")).toEqual(["fleet-node-1", "fleet-node-2", "machine"]);
    expect(dependencies.get("last")).toEqual(["fleet-node-1", "fleet-node-2", "fleet-node-3"]);
    expect(resources.filter(({ protect }) => protect === true).map(({ urn }) => nameIn(urn))).toEqual(["fleet-node-2"]);
}, 240_000);

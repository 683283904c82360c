// What a program registers for a rollout, under Pulumi's mocks; no hook is called.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KubeletRollout, KubeletService, type KubeletRolloutArgs } from "../provider";
import { inside, KUBELET_SERVICE as CHILD, promiseOf, start, type Fields, type Registered } from "./mocks";

const told = (name: string): Fields => ({
    runningVersion: "unknown",
    lastChange: { action: "created", fetchSeconds: 1, downtimeSeconds: name.length, totalSeconds: 30 },
});
let registered: Registered;

beforeEach(async () => {
    registered = await start(false, told);
});
// What is still under way would be told to the mocks of the next test.
afterEach(() => pulumi.runtime.disconnect());

const NODES = { "n-2": { connection: { host: "b" } }, "n-1": { connection: { host: "a" } } };

/** The inputs that a rollout's nodes register, by names of resources. */
async function inputsOf(args: KubeletRolloutArgs): Promise<Readonly<Record<string, Fields>>> {
    const rollout = new KubeletRollout("workers", args);
    await Promise.all(Object.values(rollout.nodes).map(({ urn }) => promiseOf(urn)));
    await pulumi.runtime.disconnect();
    const children = [...registered].filter(([, { type }]) => type === CHILD);
    return Object.fromEntries(children.map(([name, { inputs }]) => [name, inputs]));
}

describe("the children", () => {
    it("are named by node, below a component, whose URN the owner holds", async () => {
        const inputs = await inputsOf({ version: "v1.3.4_coreos.0", nodes: NODES });
        expect(Object.keys(inputs).sort()).toEqual(["workers-n-1", "workers-n-2"]);
        expect(registered.get("workers")).toEqual({ type: "pulumi-coreos-kubelet:index:KubeletRollout", inputs: {} });
        expect(inputs["workers-n-1"]?.["owner"]).toBe(
            `urn:pulumi:stack::project::pulumi-coreos-kubelet:index:KubeletRollout$${CHILD}::workers-n-1`,
        );
    });

    it("have the shared arguments and their own, none of the roll's and no options", async () => {
        const inputs = await inputsOf({
            ...{ version: "v1.3.4_coreos.0", connection: { user: "core", privateKey: "k" } },
            ...{ nodeLabels: { pool: "workers" }, triggers: [1], maxUnavailable: "50%", canary: 1, groups: [["n-1"]] },
            ...{ soakSeconds: 1, prefetch: true, apiServerVersion: "v1.4.6" },
            beforeNode: () => Promise.resolve(),
            afterNode: () => Promise.resolve(),
            onNodeFailed: () => Promise.resolve(),
            nodes: {
                "n-1": { connection: { host: "a" }, opts: { protect: true } },
                "n-2": { connection: { host: "b", user: "root" }, nodeLabels: { rack: "r" }, triggers: [2] },
            },
        });
        const { __provider: text, owner, unitText, connection, ...own } = inputs["workers-n-2"] ?? {};
        expect([typeof text, typeof owner, unitText]).toEqual(["string", "string", ""]);
        expect(own).toEqual({ version: "v1.3.4_coreos.0", nodeLabels: { pool: "workers", rack: "r" }, triggers: [2] });
        expect(inside(connection)).toMatchObject({ host: "b", user: "root" });
        expect(inside(inputs["workers-n-1"]?.["connection"])).toMatchObject({
            host: "a",
            user: "core",
            privateKey: "k",
        });
    });

    it.each<readonly [what: string, shared: unknown, own: unknown]>([
        ["an output with plain fields", pulumi.output({ user: "core", host: "x" }), { host: "a" }],
        ["plain fields with a promise", { user: "core" }, Promise.resolve({ host: "a" })],
        ["outputs within", { user: pulumi.output("core") }, { host: pulumi.output("a") }],
    ])("join %s", async (_, shared, own) => {
        const inputs = await inputsOf({
            ...{ version: "v1.3.4_coreos.0", connection: shared as KubeletRolloutArgs["connection"] },
            nodes: { n: { connection: own as KubeletRolloutArgs["connection"] } },
        } as KubeletRolloutArgs);
        expect(inputs["workers-n"]?.["connection"]).toEqual({ user: "core", host: "a" });
    });

    it("leave a shared field readable where a node's own is not known yet", async () => {
        registered = await start(true, told);
        const host = pulumi.unknown as pulumi.Output<string>;
        const inputs = await inputsOf({
            ...{ version: "v1.3.4_coreos.0", connection: { user: "core" } },
            nodes: { n: { connection: { host } } },
        });
        expect(inputs["workers-n"]?.["connection"]).toMatchObject({ user: "core" });
    });

    it("are at hand by the names of their nodes", () => {
        const { nodes } = new KubeletRollout("workers", { version: "v1.3.4_coreos.0", nodes: NODES });
        expect(Object.keys(nodes).sort()).toEqual(["n-1", "n-2"]);
        expect(Object.values(nodes).every((node) => KubeletService.isInstance(node))).toBe(true);
    });
});

describe("the order", () => {
    it("is told, and by name", () => {
        const { waves } = new KubeletRollout("workers", {
            version: "v1",
            nodes: { ...NODES, "n-10": {} },
            canary: ["n-2"],
        });
        expect(waves).toEqual([["n-2"], ["n-1"], ["n-10"]]);
    });

    it("is of no nodes where there are none", async () => {
        const rollout = new KubeletRollout("workers", { nodes: {} });
        expect(rollout.waves).toEqual([]);
        expect(await promiseOf(rollout.summaryText)).toMatch(/^0 nodes in 0 waves/);
    });
});

describe("the summary", () => {
    it("is made of what the nodes tell", async () => {
        const rollout = new KubeletRollout("workers", { version: "v1.3.4_coreos.0", nodes: NODES });
        expect(await promiseOf(rollout.summary)).toEqual({
            nodes: {
                "n-1": { version: "v1.3.4_coreos.0", downtimeSeconds: 11, totalSeconds: 30 },
                "n-2": { version: "v1.3.4_coreos.0", downtimeSeconds: 11, totalSeconds: 30 },
            },
            waves: [["n-1"], ["n-2"]],
            longestDowntimeSeconds: 11,
        });
        expect(await promiseOf(rollout.summaryText)).toMatch(/^2 nodes in 2 waves; .* 11\.0 s\nwave 1 {2}n-1 /);
    });
});

describe("a rollout that is refused", () => {
    it.each<readonly [what: string, args: object, message: string]>([
        ["its limit", { maxUnavailable: 0 }, "KubeletRollout workers: maxUnavailable must be"],
        ["its canaries", { canary: ["x"] }, 'KubeletRollout workers: canary: there is no node "x"'],
        ["all that is wrong", { soakSeconds: -1, groups: 3 }, "workers: groups must be .*; soakSeconds must be"],
        [
            "a kubelet newer than the API server",
            { version: "v1.5.1_coreos.0", apiServerVersion: "v1.4.6" },
            "KubeletRollout workers: n-[12]: version is of Kubernetes 1\\.5: .*Upgrade the API server first",
        ],
        ["no nodes at all", { nodes: undefined }, "KubeletRollout workers: nodes must be a map of names"],
        ["a list of nodes", { nodes: ["a"] }, "nodes must be a map of names to arguments"],
        ["a node without a value", { nodes: { "n-1": null } }, "n-1: its arguments must be a map"],
        ["one name in Kubernetes for all", { hostnameOverride: "n" }, "hostnameOverride is of one node"],
        [
            "two nodes at one address",
            { connection: { port: 23 }, nodes: { a: { connection: { host: "h" } }, b: { connection: { host: "h" } } } },
            "KubeletRollout workers: a and b are one host, h:23",
        ],
        [
            "options that would go past it",
            { nodes: { a: { opts: { parent: {}, hooks: { onError: [] } } } } },
            "a: opts.parent is the rollout itself; a: opts.hooks.onError would try again past the gate",
        ],
        ["an API server of no version", { version: "v1", apiServerVersion: "new" }, "apiServerVersion must be"],
    ])("for %s", (_, args, message) => {
        const make = (): unknown => new KubeletRollout("workers", { nodes: NODES, ...args });
        expect(make).toThrow(pulumi.RunError);
        expect(make).toThrow(new RegExp(message));
        expect(registered.size).toBe(0);
    });
});

// Fleets of simulated hosts as the hooks of a rollout see them, without an engine.
import { expect } from "vitest";
import { Roll, type Fleet, type Severity, type Update } from "../../provider/gate";
import { update } from "../../provider/runtime";
import type { SimulatedHost, SimulatedHostOptions } from "../../provider/testing";
import { created, host, inputsOf, type Made, type Properties } from "../life/kubelets";

export interface Node {
    readonly host: SimulatedHost;
    readonly made: Made;
}

export type Nodes = Readonly<Record<string, Node>>;

/** Nodes whose kubelets run the old version; all made at once. */
export async function nodesOf(names: readonly string[], options: SimulatedHostOptions = {}): Promise<Nodes> {
    const made = names.map(async (name): Promise<[string, Node]> => {
        const on = await host(options);
        return [name, { host: on, made: await created(on) }];
    });
    return Object.fromEntries(await Promise.all(made));
}

export interface Scene {
    readonly fleet: Fleet;
    readonly roll: Roll;
    /** What the operator was told for good, with the node that it was told beside. */
    readonly told: readonly string[];
    /** What was shown while it lasted. */
    readonly shown: readonly string[];
    /** What was done around nodes, in order. */
    readonly worked: readonly string[];
    /** The update of a node to other arguments. */
    readonly updateOf: (name: string, version: string, more?: Properties) => Promise<Update>;
    /** The whole of it, as the engine goes about it. */
    readonly change: (name: string, version: string, more?: Properties) => Promise<void>;
}

/** Whatever the program asks of the nodes is this version; a node is done once its change is. */
export function sceneOf(nodes: Nodes, wanted: string, more: Partial<Fleet> = {}): Scene {
    const [told, shown, worked]: [string[], string[], string[]] = [[], [], []];
    const done = new Map<string, Properties>();
    const note = (what: string) => (node: { readonly name: string; readonly running?: string }) => {
        worked.push([what, node.name, node.running ?? ""].join(" ").trim());
        return Promise.resolve();
    };
    const fleet: Fleet = {
        ...{ waves: Object.keys(nodes).map((name) => [name]), maxUnavailable: 1, soakSeconds: 0, prefetch: false },
        ...{ beforeNode: note("before"), afterNode: note("after"), onNodeFailed: note("failed") },
        wanted: async (name) => (await updateOf(name, wanted)).newInputs,
        done: (name) => Promise.resolve(done.get(name)),
        tell: (severity: Severity, text, urn) => {
            (severity === "step" ? shown : told).push(`${urn}: ${text}`);
        },
        ...more,
    };
    const roll = new Roll(fleet);
    const nodeOf = (name: string): Node => nodes[name] ?? expect.fail(`there is no node ${name}`);
    const updateOf = async (name: string, version: string, args: Properties = {}): Promise<Update> => {
        const { host: on, made } = nodeOf(name);
        return { node: name, urn: name, newInputs: await inputsOf(on, version, args), oldOutputs: made.outs };
    };
    const change = async (name: string, version: string, args: Properties = {}): Promise<void> => {
        const one = await updateOf(name, version, args);
        await roll.before(one);
        try {
            const { outs } = await update(nodeOf(name).made.id, one.oldOutputs ?? {}, one.newInputs);
            done.set(name, outs);
        } catch (error) {
            await roll.failed(one, [String(error)]);
            throw error;
        }
        await roll.after(one);
    };
    return { fleet, roll, told, shown, worked, updateOf, change };
}

export function hostOf(nodes: Nodes, name: string): SimulatedHost {
    return nodes[name]?.host ?? expect.fail(`there is no node ${name}`);
}

/** How often somebody logged in to each. */
export const loginsOf = (nodes: Nodes): readonly number[] =>
    Object.values(nodes).map(({ host: { counters } }) => counters.logins);

/** Outputs of nodes that were not changed, as the engine hands them on. */
export const outsOf = (nodes: Nodes, more: Properties = {}): Fleet["done"] => {
    return (name) => Promise.resolve({ ...nodes[name]?.made.outs, ...more });
};

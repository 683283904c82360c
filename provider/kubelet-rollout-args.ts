import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs, KubeletServiceArgs } from "./kubelet-args";
import type { Limit } from "./rollout/limit";
import { joinedFields, mergedArgs } from "./rollout/merge";
import type { NodeWork } from "./rollout/node-change";
import { skewProblem } from "./rollout/skew";
import { shapeProblems, type Shape } from "./rollout/waves";

// Each of these declares a member of its own: without one, errors would call it by the type that it extends.

/** How to log in to nodes, as far as they share it: any field of {@link ConnectionArgs}. */
export interface NodeConnectionArgs extends Partial<ConnectionArgs> {
    readonly host?: pulumi.Input<string>;
}

/** The arguments of a KubeletService, each of which may also be given for all nodes of a rollout at once. */
interface SharedArgs extends Partial<Omit<KubeletServiceArgs, "connection">> {
    /**
     * How to log in: what all nodes share, and what each has of its own, which has to make a whole with `host`. Default none.
     * A change of a node's host or port replaces its resource; any other change causes a log-in, and nothing
     * on the host.
     */
    readonly connection?: pulumi.Input<NodeConnectionArgs>;
}

/** What one node of a rollout has of its own: any argument of a KubeletService, which wins as {@link KubeletRolloutArgs} tells. */
export interface RolloutNodeArgs extends SharedArgs {
    /**
     * Pulumi's options for this node's resource. `dependsOn` and `hooks` come beside the rollout's own; `hooks.beforeUpdate`
     * is called before the gate, so that a drain belongs in `beforeNode`. Its parent is the rollout, and no `hooks.onError`
     * may try again what no gate has let through. Default none. A change touches no host, unless it makes the node another
     * resource for Pulumi.
     */
    readonly opts?: Omit<pulumi.CustomResourceOptions, "parent"> | undefined;
}

/**
 * The arguments of a KubeletRollout: those of a KubeletService, shared by all nodes, and those of the roll, whose change
 * alone touches no host. A node's own arguments win: `connection`, `image`, `rkt`, `unit`, `health`, `timeouts`, `flags`
 * and `nodeLabels` field by field, the others whole.
 */
export interface KubeletRolloutArgs extends Omit<SharedArgs, "hostnameOverride">, NodeWork {
    /** The nodes, by names that stay: a renamed node is another one. To add, remove or reorder nodes restarts no other. */
    readonly nodes: Readonly<Record<string, RolloutNodeArgs>>;
    /**
     * How many nodes may be without a healthy kubelet at once, and the size of a wave: a count from 1 on, or a percentage of
     * all nodes, rounded down. Never below 1 nor above the number of nodes. Default 1.
     */
    readonly maxUnavailable?: Limit | undefined;
    /** Nodes to change before all others: how many of the first, or their names. Default 0. */
    readonly canary?: number | readonly string[] | undefined;
    /** Names of nodes that are done one group after another; nodes of no group come last. Default none. */
    readonly groups?: readonly (readonly string[])[] | undefined;
    /** Seconds that the kubelets of all finished nodes must have run, healthy, before the next wave starts, 0 to a day. Default 0. */
    readonly soakSeconds?: number | undefined;
    /** Whether to fetch the image on every node that will need it before the first is restarted. Default false. */
    readonly prefetch?: boolean | undefined;
    /**
     * Version of the cluster's API server, such as `v1.4.6`: a kubelet that is newer, or more than two minors older, fails
     * the program, in preview too. Default: not held against any.
     */
    readonly apiServerVersion?: pulumi.Input<string> | undefined;
}

/**
 * What decides the order of a rollout, defaults filled in.
 *
 * @throws RunError that names each wrong argument.
 */
export function shapeOf(name: string, args: KubeletRolloutArgs): Shape {
    const { maxUnavailable = 1, canary = 0, groups = [], soakSeconds = 0 } = args;
    const nodes = nodesIn(args);
    if (nodes === undefined) throw refusal(`KubeletRollout ${name}: nodes must be a map of names to arguments`);
    const shape = { nodes: Object.keys(nodes), maxUnavailable, canary, groups, soakSeconds };
    const problems = [...shapeProblems(shape), ...nodeProblems(args)];
    if (problems.length > 0) throw refusal(`KubeletRollout ${name}: ${problems.join("; ")}`);
    return shape;
}

/** The nodes, where they are what the type says: they may come from a configuration. */
function nodesIn({ nodes }: KubeletRolloutArgs): KubeletRolloutArgs["nodes"] | undefined {
    return isMap(nodes) ? nodes : undefined;
}

function isMap(value: unknown): boolean {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What no node may have, and what no two may share, as far as the program knows it. */
function nodeProblems(args: KubeletRolloutArgs): readonly string[] {
    const found: string[] = [];
    const { hostnameOverride } = args as RolloutNodeArgs;
    if (hostnameOverride !== undefined)
        found.push("hostnameOverride is of one node: Kubernetes would take all for one");
    const byPlace = new Map<string, string>();
    for (const [name, own] of Object.entries(args.nodes)) {
        if (!isMap(own)) {
            found.push(`${name}: its arguments must be a map`);
            continue;
        }
        const { parent, hooks } = (own.opts ?? {}) as pulumi.CustomResourceOptions;
        if (parent !== undefined) found.push(`${name}: opts.parent is the rollout itself`);
        if (hooks?.onError !== undefined) found.push(`${name}: opts.hooks.onError would try again past the gate`);
        const place = placeOf(args.connection, own.connection);
        if (place === undefined) continue;
        const other = byPlace.get(place);
        if (other !== undefined) found.push(`${other} and ${name} are one host, ${place}`);
        byPlace.set(place, name);
    }
    return found;
}

/**
 * Address and port of a node, where both are plain values: of outputs the program knows nothing yet, and behind two jump hosts
 * one address may be two hosts.
 */
function placeOf(shared: unknown, own: unknown): string | undefined {
    const { host, port = 22, proxy } = { ...(shared as NodeConnectionArgs), ...(own as NodeConnectionArgs) };
    const isPlain = typeof host === "string" && typeof port === "number" && proxy === undefined;
    return isPlain ? `${host}:${port}` : undefined;
}

/**
 * The arguments of each node's KubeletService.
 *
 * @throws RunError where the API server's version forbids a kubelet's.
 */
export function nodeArgs(name: string, args: KubeletRolloutArgs): ReadonlyMap<string, KubeletServiceArgs> {
    const judged = new Map<unknown, pulumi.Input<string>>();
    const argsOf = (node: string, own: RolloutNodeArgs): KubeletServiceArgs => {
        const given = mergedArgs(argumentsIn(args), argumentsIn(own), join) as unknown as KubeletServiceArgs;
        const { apiServerVersion: server } = args;
        if (server === undefined) return given;
        // Nodes of one version are judged together: what fails is told once.
        const version = judged.get(given.version) ?? joinedWith(given.version, server, judgeOf(`${name}: ${node}`));
        judged.set(given.version, version);
        return { ...given, version };
    };
    return new Map(Object.entries(args.nodes).map(([node, own]) => [node, argsOf(node, own)]));
}

/** What gives a kubelet's version back, unless the API server's forbids it. */
function judgeOf(whose: string): (version: string, server: string) => string {
    return (version, server) => {
        const problem = skewProblem(version, server);
        if (problem === undefined) return version;
        throw refusal(`KubeletRollout ${whose}: ${problem}`);
    };
}

/** Every resource that waits for a value puts words before the message of its error, and Pulumi prints it with colours. */
function refusal(message: string): pulumi.RunError {
    return Object.defineProperties(new pulumi.RunError(message), {
        message: { get: () => message, set: () => undefined },
        // Shown to nobody; Node 20 takes half a minute to colour one that leads through a scoped package.
        stack: { value: undefined, writable: true },
    });
}

/** What is no argument of a KubeletService. */
const NO_ARGUMENTS: ReadonlySet<string> = new Set<keyof KubeletRolloutArgs | keyof RolloutNodeArgs>([
    "nodes",
    "maxUnavailable",
    "canary",
    "groups",
    "soakSeconds",
    "prefetch",
    "apiServerVersion",
    "beforeNode",
    "afterNode",
    "onNodeFailed",
    "opts",
]);

function argumentsIn(args: object): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(args).filter(([name]) => !NO_ARGUMENTS.has(name)));
}

function join(shared: unknown, own: unknown): unknown {
    return joinedWith(shared, own, joinedFields);
}

/** Joined at once where both are there: an output would hide which of them is secret or unknown, and fail later. */
function joinedWith<T, U>(a: pulumi.Input<T>, b: pulumi.Input<T>, joined: (a: T, b: T) => U): pulumi.Input<U> {
    if (!isLater(a) && !isLater(b)) return joined(a, b);
    return pulumi.all([a, b]).apply(([known, other]): U => joined(known as T, other as T));
}

function isLater<T>(value: pulumi.Input<T>): value is Promise<T> | pulumi.OutputInstance<T> {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}

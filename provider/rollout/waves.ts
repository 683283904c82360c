import { limitOf, limitProblem, type Limit } from "./limit";
import { byName } from "./order";

/** What of a rollout's arguments decides its order. */
export interface Shape {
    /** Names of the nodes, in any order. */
    readonly nodes: readonly string[];
    readonly maxUnavailable: Limit;
    readonly canary: number | readonly string[];
    readonly groups: readonly (readonly string[])[];
    /** Seconds. */
    readonly soakSeconds: number;
}

/** Names of nodes that are done side by side. */
export type Wave = readonly string[];

/**
 * The waves of a rollout: the canaries, then group after group, the nodes of no group last; by name within each. Every node
 * exactly once, no wave larger than the limit, the same in whatever order the nodes are given. Pure. Trusts that
 * {@link shapeProblems} found nothing.
 */
export function wavesOf({ nodes, maxUnavailable, canary, groups }: Shape): readonly Wave[] {
    const size = limitOf(maxUnavailable, nodes.length);
    const ordered = orderOf(nodes, groups);
    const canaries = canariesIn(ordered.flat(), canary);
    const rest = ordered.map((group) => group.filter((name) => !canaries.includes(name)));
    return [canaries, ...rest].flatMap((group) => inBatches(group, size));
}

function orderOf(nodes: readonly string[], groups: Shape["groups"]): readonly Wave[] {
    const grouped = new Set(groups.flat());
    return [...groups, nodes.filter((name) => !grouped.has(name))].map((group) => [...group].sort(byName));
}

function canariesIn(ordered: readonly string[], canary: Shape["canary"]): readonly string[] {
    return typeof canary === "number" ? ordered.slice(0, canary) : ordered.filter((name) => canary.includes(name));
}

function inBatches(group: readonly string[], size: number): readonly Wave[] {
    const count = Math.ceil(group.length / size);
    return Array.from({ length: count }, (_, at) => group.slice(at * size, (at + 1) * size));
}

/** What is wrong with the arguments that decide the order, each sentence naming its argument. Pure; trusts no type. */
export function shapeProblems({ nodes, maxUnavailable, canary, groups, soakSeconds }: Shape): readonly string[] {
    const limit = limitProblem(maxUnavailable);
    return [
        ...(nodes.includes("") ? ["nodes: a name must not be empty"] : []),
        ...(limit === undefined ? [] : [`maxUnavailable ${limit}`]),
        ...canaryProblems(canary, nodes),
        ...(isListOf(groups, isNames) ? namesProblems("groups", groups.flat(), nodes) : [NO_GROUPS]),
        ...(isSoak(soakSeconds) ? [] : [`soakSeconds must be a number from 0 to ${A_DAY}, a day`]),
    ];
}

/** Seconds. */
const A_DAY = 86_400;

function isSoak(value: unknown): boolean {
    return typeof value === "number" && value >= 0 && value <= A_DAY;
}

const NO_GROUPS = "groups must be a list of lists of names of nodes";

function canaryProblems(canary: unknown, nodes: readonly string[]): readonly string[] {
    if (isNames(canary)) return namesProblems("canary", canary, nodes);
    const isCount = typeof canary === "number" && Number.isInteger(canary) && canary >= 0;
    return isCount ? [] : ["canary must be a whole number from 0 on, or a list of names of nodes"];
}

function namesProblems(argument: string, names: readonly string[], nodes: readonly string[]): readonly string[] {
    const unknown = new Set(names.filter((name) => !nodes.includes(name)));
    const twice = new Set(names.filter((name, at) => names.indexOf(name) < at));
    return [
        ...[...unknown].map((name) => `${argument}: there is no node ${quoted(name)}`),
        ...[...twice].map((name) => `${argument}: ${quoted(name)} is named twice`),
    ];
}

/** A name must not be able to move the operator's cursor. */
function quoted(name: string): string {
    return JSON.stringify(name).slice(0, 80);
}

function isNames(value: unknown): value is readonly string[] {
    return isListOf(value, (item) => typeof item === "string");
}

function isListOf(value: unknown, is: (item: unknown) => boolean): boolean {
    return Array.isArray(value) && value.every(is);
}

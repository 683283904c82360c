import type { LastChange } from "../spec/state";
import type { Wave } from "./waves";

/** How the last change of a node went. */
export interface NodeSummary {
    /** Tag of the image that the kubelet runs; the one asked for where the pod could not be read; `none` of a node not made yet. */
    readonly version: string;
    /** Seconds without a kubelet. */
    readonly downtimeSeconds: number;
    /** Seconds from first to last of the operation on the host, its fetch included. */
    readonly totalSeconds: number;
}

/** What a completed roll came to. */
export interface RolloutSummary {
    /** By the node's name. */
    readonly nodes: Readonly<Record<string, NodeSummary>>;
    /** Names of the nodes in the order in which they were changed. */
    readonly waves: readonly Wave[];
    /** Of all nodes, the longest time without a kubelet. */
    readonly longestDowntimeSeconds: number;
}

/** What of a node's outputs a summary tells. */
export interface NodeOutputs {
    /** Undefined, as are the others, of a node that --target left out before it was made, and by mocks that do not give it. */
    readonly version: string | undefined;
    readonly runningVersion: string | undefined;
    readonly lastChange: LastChange | undefined;
}

export function summaryOf(outputs: Readonly<Record<string, NodeOutputs>>, waves: readonly Wave[]): RolloutSummary {
    const nodes = Object.fromEntries(
        Object.entries(outputs).map(([name, { version, runningVersion, lastChange }]): [string, NodeSummary] => [
            name,
            {
                version: (runningVersion === "unknown" ? version : (runningVersion ?? version)) ?? "none",
                downtimeSeconds: lastChange?.downtimeSeconds ?? 0,
                totalSeconds: lastChange?.totalSeconds ?? 0,
            },
        ]),
    );
    const downtimes = Object.values(nodes).map(({ downtimeSeconds }) => downtimeSeconds);
    return { nodes, waves, longestDowntimeSeconds: Math.max(0, ...downtimes) };
}

/** The summary as lines, a node each, in the order of the waves. */
export function summaryText({ nodes, waves, longestDowntimeSeconds }: RolloutSummary): string {
    const names = waves.flat();
    const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
    const nameWidth = widest(names);
    const versionWidth = widest(Object.values(nodes).map(({ version }) => version));
    const lines = waves.flatMap((wave, at) =>
        wave.flatMap((name) => {
            const node = nodes[name];
            if (node === undefined) return [];
            const version = `${name.padEnd(nameWidth)}  ${node.version.padEnd(versionWidth)}`;
            const times = `${seconds(node.downtimeSeconds)} without a kubelet, ${seconds(node.totalSeconds)} in all`;
            return [`wave ${at + 1}  ${version}  ${times}`];
        }),
    );
    const head = `${counted(names.length, "node")} in ${counted(waves.length, "wave")}; longest time without a kubelet ${seconds(longestDowntimeSeconds)}`;
    return [head, ...lines].join("\n");
}

function seconds(value: number): string {
    return `${value.toFixed(1)} s`;
}

function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

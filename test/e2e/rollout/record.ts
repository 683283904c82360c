// What happened to the nodes of a fleet, told by what their hosts wrote down while it happened.

/** A node's kubelet, or a transaction on it, began or ended, as the node's host saw it. */
export interface Moment {
    /** Milliseconds since 1970. */
    readonly time: number;
    readonly node: string;
    readonly unit: "kubelet" | "transaction";
    readonly isRunning: boolean;
}

/** A time in which a node's kubelet could not be counted on. */
export interface Turn {
    readonly node: string;
    readonly from: number;
    /** Infinity: it is not over. */
    readonly to: number;
}

export type Waves = readonly (readonly string[])[];

/**
 * The turns of all nodes, in the order of their beginnings: each from the first change of a kubelet until it runs and no
 * transaction is under way that could still stop it.
 */
export function turnsOf(moments: readonly Moment[]): readonly Turn[] {
    const nodes = [...new Set(moments.map(({ node }) => node))];
    return nodes
        .flatMap((node) => turnsOfNode(moments.filter((moment) => moment.node === node)))
        .sort((a, b) => a.from - b.from);
}

function turnsOfNode(moments: readonly Moment[]): readonly Turn[] {
    const turns: Turn[] = [];
    const running = { kubelet: false, transaction: false };
    let from: number | undefined;
    for (const { node, time, unit, isRunning } of [...moments].sort((a, b) => a.time - b.time)) {
        running[unit] = isRunning;
        if (unit === "kubelet") from ??= time;
        if (from === undefined || !running.kubelet || running.transaction) continue;
        turns.push({ node, from, to: time });
        from = undefined;
    }
    const [first] = moments;
    return first === undefined || from === undefined ? turns : [...turns, { node: first.node, from, to: Infinity }];
}

/** How many nodes were down at the worst moment. */
export function mostDown(turns: readonly Turn[]): number {
    return Math.max(0, ...turns.map(({ from }) => turns.filter((turn) => turn.from <= from && from < turn.to).length));
}

/** By wave, the nodes that had a turn, each as often as it had one. */
export function touchedBy(turns: readonly Turn[], waves: Waves): Waves {
    const strangers = turns.filter(({ node }) => !waves.flat().includes(node)).map(({ node }) => node);
    if (strangers.length > 0) throw new Error(`in no wave: ${strangers.join(", ")}`);
    return waves.map((wave) => wave.flatMap((name) => turns.filter(({ node }) => node === name).map(() => name)));
}

/** Every turn that began before one of an earlier wave was over. */
export function outOfOrder(turns: readonly Turn[], waves: Waves): readonly string[] {
    const waveOf = ({ node }: Turn): number => waves.findIndex((wave) => wave.includes(node));
    return turns.flatMap((later) =>
        turns
            .filter((earlier) => waveOf(earlier) < waveOf(later) && earlier.to > later.from)
            .map((earlier) => `${later.node} began before ${earlier.node} was done`),
    );
}

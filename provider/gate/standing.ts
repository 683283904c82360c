import type { Position } from "../rollout/position";
import type { Fleet } from "./fleet";

/** Which nodes of a roll are being changed at this moment, and which are changed. */
export interface Standing {
    readonly changing: ReadonlySet<string>;
    readonly changed: ReadonlySet<string>;
}

/** The number of a node's wave, from 0 on. */
export function waveOf({ waves }: Fleet, node: string): number {
    return waves.findIndex((wave) => wave.includes(node));
}

/** Where a roll stands, as seen from a node that failed. */
export async function positionOf(fleet: Fleet, node: string, { changing, changed }: Standing): Promise<Position> {
    const others = fleet.waves.flat().filter((name) => name !== node);
    const isDone = async (name: string): Promise<boolean> =>
        !changing.has(name) && (changed.has(name) || (await runsAsWanted(fleet, name)));
    const done = (await Promise.all(others.map(isDone))).filter((is) => is).length;
    const underWay = others.filter((name) => changing.has(name)).length;
    return {
        ...{ wave: waveOf(fleet, node) + 1, waves: fleet.waves.length },
        ...{ done, underWay, notStarted: others.length - done - underWay },
    };
}

/** One that --target left out does not. */
async function runsAsWanted(fleet: Fleet, name: string): Promise<boolean> {
    const [outputs, wanted] = await Promise.all([fleet.done(name), fleet.wanted(name)]);
    return outputs !== undefined && outputs["version"] === wanted?.["version"];
}

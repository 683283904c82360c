import { isRunning } from "../plan/make";
import type { Observed } from "../plan/observed";
import type { Running } from "../rollout/position";
import type { KubeletServiceInputs } from "../spec/args";
import { specOf } from "../spec/defaults";
import { compareMeaning } from "../systemd/meaning";
import type { Properties, Update } from "./fleet";
import { BRIEFLY, onHost } from "./looks";

/** What a node was found to run after its change failed. */
export interface Aftermath {
    readonly running: Running;
    /** Tag of the image that its kubelet runs, `none` or `unknown`. */
    readonly version: string;
}

/** Looks at a node whose change failed. Never rejects: what cannot be seen is unknown. */
export async function aftermathOf({ newInputs, oldOutputs }: Update): Promise<Aftermath> {
    try {
        const spec = specOf(newInputs as unknown as KubeletServiceInputs);
        const pinned = textIn(oldOutputs, "hostKey");
        const observed = await onHost(spec, { pinned, connect: BRIEFLY, operation: 2 * BRIEFLY }, (host) =>
            host.observe(),
        );
        return aftermathIn(observed, textIn(oldOutputs, "unitText"));
    } catch {
        return { running: "unknown", version: "unknown" };
    }
}

/** What that shows, where the unit was so before; undefined: there was none. Pure. */
export function aftermathIn(observed: Observed, unitBefore: string | undefined): Aftermath {
    if (!isRunning(observed)) return { running: "none", version: "none" };
    const isOld = unitBefore !== undefined && compareMeaning(observed.unit.text, unitBefore) === "same";
    return { running: isOld ? "old" : "new", version: observed.pod?.tag ?? "unknown" };
}

function textIn(properties: Properties | undefined, name: string): string | undefined {
    const value = properties?.[name];
    return typeof value === "string" ? value : undefined;
}

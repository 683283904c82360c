import type { Sight } from "../host/host";
import { illnessOf } from "../host/illness";
import { renderUnit } from "../kubelet/unit";
import { diff } from "../plan/diff";
import { factsOf } from "../plan/facts";
import { isRunning } from "../plan/make";
import type { Running } from "../rollout/position";
import { asInputs } from "../spec/args";
import { specOf } from "../spec/defaults";
import type { Spec } from "../spec/spec";
import { compareMeaning } from "../systemd/meaning";
import type { Properties, Update } from "./fleet";
import { BRIEFLY, onHost } from "./looks";

/** What a node was found to run after its change failed. */
export interface Aftermath {
    /** Undefined: what it ran before, untouched. */
    readonly running: Running | undefined;
    /** Tag of the image that its kubelet runs, `none` or `unknown`. */
    readonly version: string;
    /** Whether that is the old kubelet, and healthy. */
    readonly isBack: boolean;
}

const UNKNOWN: Aftermath = { running: "unknown", version: "unknown", isBack: false };
const UNTOUCHED: Aftermath = { ...UNKNOWN, running: undefined };

/** Looks at a node whose change failed. Never rejects: what cannot be seen is unknown. */
export async function aftermathOf({ newInputs, oldOutputs }: Update): Promise<Aftermath> {
    let isProof = false;
    try {
        // Where nothing is to be done but to prove a log-in, a host that does not take it was not touched.
        isProof = oldOutputs !== undefined && diff(oldOutputs, asInputs(newInputs)).kind === "connection";
        const spec = specOf(asInputs(newInputs));
        const pinned = textIn(oldOutputs, "hostKey");
        // What is back is asked where it answered before this change.
        const { port } = oldOutputs === undefined ? spec.health : specOf(asInputs(oldOutputs)).health;
        const sight = await onHost(spec, { pinned, connect: BRIEFLY, operation: 2 * BRIEFLY }, (host) =>
            host.look(port),
        );
        return aftermathIn(sight, spec, textIn(oldOutputs, "unitText"));
    } catch {
        return isProof ? UNTOUCHED : UNKNOWN;
    }
}

/** What that shows, where the unit was so before; undefined: nobody knows, it was a create. Pure. */
export function aftermathIn(sight: Sight, spec: Spec, unitBefore: string | undefined): Aftermath {
    const { operation, record, unit, pod } = sight.observed;
    // Its files may be swapped, and will be swapped back if it fails.
    if (operation !== undefined || record?.state === "armed") return UNKNOWN;
    if (!isRunning(sight.observed)) return { running: "none", version: "none", isBack: false };
    const isLike = (text: string): boolean => compareMeaning(unit.text, text) === "same";
    const isOld =
        unitBefore === undefined
            ? !isLike(renderUnit(spec, factsOf(sight.observed, spec.connection.host)))
            : isLike(unitBefore);
    return {
        running: isOld ? "old" : "new",
        version: pod?.tag ?? "unknown",
        isBack: isOld && illnessOf(sight) === undefined,
    };
}

function textIn(properties: Properties | undefined, name: string): string | undefined {
    const value = properties?.[name];
    return typeof value === "string" ? value : undefined;
}

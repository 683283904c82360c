import type { Spec } from "./spec";

/** Fewer characters than this are no secret, and stand in many an innocent text. */
export const SHORTEST_SECRET = 4;

/** Values that a host may repeat in its messages: wrappers log whole command lines. */
export function secretsOf(spec: Spec): readonly string[] {
    const flags = Object.values(spec.kubelet.flags).flatMap((value) =>
        typeof value === "object" ? [...value] : [String(value)],
    );
    return [
        ...Object.values(spec.unit.environment),
        ...Object.values(spec.rkt.setEnv),
        ...flags,
        ...[...(spec.rkt.options ?? "").matchAll(VARIABLE)].map(([, value = ""]) => value),
        ...spec.unit.execStartPre,
    ].filter((value) => value.length >= SHORTEST_SECRET);
}

/** The value of a variable that raw options give. Other options name paths and images, which messages are to tell. */
const VARIABLE = /--(?:set-env|environment)[= \t\n]+[^= \t\n]+=([^ \t\n]+)/g;

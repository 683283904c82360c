/** What the engine puts where a value is not known yet, in preview. Source: pulumi sdk/nodejs/runtime/rpc.ts, unknownValue. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
    return value === UNKNOWN;
}

/** Whether a value is unknown, or holds one that is, at any depth. */
export function hasUnknown(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return isUnknown(value);
    return Object.values(value).some(hasUnknown);
}

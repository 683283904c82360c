import type { KubeletServiceInputs } from "./args";

/** The shape of stored state; raised with every change of it. */
export const SCHEMA_VERSION = 1;

/** What the last operation did to the host. */
export interface LastChange {
    readonly action: "created" | "adopted" | "updated" | "repaired" | "none";
    readonly fetchSeconds: number;
    readonly downtimeSeconds: number;
    readonly totalSeconds: number;
}

/** What a KubeletService tells besides its arguments. */
export interface Outputs {
    readonly schemaVersion: number;
    /** The unit as the host really has it. */
    readonly unitText: string;
    readonly wrapperPath: string;
    readonly wrapperSource: "host" | "uploaded";
    readonly osId: string;
    readonly osVersion: string;
    readonly rktVersion: string;
    readonly machineId: string;
    /** The host key that was seen, in authorized_keys form; later log-ins must show it. */
    readonly hostKey: string;
    /** Token of this instance: delete touches only what carries it. */
    readonly instance: string;
    readonly owner?: string;
    readonly adopted: boolean;
    /** Tag of the image that the running pod is of, or `unknown`. */
    readonly runningVersion: string;
    /** What refresh found changed on the host, each by name. */
    readonly drift: readonly string[];
    readonly lastChange: LastChange;
}

/** What is stored: arguments and outputs side by side. */
export type State = Omit<KubeletServiceInputs, "unitText"> & Outputs;

/**
 * Reads stored outputs of every shape that was ever written.
 *
 * @throws Error where they were written by a newer release, or are none of ours.
 */
export function migrate(raw: unknown): State {
    if (typeof raw !== "object" || raw === null || !("schemaVersion" in raw)) {
        throw new Error("the stored state is not that of a KubeletService: it has no schemaVersion");
    }
    const version = raw.schemaVersion;
    if (typeof version !== "number") throw new Error("the stored state has a schemaVersion that is no number");
    if (version > SCHEMA_VERSION) {
        throw new Error(
            `the state was written by a newer pulumi-coreos-kubelet (schema ${version}, this one knows ${SCHEMA_VERSION}): upgrade the package`,
        );
    }
    return raw as State;
}

/**
 * The value as plain JSON, which is all that the engine can store: undefined is left out at any depth.
 *
 * @throws TypeError for what would be lost or break the answer: functions, Buffers and other instances, bigint, NaN.
 */
export function storable(value: unknown, path = "outputs"): unknown {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (Array.isArray(value)) return value.map((item, at) => storable(item ?? null, `${path}[${at}]`));
    if (typeof value === "object" && isPlain(value)) {
        const kept = Object.entries(value).filter(([, field]) => field !== undefined);
        return Object.fromEntries(kept.map(([key, field]) => [key, storable(field, `${path}.${key}`)]));
    }
    throw new TypeError(
        `${path} cannot be stored: it is ${typeof value === "object" ? "no plain object" : typeof value}`,
    );
}

function isPlain(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || prototype === Object.prototype;
}

import type { KubeletServiceInputs } from "./args";

/** The shape of stored state; raised with every change of it, but for an output that may be missing and is learned anew. */
export const SCHEMA_VERSION = 1;

/** Path of each drop-in to a short digest of what it says, keyed by the machine. */
export type DropInDigests = Readonly<Record<string, string>>;

/** What the last operation did to the host. */
export interface LastChange {
    /** `repaired`: what the last refresh found changed was mended, perhaps beside other changes; `none`: nothing was to do. */
    readonly action: "created" | "adopted" | "updated" | "repaired" | "none";
    /** Seconds that the image took to be fetched; 0 where none was. */
    readonly fetchSeconds: number;
    /** Seconds without a kubelet. */
    readonly downtimeSeconds: number;
    /** Seconds from first to last of the operation on the host, its fetch included. */
    readonly totalSeconds: number;
}

/** What a KubeletService tells besides its arguments. */
export interface Outputs {
    readonly schemaVersion: number;
    /** The unit as the host really has it. */
    readonly unitText: string;
    readonly wrapperPath: string;
    readonly wrapperSource: "host" | "uploaded";
    /** Beginning of the sha256 of what lies at wrapperPath. Absent: written before this was stored. */
    readonly wrapperHash?: string;
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
    /** The drop-ins that the last apply took note of. Absent: written before these were stored. */
    readonly dropIns?: DropInDigests;
    /** What refresh found changed on the host, each by name. */
    readonly drift: readonly string[];
    readonly lastChange: LastChange;
}

/** What is stored: arguments and outputs side by side. */
export type State = Omit<KubeletServiceInputs, "unitText"> & Outputs;

/**
 * Reads stored outputs of every shape that was ever written. Pure, and cheap: diff calls it for each resource.
 *
 * @throws Error where they were written by a newer release, are damaged, or are none of ours. Names fields, never values.
 */
export function migrate(raw: unknown): State {
    if (typeof raw !== "object" || raw === null || !("schemaVersion" in raw)) {
        throw new Error("the stored state is not that of a KubeletService: it has no schemaVersion");
    }
    const version = raw.schemaVersion;
    if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
        throw new Error("the stored state is damaged: schemaVersion is no number from 1 on");
    }
    if (version > SCHEMA_VERSION) {
        throw new Error(
            `the state was written by a newer pulumi-coreos-kubelet (schema ${version}, this one knows ${SCHEMA_VERSION}): upgrade the package`,
        );
    }
    const damage = Object.entries(STORED).find(([name, is]) => !is((raw as Record<string, unknown>)[name]));
    if (damage !== undefined) {
        throw new Error(`the stored state is damaged: ${damage[0]} is missing or of a wrong type`);
    }
    return raw as State;
}

type Judge = (value: unknown) => boolean;

const isText: Judge = (value) => typeof value === "string";
const isObject = (value: unknown): value is object =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** What came to this schema later: where it is missing, the next look at the host learns it. */
const orMissing =
    (is: Judge): Judge =>
    (value) =>
        value === undefined || is(value);

/** What this schema writes, and later code may rely on. */
const STORED: Readonly<Record<Exclude<keyof Outputs, "owner" | "schemaVersion"> | "connection" | "version", Judge>> = {
    connection: (value) => isObject(value) && "host" in value && isText(value.host),
    version: isText,
    unitText: isText,
    wrapperPath: isText,
    wrapperSource: isText,
    wrapperHash: orMissing(isText),
    osId: isText,
    osVersion: isText,
    rktVersion: isText,
    machineId: isText,
    hostKey: isText,
    instance: isText,
    adopted: (value) => typeof value === "boolean",
    runningVersion: isText,
    dropIns: orMissing((value) => isObject(value) && Object.values(value).every(isText)),
    drift: (value) => Array.isArray(value) && value.every(isText),
    lastChange: isObject,
};

/** The names of what a KubeletService tells besides its arguments. */
export const OUTPUT_NAMES: readonly string[] = [
    "schemaVersion",
    "owner",
    ...Object.keys(STORED).filter((name) => name !== "connection" && name !== "version"),
];

/** What a state tells besides its arguments; the owner is one of these. */
export function toldBy(state: State): Readonly<Record<string, unknown>> {
    const isTold = (name: string): boolean => name !== "owner" && OUTPUT_NAMES.includes(name);
    return Object.fromEntries(Object.entries(state).filter(([name]) => isTold(name)));
}

/**
 * The value as plain JSON, which is all that the engine can store: undefined is left out of objects at any depth, and is
 * null in lists, where leaving it out would move the others.
 *
 * @throws TypeError for what would be lost or break the answer after the host was changed: functions, Outputs, Buffers
 * and other instances, bigint, symbols, NaN, infinities. Names the path, never the value.
 */
export function storable(value: unknown, path = "outputs"): unknown {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (Array.isArray(value)) return value.map((item, at) => storable(item ?? null, `${path}[${at}]`));
    if (typeof value === "object" && isPlain(value)) {
        const kept = Object.entries(value).filter(([, field]) => field !== undefined);
        return Object.fromEntries(kept.map(([key, field]) => [key, storable(field, `${path}.${key}`)]));
    }
    throw new TypeError(`${path} cannot be stored: it is ${kindOf(value)}`);
}

function isPlain(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || prototype === Object.prototype;
}

function kindOf(value: unknown): string {
    if (typeof value === "number") return "NaN or infinite";
    if (typeof value !== "object" || value === null) return typeof value;
    if (Buffer.isBuffer(value)) return "a Buffer";
    return "__pulumiOutput" in value ? "an Output" : "no plain object";
}

import type { Fault, RuleName } from "./findings";

/** A volume as rkt reads it. */
export interface Volume {
    readonly name: string;
    /** Empty for a volume of kind empty. */
    readonly source: string;
    readonly readOnly: boolean;
    readonly recursive: boolean;
}

/** What rkt reads in a value, why it refuses it, and what it takes otherwise than it seems. */
export interface Reading<T> {
    readonly is: T;
    readonly errors: readonly Fault[];
    readonly warnings: readonly Fault[];
}

/** Source: appc/spec schema/types/acname.go; run on 0.15.0 to 1.30.0, which take two dashes in a row too. */
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

export function isVolumeName(name: string): boolean {
    return NAME.test(name);
}

export const BAD_NAME: Fault = {
    rule: "volume-name",
    field: "name",
    problem: "the volume's name is not of a-z, 0-9 and inner dashes",
    remedy: "rename it",
};

/** Source: Go's strconv.ParseBool. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
    ...["1", "t", "T", "TRUE", "true", "True"].map((word) => [word, true] as const),
    ...["0", "f", "F", "FALSE", "false", "False"].map((word) => [word, false] as const),
]);

/** The truth of a word as Go reads it; undefined: it refuses the word. */
export function booleanIn(word: string): boolean | undefined {
    return BOOLEANS.get(word);
}

/** Reads the value of --volume: its name, then KEY=VALUE, taken as they stand. Source: appc/spec schema/types/volume.go. */
export function readVolume(value: string): Reading<Volume> {
    const [name = "", ...pairs] = value.split(",");
    const keys = new Map<string, string>();
    const ofPairs = pairs.flatMap((pair) => keyFaults(pair, keys));
    const source = keys.get("source") ?? "";
    return {
        is: { name, source, readOnly: isTrue(keys.get("readOnly")), recursive: isTrue(keys.get("recursive")) },
        errors: [...(isVolumeName(name) ? [] : [BAD_NAME]), ...ofPairs, ...kindFaults(keys, source)],
        warnings: [],
    };
}

const OF_EMPTY = ["mode", "uid", "gid"];
const KEYS = ["kind", "source", "readOnly", "recursive", ...OF_EMPTY];

const isTrue = (word: string | undefined): boolean => word !== undefined && booleanIn(word) === true;

/** Puts a pair among the keys, unless rkt refuses it. */
function keyFaults(pair: string, keys: Map<string, string>): readonly Fault[] {
    const at = pair.indexOf("=");
    const key = pair.slice(0, Math.max(0, at));
    const bad = (problem: string, remedy: string): readonly Fault[] => [{ rule: "volume-key", problem, remedy }];
    if (at === -1)
        return bad("commas part KEY=VALUE pairs, and one has no =", "no source can hold a comma or white space");
    if (!KEYS.includes(key)) return bad("--volume has no such key", `its keys are ${KEYS.join(", ")}`);
    if (keys.has(key)) return bad(`the key ${key} is given twice`, "give it once");
    keys.set(key, pair.slice(at + 1));
    if ((key !== "readOnly" && key !== "recursive") || booleanIn(pair.slice(at + 1)) !== undefined) return [];
    return [{ rule: "volume-boolean", problem: `${key} is neither true nor false`, remedy: `write ${key}=true` }];
}

function kindFaults(keys: ReadonlyMap<string, string>, source: string): readonly Fault[] {
    const bad = (rule: RuleName, problem: string, remedy: string): readonly Fault[] => [{ rule, problem, remedy }];
    const host = "write kind=host,source=/PATH";
    const kind = keys.get("kind");
    if (kind !== "host" && kind !== "empty") return bad("volume-kind", "the volume is of no kind that rkt knows", host);
    if (kind === "empty")
        return source === "" ? [] : bad("volume-source", "a volume of kind empty has no source", host);
    const key = OF_EMPTY.find((each) => keys.has(each));
    if (key !== undefined) return bad("volume-key", `a volume of kind host takes no ${key}`, "leave it out");
    return source.startsWith("/") ? [] : bad("volume-source", "the source is no absolute path", host);
}

import { compareVersions } from "../versions";

/** A release by ID (`coreos` or `flatcar`) and VERSION_ID of its os-release. */
export interface OsVersion {
    readonly osId: string;
    /** Such as `1185.3.0`. */
    readonly osVersion: string;
}

/** Values by the first release that had them, ascending. A release between two known ones is taken to be like the older. */
export type ByRelease<Value> = readonly (readonly [from: string, value: Value])[];

/** The value of a release; undefined: it is older than all that is known. */
export function valueAt<Value>(rows: ByRelease<Value>, osVersion: string): Value | undefined {
    return rows.findLast(([from]) => compareVersions(osVersion, from) >= 0)?.[1];
}

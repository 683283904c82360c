import { WRAPPER_GENERATIONS, type WrapperGeneration } from "../../provider/coreos/generations";
import type { Finding, HostFacts, Place } from "../../provider/rkt/findings";
import { judge } from "../../provider/rkt/judge";
import { specOf } from "../../provider/spec/defaults";
import type { RktSpec, VolumeSpec } from "../../provider/spec/spec";

export const rktOf = (rkt: Partial<RktSpec>): RktSpec => ({
    ...specOf({ connection: { host: "" }, version: "" }).rkt,
    ...rkt,
});

export const volumeOf = (volume: Partial<VolumeSpec>): VolumeSpec => ({
    ...{ name: "cni", source: "/opt/cni", target: "/opt/cni", readOnly: false, recursive: false },
    ...volume,
});

export function generation(name: string): WrapperGeneration {
    const found = WRAPPER_GENERATIONS.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no wrapper of generation ${name}`);
    return found;
}

export type Sources = HostFacts["sources"];

/** A place such as `1.14.0 C`. */
export function placeOf(words: string, hostFacts: HostFacts = { sources: {} }): Place {
    const [rktVersion = "", name = ""] = words.split(" ");
    return { rktVersion, wrapperGeneration: generation(name), hostFacts };
}

export const RESOLV = "--volume resolv,kind=host,source=/etc/resolv.conf --mount volume=resolv,target=/etc/resolv.conf";

/** A raw volume with its mount. */
export const bind = (name: string, source: string, target: string): string =>
    `--volume ${name},kind=host,source=${source} --mount volume=${name},target=${target}`;

/** What is found of raw or typed options. */
export function findings(options: string | Partial<RktSpec>, place: Place, insecure = false): readonly Finding[] {
    return judge({ rkt: rktOf(typeof options === "string" ? { options } : options), insecure }, place);
}

/** The same, as `severity rule path`. */
export function found(...asked: Parameters<typeof findings>): readonly string[] {
    return findings(...asked).map(said);
}

export const said = ({ severity, rule, path }: Finding): string => `${severity} ${rule} ${path}`;

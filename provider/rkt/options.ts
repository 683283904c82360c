import { mountsVarLog } from "../coreos/releases";
import type { RktSpec, VolumeSpec } from "../spec/spec";

/** Where the kubelet's pod writes its UUID, so that the next start can remove it; survives a reboot. Source: bootkube PR 562. */
export const UUID_FILE = "/var/cache/kubelet-pod.uuid";

/** What the options depend on besides themselves. */
export interface OptionFacts {
    readonly osVersion: string;
    readonly wrapperSource: "host" | "uploaded";
}

/** A fault of an argument: where it is, never what it holds. */
export interface Problem {
    readonly path: string;
    readonly reason: string;
}

const shared = (name: string, path: string): VolumeSpec => ({
    name,
    source: path,
    target: path,
    readOnly: false,
    recursive: false,
});

// Source: coreos/coreos-kubernetes Documentation/kubelet-wrapper.md, for all three.
const RESOLV = shared("resolv", "/etc/resolv.conf");
const ISCSI = shared("iscsiadm", "/usr/sbin/iscsiadm");
const VAR_LOG = shared("var-log", "/var/log");

/** The words of RKT_OPTS, in groups that belong together on a line. Typed options first, the raw ones last. */
export function rktWordGroups(
    rkt: RktSpec,
    image: { readonly insecure: boolean },
    facts: OptionFacts,
): readonly (readonly string[])[] {
    const isLogMounted = facts.wrapperSource === "host" && mountsVarLog(facts.osVersion);
    const volumes = volumesOf(rkt).filter((volume) => volume !== VAR_LOG || !isLogMounted);
    const raw = wordsIn(rkt.options ?? "");
    return [
        [`--uuid-file-save=${UUID_FILE}`],
        ...(image.insecure ? [["--insecure-options=image"]] : []),
        ...volumes.map(volumeWords),
        ...Object.entries(rkt.setEnv).map(([name, value]) => [`--set-env=${name}=${value}`]),
        ...(raw.length > 0 ? [raw] : []),
    ];
}

/** Paths on the host that the volumes name: each must exist there. */
export function rktSources(rkt: RktSpec): readonly string[] {
    // The keys of --volume may stand in any order behind its name.
    const raw = wordsIn(rkt.options ?? "").filter((word) => /,kind=host(,|$)/.test(word));
    const sources = raw.flatMap((word) => /,source=([^,]+)/.exec(word)?.[1] ?? []);
    return [...new Set([...volumesOf(rkt).map(({ source }) => source), ...sources])];
}

/** What cannot be expressed in RKT_OPTS, or surely fails in every rkt. */
export function rktProblems(rkt: RktSpec): readonly Problem[] {
    const volumes = volumesOf(rkt);
    const own = rkt.volumes.flatMap((volume, at) => volumeProblems(volume, `rkt.volumes[${at}]`));
    return [
        ...own,
        ...repeated(volumes.map(({ name }) => name)).map((name) => ({
            path: "rkt.volumes",
            reason: `two volumes are named "${name}"`,
        })),
        ...repeated(volumes.map(({ target }) => target.replace(/\/+$/, ""))).map((target) => ({
            path: "rkt.volumes",
            reason: `two volumes are mounted on "${target}"`,
        })),
        ...Object.entries(rkt.setEnv).flatMap(([name, value]) => environmentProblems(name, value)),
    ];
}

function volumesOf(rkt: RktSpec): readonly VolumeSpec[] {
    return [
        ...(rkt.hostDns ? [RESOLV] : []),
        ...(rkt.iscsi ? [ISCSI] : []),
        ...(rkt.containerLogs ? [VAR_LOG] : []),
        ...rkt.volumes,
    ];
}

function volumeWords({ name, source, target, readOnly, recursive }: VolumeSpec): readonly string[] {
    const options = [...(readOnly ? ["readOnly=true"] : []), ...(recursive ? ["recursive=true"] : [])];
    return [
        "--volume",
        [name, "kind=host", `source=${source}`, ...options].join(","),
        "--mount",
        `volume=${name},target=${target}`,
    ];
}

// Source: appc/spec schema/types/acname.go, volume.go; the wrapper expands $RKT_OPTS unquoted.
function volumeProblems({ name, source, target }: VolumeSpec, path: string): readonly Problem[] {
    const found: Problem[] = [];
    const add = (field: string, reason: string): void => void found.push({ path: `${path}.${field}`, reason });
    if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) add("name", "must be of a-z, 0-9 and inner dashes");
    if (!source.startsWith("/")) add("source", "must be an absolute path");
    if (!target.startsWith("/") || /^\/+$/.test(target)) add("target", "must be an absolute path below /");
    if (/[\s,*?[\]'"\\]/.test(source)) add("source", "cannot hold white space, commas, quotes or * ? [ ]");
    if (/[\s,*?[\]'"\\+%&;]/.test(target)) add("target", "cannot hold white space, commas, quotes or * ? [ ] + % & ;");
    return found;
}

function environmentProblems(name: string, value: string): readonly Problem[] {
    const path = `rkt.setEnv.${name}`;
    return [
        ...(/^[A-Za-z_]\w*$/.test(name) ? [] : [{ path, reason: "must be named like a variable" }]),
        ...(/[\s*?[\]]/.test(value)
            ? [{ path, reason: "cannot hold white space or * ? [ ]: the wrapper splits there" }]
            : []),
    ];
}

function repeated(names: readonly string[]): readonly string[] {
    return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}

/** As the shell of the wrapper splits, for which a no-break space is a letter. */
function wordsIn(text: string): readonly string[] {
    return text.split(/[ \t\n]+/).filter((word) => word !== "");
}

import { generationOf, type WrapperFacts } from "../coreos/generations";
import type { RktSpec, VolumeSpec } from "../spec/spec";
import { lineOf } from "./line";
import { pathsNamed } from "./rules/files";
import { wordsIn } from "./words";

/** Where the kubelet's pod writes its UUID, so that the next start can remove it; survives a reboot. Source: bootkube PR 562. */
export const UUID_FILE = "/var/cache/kubelet-pod.uuid";

/** Words of RKT_OPTS that belong together on a line. */
export interface Group {
    /** The argument that they say; empty: none does. */
    readonly path: string;
    readonly words: readonly string[];
}

/** Folder of the container logs. Source: kubernetes pkg/kubelet, /var/log/containers. */
const LOGS = "/var/log";

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
const VAR_LOG = shared("var-log", LOGS);

/** What of the wrapper decides how the options are written. */
export interface Mounting {
    readonly volumes: readonly { readonly target: string }[];
}

/**
 * The options as words, each typed argument by itself, the raw ones last. The host's DNS is a volume, which works on every
 * rkt; its logs are left to a wrapper that mounts them itself.
 */
export function groupsOf(rkt: RktSpec, image: { readonly insecure: boolean }, wrapper: Mounting): readonly Group[] {
    const isLogMounted = wrapper.volumes.some(({ target }) => target === LOGS);
    const volumes = typedVolumes(rkt).filter(([, volume]) => volume !== VAR_LOG || !isLogMounted);
    const raw = wordsIn(rkt.options ?? "");
    return [
        { path: "", words: [`--uuid-file-save=${UUID_FILE}`] },
        ...(image.insecure ? [{ path: "image.trust", words: ["--insecure-options=image"] }] : []),
        ...volumes.map(([path, volume]) => ({ path, words: volumeWords(volume) })),
        ...Object.entries(rkt.setEnv).map(([name, value]) => ({
            path: setEnvPath(name),
            words: [`--set-env=${name}=${value}`],
        })),
        ...(raw.length > 0 ? [{ path: "rkt.options", words: raw }] : []),
    ];
}

/** The words of RKT_OPTS on a host, in groups that belong together on a line. */
export function rktWordGroups(
    rkt: RktSpec,
    image: { readonly insecure: boolean },
    facts: WrapperFacts,
): readonly (readonly string[])[] {
    return groupsOf(rkt, image, generationOf(facts)).map(({ words }) => words);
}

/** Paths on the host that the options name: what is there decides whether the kubelet starts. */
export function rktSources(rkt: RktSpec): readonly string[] {
    const groups = groupsOf(rkt, { insecure: false }, { volumes: [] }).slice(1);
    return pathsNamed(lineOf(groups.flatMap(({ path, words }) => words.map((text) => ({ text, path })))));
}

/** The volumes of typed arguments, with the arguments' paths. */
export function typedVolumes(rkt: RktSpec): readonly (readonly [path: string, volume: VolumeSpec])[] {
    return [
        ...(rkt.hostDns ? [["rkt.hostDns", RESOLV] as const] : []),
        ...(rkt.iscsi ? [["rkt.iscsi", ISCSI] as const] : []),
        ...(rkt.containerLogs ? [["rkt.containerLogs", VAR_LOG] as const] : []),
        ...rkt.volumes.map((volume, at) => [`rkt.volumes[${at}]`, volume] as const),
    ];
}

export const setEnvPath = (name: string): string => `rkt.setEnv.${name}`;

function volumeWords({ name, source, target, readOnly, recursive }: VolumeSpec): readonly string[] {
    const options = [...(readOnly ? ["readOnly=true"] : []), ...(recursive ? ["recursive=true"] : [])];
    return [
        "--volume",
        [name, "kind=host", `source=${source}`, ...options].join(","),
        "--mount",
        `volume=${name},target=${target}`,
    ];
}

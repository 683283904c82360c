import { DEFAULT_MANIFESTS } from "../spec/defaults";
import { hint, type Finding } from "../spec/judge";
import type { Spec } from "../spec/spec";
import { remedyOf } from "./flag-remedies";
import { historyOf, isCovered, KNOWN_FLAGS, NEWEST_MINOR, OLDEST_MINOR, standingOf } from "./flag-table";
import { flagsInUse, withRemedy, type FlagInUse } from "./flags";
import { kubernetesMinor } from "./image";

/**
 * What an operator should know of the flags in use, each of them once: what the wanted minor would have otherwise, what no
 * kubelet is known to have, and what a change from the version `before` means for them. Nothing of it keeps the kubelet
 * from starting, as far as we know.
 */
export function flagWarnings(spec: Spec, before: string | undefined): readonly Finding[] {
    const minor = kubernetesMinor(spec.version);
    if (!isCovered(minor)) return [{ path: "version", reason: uncoveredReason(minor) }];
    const older = before === undefined ? undefined : kubernetesMinor(before);
    const change = { minor, older: isCovered(older) ? older : undefined };
    const flags = flagsInUse(spec);
    return [
        ...flags.flatMap((flag) => oneWarning(flag, change)),
        ...fileWarnings(spec, flags, change),
        ...apiServerWarnings(flags, change),
    ];
}

interface Change {
    readonly minor: number;
    /** The minor before, where it is one that we know. */
    readonly older: number | undefined;
}

function uncoveredReason(minor: number | undefined): string {
    const known = `the kubelet's flags are known here for 1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}, so no flag is judged`;
    return minor === undefined ? `tells no minor of Kubernetes: ${known}` : `is of Kubernetes 1.${minor}: ${known}`;
}

function oneWarning({ name, path }: FlagInUse, { minor, older }: Change): readonly Finding[] {
    if (historyOf(name) === undefined) {
        const range = `Kubernetes 1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}`;
        const reason = `no kubelet of ${range} is known to have --${name}, and at an unknown flag it exits`;
        return [{ path, reason: `${reason}${hint(name, KNOWN_FLAGS)}` }];
    }
    const meaning = name === "config" && path !== "podManifestPath" ? configReason(minor, older) : undefined;
    if (meaning !== undefined) return [{ path, reason: meaning }];
    if (standingOf(name, minor) !== "deprecated") return [];
    const period = historyOf(name)?.find(({ from, before }) => minor >= from && minor < before);
    const gone = period === undefined || period.before > NEWEST_MINOR ? "" : ` and gone from 1.${period.before} on`;
    const wasFine = older !== undefined && ["known", "in-file"].includes(standingOf(name, older) ?? "");
    const since = `1.${period?.deprecated ?? minor}`;
    const verb = wasFine ? `becomes deprecated (in Kubernetes ${since})` : `is deprecated (since Kubernetes ${since})`;
    return [{ path, reason: withRemedy(`--${name} ${verb}${gone}`, remedyOf(name)) }];
}

/** `--config` named the pod manifests first, and names a file of settings since. */
function configReason(minor: number, older: number | undefined): string | undefined {
    if (older === undefined || standingOf("config", older) === "unknown") return undefined;
    const [was, is] = [older, minor].map((each) => (each < 6 ? "the pod manifests" : "a KubeletConfiguration file"));
    if (was === is) return undefined;
    return `--config changes its meaning: it named ${was ?? ""} in Kubernetes 1.${older}, and names ${is ?? ""} in 1.${minor}`;
}

/** How many names one warning lists. */
const LISTED = 8;

/** One warning for all that belongs in a file: each flag works as it did. */
function fileWarnings({ kubelet }: Spec, flags: readonly FlagInUse[], { minor, older }: Change): readonly Finding[] {
    // A default that nobody wrote is nobody's to mend.
    const isOurs = ({ path }: FlagInUse): boolean =>
        path === "podManifestPath" && kubelet.podManifestPath === DEFAULT_MANIFESTS;
    const paths = flags.filter((flag) => !isOurs(flag) && standingOf(flag.name, minor) === "in-file");
    if (paths.length === 0) return [];
    const rest = paths.length > LISTED ? [`${paths.length - LISTED} more`] : [];
    const isNew = older !== undefined && paths.every(({ name }) => standingOf(name, older) === "known");
    const listed = [...paths.slice(0, LISTED).map(({ path }) => path), ...rest].join(", ");
    const isOne = paths.length === 1;
    const verb = isNew ? (isOne ? "becomes" : "become") : isOne ? "is" : "are";
    const what = `${verb} deprecated in Kubernetes 1.${minor}, which takes ${isOne ? "it" : "them"} still`;
    const belongs = `${isOne ? "it belongs" : "they belong"} in the file of flags.config`;
    return [{ path: "flags", reason: `${listed} ${what}: ${belongs}` }];
}

/** First minor whose kubelet looks for the API server where --kubeconfig says, and only there. */
const KUBECONFIG_ALONE = 8;

/** Source: kubernetes cmd/kubelet/app/server.go at 1.4 to 1.8. */
function apiServerWarnings(flags: readonly FlagInUse[], { minor, older }: Change): readonly Finding[] {
    const uses = (name: string): boolean => flags.some((flag) => flag.name === name);
    if (older === undefined || !uses("kubeconfig")) return [];
    const path = "kubeconfig";
    if (older < KUBECONFIG_ALONE && minor >= KUBECONFIG_ALONE) {
        const reason =
            "from Kubernetes 1.8 on the kubelet takes the API server from this file, and needs no other flag for it";
        return [{ path, reason }];
    }
    const isAlone = !uses("api-servers") && !uses("require-kubeconfig");
    if (older < KUBECONFIG_ALONE || minor >= KUBECONFIG_ALONE || !isAlone) return [];
    const remedy = minor < 4 ? "set apiServers" : "set apiServers, or flags.require-kubeconfig";
    return [{ path, reason: `before Kubernetes 1.8 it alone leads the kubelet to no API server: ${remedy}` }];
}

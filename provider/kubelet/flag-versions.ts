/**
 * Minors of Kubernetes 1.x whose kubelet knows a flag, as half-open ranges; at an unknown flag it exits. Flags that are
 * not here are not judged. Source: kubernetes cmd/kubelet/app/options, pkg/kubelet/config at v1.1 to v1.10.
 */
const MINORS: Readonly<Record<string, readonly (readonly [from: number, before: number])[]>> = {
    "anonymous-auth": [[5, Infinity]],
    "api-servers": [[0, 8]],
    "bootstrap-kubeconfig": [[7, Infinity]],
    "client-ca-file": [[5, Infinity]],
    "cni-bin-dir": [[4, Infinity]],
    "cni-conf-dir": [[4, Infinity]],
    // The folder of pod manifests at first; then a file of settings.
    config: [
        [0, 6],
        [10, Infinity],
    ],
    "exit-on-lock-contention": [[3, Infinity]],
    "lock-file": [[2, Infinity]],
    "network-plugin-dir": [[0, 9]],
    "node-labels": [[2, Infinity]],
    "pod-manifest-path": [[4, Infinity]],
    "register-schedulable": [[2, Infinity]],
    "register-with-taints": [[6, Infinity]],
    "require-kubeconfig": [[4, 10]],
};

/** Why the kubelet of that minor has no such flag; undefined: it has it, or we do not know. */
export function flagProblem(flag: string, minor: number | undefined): string | undefined {
    const name = flag.replaceAll("_", "-");
    const ranges = Object.hasOwn(MINORS, name) ? MINORS[name] : undefined;
    if (ranges === undefined || minor === undefined) return undefined;
    if (ranges.some(([from, before]) => minor >= from && minor < before)) return undefined;
    const gone = ranges.find(([, before]) => before <= minor)?.[1];
    if (gone === undefined) return `--${name} came only with Kubernetes 1.${ranges[0]?.[0] ?? 0}`;
    return `--${name} is gone since Kubernetes 1.${gone}${name === "api-servers" ? ": use kubeconfig" : ""}`;
}

/** One flag through the minors of Kubernetes 1.x, as half-open ranges. */
export interface FlagHistory {
    readonly flag: string;
    readonly known: readonly (readonly [from: number, before: number])[];
}

/** Every flag that is judged, by name. */
export function flagHistories(): readonly FlagHistory[] {
    return Object.entries(MINORS).map(([flag, known]) => ({ flag, known }));
}

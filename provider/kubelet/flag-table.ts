/** The minors of Kubernetes 1.x whose kubelets' flags are known here. */
export const OLDEST_MINOR = 1;
export const NEWEST_MINOR = 19;

/** A run of minors whose kubelet knows a flag; at an unknown flag the kubelet exits. */
export interface Period {
    readonly from: number;
    /** First minor without it; Infinity: the newest has it. */
    readonly before: number;
    /** First minor in which it is deprecated; Infinity: none. */
    readonly deprecated: number;
    /** First minor that wants it in the file of `--config` instead, and still takes it; Infinity: none. */
    readonly inFile: number;
}

/**
 * Flags by the minors that know them: `1-7 d4` is from 1.1 to 1.7, deprecated from 1.4; `c10`: from 1.10 on it belongs in
 * the file of --config; no end: 1.19 has it. Where the sources leave a boundary open, the longer period stands: a
 * flag is rather passed than refused. docs/kubelet-flags.md says what was read for each minor.
 *
 * Source: kubernetes/kubernetes cmd/kubelet/app/options, pkg/kubelet/config/flags.go and CHANGELOG; kubernetes/website
 * kubelet.md as generated for 1.1, 1.2, 1.5, 1.7 and 1.9; pull requests as named beside each.
 */
const TABLE: Readonly<Record<string, string>> = {
    "1-": `alsologtostderr cert-dir container-runtime docker-endpoint docker-root help hostname-override
        housekeeping-interval kubeconfig log-backtrace-at log-dir log-flush-frequency logtostderr network-plugin
        pod-infra-container-image register-node root-dir runonce stderrthreshold v version vmodule`,
    // 60148: what the file can say, which was a flag before.
    "1- c10": `address cgroup-root cluster-dns cluster-domain cpu-cfs-quota enable-debugging-handlers event-burst event-qps
        file-check-frequency healthz-bind-address healthz-port http-check-frequency image-gc-high-threshold
        image-gc-low-threshold manifest-url manifest-url-header max-open-files max-pods node-status-update-frequency
        oom-score-adj pod-cidr port read-only-port registry-burst registry-qps resolv-conf serialize-image-pulls
        streaming-connection-idle-timeout sync-frequency tls-cert-file tls-private-key-file`,
    "1- c19": "enable-server",
    "1- d4": "maximum-dead-containers maximum-dead-containers-per-container minimum-container-ttl-duration",
    "1- d7": "master-service-namespace",
    // Of cadvisor, never meant for the kubelet.
    "1- d10": `application-metrics-count-limit boot-id-file container-hints containerd containerd-namespace docker
        docker-env-metadata-whitelist docker-only docker-tls docker-tls-ca docker-tls-cert docker-tls-key enable-load-reader
        event-storage-age-limit event-storage-event-limit global-housekeeping-interval log-cadvisor-usage machine-id-file
        storage-driver-buffer-duration storage-driver-db storage-driver-host storage-driver-password storage-driver-secure
        storage-driver-table storage-driver-user`,
    // 90499, 90408
    "1- d19": "chaos-chance cloud-config cloud-provider really-crash-for-testing",
    // 31197, 34906
    "1-4 d4": "configure-cbr0",
    // 40048, for all that end with 1.5
    "1-5 d1": "auth-path",
    "1-5 d2": "resource-container system-container",
    "1-5 d4, 10-": "config",
    "1-7 d4": "api-servers",
    "1-7 d7": "low-diskspace-threshold-mb",
    "1-8 d7": "docker-exec-handler network-plugin-dir",
    "1-10": "rkt-path",
    "1-10 d4": "rkt-stage1-image",
    "1-11 d10": "cadvisor-port",
    // 69354
    "1-12 d12": "google-json-key",
    "1-14 d10": "allow-privileged host-ipc-sources host-network-sources host-pid-sources",
    // 80043
    "1-15 d14": "containerized",
    "2-": "lock-file node-ip node-labels runtime-cgroups",
    "2- c10": `hairpin-mode kube-api-burst kube-api-qps kube-reserved kubelet-cgroups minimum-image-ttl-duration system-cgroups
        system-reserved volume-stats-agg-period`,
    // 88480
    "2- c19": "volume-plugin-dir",
    "2- d6": "register-schedulable",
    "2- d7": "non-masquerade-cidr",
    // 33862
    "2-4 d4": "experimental-flannel-overlay",
    // 35523, 40048
    "2-5 d5": "reconcile-cidr",
    "2-6 d2": "babysit-daemons",
    "2-7 d7": "outofdisk-transition-frequency",
    // 60699
    "2-10 d9": "enable-custom-metrics",
    "3-": "exit-on-lock-contention",
    "3- c10": `enable-controller-attach-detach eviction-hard eviction-max-pod-grace-period eviction-minimum-reclaim
        eviction-pressure-transition-period eviction-soft eviction-soft-grace-period kube-api-content-type pods-per-core
        protect-kernel-defaults runtime-request-timeout`,
    // 91182
    "3- d19": "seccomp-profile-root",
    "3-4, 6- c10": "cgroups-per-qos",
    "3-5": "experimental-nvidia-gpus",
    "3-10": "rkt-api-endpoint",
    "4-": `cni-bin-dir cni-conf-dir container-runtime-endpoint experimental-check-node-capabilities-before-mount
        experimental-mounter-path image-service-endpoint network-plugin-mtu`,
    "4- c10": `cgroup-driver feature-gates iptables-drop-bit iptables-masquerade-bit make-iptables-util-chains
        pod-manifest-path`,
    "4- d7": "experimental-bootstrap-kubeconfig",
    // 91863
    "4- d19": "experimental-kernel-memcg-notification",
    "4-6": "experimental-cgroups-per-qos experimental-cri",
    "4-9 d8": "require-kubeconfig",
    "4-10": "experimental-allowed-unsafe-sysctls",
    "4-16 d8": "experimental-fail-swap-on",
    "5-": "image-pull-progress-deadline",
    "5- c10": `anonymous-auth authentication-token-webhook authentication-token-webhook-cache-ttl authorization-mode
        authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl client-ca-file`,
    "6-": `azure-container-registry-config experimental-allocatable-ignore-eviction experimental-dockershim
        experimental-dockershim-root-directory register-with-taints`,
    "6- c10": "contention-profiling enforce-node-allocatable kube-reserved-cgroup system-reserved-cgroup",
    // 90494
    "6- c19": "provider-id",
    "6- d9": "keep-terminated-pod-volumes",
    "6-6": "enable-cri",
    // 62509
    "6-10": "experimental-qos-reserved",
    "6-11": "docker-disable-shared-pid",
    "7-": "bootstrap-kubeconfig",
    "8-": "dynamic-config-dir",
    "8- c10": "cpu-manager-policy cpu-manager-reconcile-period fail-swap-on",
    // 63912
    "8- c11": "rotate-certificates",
    "8-9": "init-config-dir",
    // 91577
    "9-18": "bootstrap-checkpoint-path",
    "10- c10": `container-log-max-files container-log-max-size pod-max-pids rotate-server-certificates tls-cipher-suites
        tls-min-version`,
    // 91275
    "10- c19": "node-status-max-images",
    "11- c11": "qos-reserved",
    "11- c17": "allowed-unsafe-sysctls",
    "11- d18": "redirect-container-streaming",
    "12-": "cni-cache-dir",
    "12- c12": "cpu-cfs-quota-period",
    "13-": "add-dir-header log-file log-file-max-size skip-headers skip-log-headers",
    "15- d15": "enable-cadvisor-json-endpoints",
    "16- c16": "topology-manager-policy",
    "17- c17": "reserved-cpus",
    // 89683
    "19-": "logging-format",
    "19- c19": "kernel-memcg-notification",
};

const HISTORIES: ReadonlyMap<string, readonly Period[]> = new Map(
    Object.entries(TABLE).flatMap(([standing, flags]) => {
        const periods = standing.split(", ").map(periodOf);
        return flags.split(/\s+/).map((flag) => [flag, periods] as const);
    }),
);

function periodOf(text: string): Period {
    const [, from, last, deprecated, inFile] = /^(\d+)-(\d*)(?: d(\d+))?(?: c(\d+))?$/.exec(text) ?? [];
    const minorOr = (minor: string | undefined, add = 0): number =>
        minor === undefined || minor === "" ? Infinity : Number.parseInt(minor, 10) + add;
    return {
        from: minorOr(from),
        before: minorOr(last, 1),
        deprecated: minorOr(deprecated),
        inFile: minorOr(inFile),
    };
}

/** Every flag that any of these kubelets had, spelled with dashes. */
export const KNOWN_FLAGS: readonly string[] = [...HISTORIES.keys()];

/** When a flag (spelled with dashes) was known, oldest period first; undefined: no kubelet had it, as far as we know. */
export function historyOf(flag: string): readonly Period[] | undefined {
    return HISTORIES.get(flag);
}

/** How one minor stands to a flag that some kubelet had. */
export type Standing = "unknown" | "known" | "in-file" | "deprecated";

/** How a minor stands to a flag; undefined: we do not know that flag, or not that minor. */
export function standingOf(flag: string, minor: number | undefined): Standing | undefined {
    const history = historyOf(flag);
    if (history === undefined || !isCovered(minor)) return undefined;
    const period = history.find(({ from, before }) => minor >= from && minor < before);
    if (period === undefined) return "unknown";
    if (minor >= period.deprecated) return "deprecated";
    return minor >= period.inFile ? "in-file" : "known";
}

/** Whether the kubelet's flags of that minor are known here. */
export function isCovered(minor: number | undefined): minor is number {
    return minor !== undefined && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR;
}

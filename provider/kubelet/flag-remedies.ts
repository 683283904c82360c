const RENAMED: Readonly<Record<string, string>> = {
    "experimental-allowed-unsafe-sysctls": "allowed-unsafe-sysctls",
    "experimental-bootstrap-kubeconfig": "bootstrap-kubeconfig",
    "experimental-cgroups-per-qos": "cgroups-per-qos",
    "experimental-cri": "enable-cri",
    "experimental-fail-swap-on": "fail-swap-on",
    "experimental-kernel-memcg-notification": "kernel-memcg-notification",
    "experimental-qos-reserved": "qos-reserved",
    "init-config-dir": "config",
    "low-diskspace-threshold-mb": "eviction-hard",
    "maximum-dead-containers": "eviction-hard",
    "maximum-dead-containers-per-container": "eviction-hard",
    "minimum-container-ttl-duration": "eviction-hard",
    "outofdisk-transition-frequency": "eviction-pressure-transition-period",
    "register-schedulable": "register-with-taints",
    "resource-container": "kubelet-cgroups",
    "system-container": "system-cgroups",
};

const POLICY = "leave it out, a PodSecurityPolicy decides";

/** What to do in place of a flag that goes. Source: the flags' own messages in kubernetes cmd/kubelet/app/options. */
const REMEDIES: Readonly<Record<string, string>> = {
    "allow-privileged": POLICY,
    "api-servers": "use kubeconfig",
    "auth-path": "use kubeconfig",
    config: "use podManifestPath",
    "configure-cbr0": "use networkPlugin",
    "docker-disable-shared-pid": "leave it out, pods set shareProcessNamespace",
    "enable-cri": "leave it out",
    "experimental-flannel-overlay": "use networkPlugin",
    "experimental-nvidia-gpus": "use flags.feature-gates with Accelerators=true",
    "host-ipc-sources": POLICY,
    "host-network-sources": POLICY,
    "host-pid-sources": POLICY,
    "network-plugin-dir": "use cniConfDir and cniBinDir",
    "require-kubeconfig": "leave it out, kubeconfig is enough",
};

/** What to do instead where a flag is gone or goes; undefined: leave it out. */
export function remedyOf(flag: string): string | undefined {
    const name = Object.hasOwn(RENAMED, flag) ? RENAMED[flag] : undefined;
    if (name !== undefined) return `use flags.${name}`;
    return Object.hasOwn(REMEDIES, flag) ? REMEDIES[flag] : undefined;
}

const EARLIER: Readonly<Record<string, string>> = {
    "cni-bin-dir": "use flags.network-plugin-dir",
    "cni-conf-dir": "use flags.network-plugin-dir",
    "node-labels": "label the node by `kubectl label`",
    "pod-manifest-path": "use podManifestPath",
    ...Object.fromEntries(
        Object.entries(RENAMED)
            .filter(([before]) => before.startsWith("experimental-"))
            .map(([before, name]) => [name, `use flags.${before}`]),
    ),
};

/** What to do where a flag has not come yet; undefined: leave it out. */
export function earlierRemedyOf(flag: string): string | undefined {
    return Object.hasOwn(EARLIER, flag) ? EARLIER[flag] : undefined;
}

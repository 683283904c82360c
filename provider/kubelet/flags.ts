import type { Problem } from "../rkt/options";
import type { KubeletSpec, Spec } from "../spec/spec";
import { expressible } from "../systemd/quote";
import { flagProblem } from "./flag-versions";
import { kubernetesMinor } from "./image";

/** First minor with --pod-manifest-path, until when the folder is --config. Source: kubernetes cmd/kubelet/app/options. */
const POD_MANIFEST_PATH = 4;

/** The kubelet's command line after the wrapper, each flag spelled as the wanted version knows it. */
export function kubeletArguments({ kubelet, version }: Spec): readonly string[] {
    const typed = typedFlags(kubelet, kubernetesMinor(version)).map(([name, value]) => `--${name}=${value}`);
    const own = Object.entries(kubelet.flags).flatMap(([name, value]) =>
        (typeof value === "object" ? value : [value]).map((one) => `--${name}=${String(one)}`),
    );
    return [...typed, ...own];
}

/** Flags that the wanted version does not have, that are given twice, or that cannot be written. */
export function flagProblems({ kubelet, version }: Spec): readonly Problem[] {
    const minor = kubernetesMinor(version);
    const typed = new Set(typedFlags(kubelet, minor).map(([name]) => name));
    const found: Problem[] = [];
    const judgeVersion = (name: string, path: string): void => {
        const reason = flagProblem(name, minor);
        if (reason !== undefined) found.push({ path, reason });
    };
    for (const name of typed) judgeVersion(name, argumentOf(name));
    for (const [name, value] of Object.entries(kubelet.flags)) {
        const path = `flags.${name}`;
        judgeVersion(name, path);
        if (!/^[a-zA-Z][\w.-]*$/.test(name))
            found.push({ path, reason: "is no flag's name; write it without dashes in front" });
        if (typed.has(name.replaceAll("_", "-"))) found.push({ path, reason: "is set by an argument of its own too" });
        const values = typeof value === "object" ? value : [String(value)];
        if (!values.every(expressible)) found.push({ path, reason: "cannot hold line breaks or control characters" });
    }
    return found;
}

/** The argument that a flag is named after. */
function argumentOf(flag: string): string {
    return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function typedFlags(kubelet: KubeletSpec, minor: number | undefined): readonly (readonly [string, string])[] {
    const manifests = minor !== undefined && minor < POD_MANIFEST_PATH ? "config" : "pod-manifest-path";
    const labels = Object.entries(kubelet.nodeLabels).map(([name, value]) => `${name}=${value}`);
    const flags: readonly (readonly [string, string | boolean | undefined])[] = [
        ["api-servers", joined(kubelet.apiServers)],
        [manifests, kubelet.podManifestPath],
        ["kubeconfig", kubelet.kubeconfig],
        ["hostname-override", kubelet.hostnameOverride],
        ["cluster-dns", joined(kubelet.clusterDns)],
        ["cluster-domain", kubelet.clusterDomain],
        ["node-labels", joined(labels)],
        ["register-node", kubelet.registerNode],
        ["allow-privileged", kubelet.allowPrivileged],
        ["network-plugin", kubelet.networkPlugin],
        ["cni-conf-dir", kubelet.cniConfDir],
        ["cni-bin-dir", kubelet.cniBinDir],
        ["tls-cert-file", kubelet.tlsCertFile],
        ["tls-private-key-file", kubelet.tlsPrivateKeyFile],
    ];
    return flags.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
}

function joined(values: readonly string[]): string | undefined {
    return values.length === 0 ? undefined : values.join(",");
}

import type { Finding } from "../spec/judge";
import type { KubeletSpec, Spec } from "../spec/spec";
import { expressible } from "../systemd/quote";
import { earlierRemedyOf, remedyOf } from "./flag-remedies";
import { historyOf, standingOf } from "./flag-table";
import { kubernetesMinor } from "./image";

/** First minor with --pod-manifest-path, until when the folder is --config. Source: kubernetes cmd/kubelet/app/options. */
const POD_MANIFEST_PATH = 4;

/** First minor without the old --config, which both names set until then. Source: kubernetes CHANGELOG, v1.6.0. */
const CONFIG_GONE = 6;

/** A flag of the command line, and the argument that it comes from. */
export interface FlagInUse {
    /** Spelled with dashes: the kubelet takes underscores for dashes. */
    readonly name: string;
    readonly path: string;
}

/** The kubelet's command line after the wrapper, each flag spelled as the wanted version knows it. */
export function kubeletArguments({ kubelet, version }: Spec): readonly string[] {
    const typed = typedFlags(kubelet, kubernetesMinor(version)).map(({ name, value }) => `--${name}=${value}`);
    const own = Object.entries(kubelet.flags).flatMap(([name, value]) =>
        (typeof value === "object" ? value : [value]).map((one) => `--${name}=${String(one)}`),
    );
    return [...typed, ...own];
}

/** Every flag that the arguments give, typed ones first. */
export function flagsInUse({ kubelet, version }: Spec): readonly FlagInUse[] {
    const typed = typedFlags(kubelet, kubernetesMinor(version)).map(({ name, path }) => ({ name, path }));
    return [...typed, ...Object.keys(kubelet.flags).map((name) => ({ name: dashed(name), path: `flags.${name}` }))];
}

/** Flags that the wanted version does not have, that are given twice, or that cannot be written. */
export function flagProblems(spec: Spec): readonly Finding[] {
    const { kubelet, version } = spec;
    const minor = kubernetesMinor(version);
    const unknown = flagsInUse(spec).flatMap(({ name, path }) => {
        const reason = unknownReason(name, minor);
        return reason === undefined ? [] : [{ path, reason }];
    });
    return [...unknown, ...Object.keys(kubelet.flags).flatMap((name) => ownProblems(kubelet, minor, name))];
}

/** What is wrong with one of `flags`, whatever the version knows. */
function ownProblems(kubelet: KubeletSpec, minor: number | undefined, name: string): readonly Finding[] {
    const found: Finding[] = [];
    const add = (reason: string): void => void found.push({ path: `flags.${name}`, reason });
    const isTyped = typedFlags(kubelet, minor).some((typed) => typed.name === dashed(name));
    const isManifests = dashed(name) === "config" && minor !== undefined && minor < CONFIG_GONE;
    if (!/^[a-zA-Z][\w.-]*$/.test(name)) add("is no flag's name; write it without dashes in front");
    if (isTyped || (isManifests && kubelet.podManifestPath !== undefined)) add("is set by an argument of its own too");
    const first = Object.keys(kubelet.flags).find((other) => dashed(other) === dashed(name));
    if (first !== name) add("is given twice, spelled with dashes and with underscores");
    const value = kubelet.flags[name];
    const values = typeof value === "object" ? value : [String(value)];
    if (!values.every(expressible)) add("cannot hold line breaks or control characters");
    return found;
}

/** Why the kubelet of that minor has no such flag; undefined: it has it, or we do not know. */
function unknownReason(flag: string, minor: number | undefined): string | undefined {
    const history = historyOf(flag);
    if (history === undefined || minor === undefined || standingOf(flag, minor) !== "unknown") return undefined;
    const gone = history.findLast(({ before }) => before <= minor);
    const next = history.find(({ from }) => from > minor);
    if (gone === undefined)
        return withRemedy(`--${flag} came only with Kubernetes 1.${next?.from ?? 0}`, earlierRemedyOf(flag));
    const back = next === undefined ? "" : ` until 1.${next.from}`;
    return withRemedy(`--${flag} is gone since Kubernetes 1.${gone.before}${back}`, remedyOf(flag));
}

export function withRemedy(happened: string, remedy: string | undefined): string {
    return `${happened}: ${remedy ?? "leave it out"}`;
}

function dashed(name: string): string {
    return name.replaceAll("_", "-");
}

interface TypedFlag extends FlagInUse {
    readonly value: string;
}

function typedFlags(kubelet: KubeletSpec, minor: number | undefined): readonly TypedFlag[] {
    const manifests = minor !== undefined && minor < POD_MANIFEST_PATH ? "config" : "pod-manifest-path";
    const labels = Object.entries(kubelet.nodeLabels).map(([name, value]) => `${name}=${value}`);
    const flags: readonly (readonly [path: keyof KubeletSpec, name: string, value: string | boolean | undefined])[] = [
        ["apiServers", "api-servers", joined(kubelet.apiServers)],
        ["podManifestPath", manifests, kubelet.podManifestPath],
        ["kubeconfig", "kubeconfig", kubelet.kubeconfig],
        ["hostnameOverride", "hostname-override", kubelet.hostnameOverride],
        ["clusterDns", "cluster-dns", joined(kubelet.clusterDns)],
        ["clusterDomain", "cluster-domain", kubelet.clusterDomain],
        ["nodeLabels", "node-labels", joined(labels)],
        ["registerNode", "register-node", kubelet.registerNode],
        ["allowPrivileged", "allow-privileged", kubelet.allowPrivileged],
        ["networkPlugin", "network-plugin", kubelet.networkPlugin],
        ["cniConfDir", "cni-conf-dir", kubelet.cniConfDir],
        ["cniBinDir", "cni-bin-dir", kubelet.cniBinDir],
        ["tlsCertFile", "tls-cert-file", kubelet.tlsCertFile],
        ["tlsPrivateKeyFile", "tls-private-key-file", kubelet.tlsPrivateKeyFile],
    ];
    return flags.flatMap(([path, name, value]) => (value === undefined ? [] : [{ path, name, value: String(value) }]));
}

function joined(values: readonly string[]): string | undefined {
    return values.length === 0 ? undefined : values.join(",");
}

import type { KubeletServiceInputs } from "./args";
import { connectionOf } from "./connection";
import type { HealthSpec, KubeletSpec, RktSpec, Spec, TimeoutsSpec, UnitSpec } from "./spec";

/** The folder of static pods where the program names none. */
export const DEFAULT_MANIFESTS = "/etc/kubernetes/manifests";

/** The arguments with every default filled in; null is as good as absent. Trusts that check has passed them; pure. */
export function specOf(given: KubeletServiceInputs): Spec {
    const inputs = withoutNulls(given);
    const unit = unitOf(inputs);
    return {
        connection: connectionOf(inputs.connection),
        version: inputs.version,
        image: { repository: inputs.image?.repository, trust: inputs.image?.trust ?? "keys-from-https" },
        kubelet: kubeletOf(inputs),
        rkt: rktOf(inputs),
        unit,
        triggers: inputs.triggers ?? [],
        health: healthOf(inputs, unit),
        timeouts: timeoutsOf(inputs),
        onExisting: inputs.onExisting ?? "refuse",
        onPendingReboot: inputs.onPendingReboot ?? "refuse",
        onDelete: inputs.onDelete,
        onVersionJump: inputs.onVersionJump ?? "warn",
        owner: inputs.owner,
    };
}

function kubeletOf(inputs: KubeletServiceInputs): KubeletSpec {
    const manifests = inputs.podManifestPath ?? DEFAULT_MANIFESTS;
    return {
        apiServers: listOf(inputs.apiServers),
        kubeconfig: inputs.kubeconfig,
        podManifestPath: manifests === "" ? undefined : manifests,
        hostnameOverride: inputs.hostnameOverride,
        clusterDns: listOf(inputs.clusterDns),
        clusterDomain: inputs.clusterDomain,
        nodeLabels: inputs.nodeLabels ?? {},
        registerNode: inputs.registerNode,
        allowPrivileged: inputs.allowPrivileged,
        networkPlugin: inputs.networkPlugin,
        cniConfDir: inputs.cniConfDir,
        cniBinDir: inputs.cniBinDir,
        tlsCertFile: inputs.tlsCertFile,
        tlsPrivateKeyFile: inputs.tlsPrivateKeyFile,
        flags: inputs.flags ?? {},
    };
}

function rktOf({ rkt = {} }: KubeletServiceInputs): RktSpec {
    return {
        hostDns: rkt.hostDns ?? false,
        iscsi: rkt.iscsi ?? false,
        containerLogs: rkt.containerLogs ?? false,
        volumes: (rkt.volumes ?? []).map(({ readOnly = false, recursive = false, ...volume }) => ({
            ...volume,
            readOnly,
            recursive,
        })),
        setEnv: rkt.setEnv ?? {},
        options: rkt.options,
    };
}

function unitOf({ unit = {} }: KubeletServiceInputs): UnitSpec {
    return {
        description: unit.description ?? "Kubernetes kubelet",
        after: unit.after ?? ["network-online.target"],
        wants: unit.wants ?? ["network-online.target"],
        requires: unit.requires ?? [],
        wantedBy: unit.wantedBy ?? ["multi-user.target"],
        environment: unit.environment ?? {},
        execStartPre: unit.execStartPre ?? [],
        restart: unit.restart ?? "always",
        restartSec: unit.restartSec ?? 10,
    };
}

function healthOf({ health = {} }: KubeletServiceInputs, { restartSec }: UnitSpec): HealthSpec {
    return {
        port: health.port ?? 10248,
        minReadySeconds: health.minReadySeconds ?? restartSec + 5,
        progressDeadlineSeconds: health.progressDeadlineSeconds ?? 300,
    };
}

function timeoutsOf({ timeouts = {} }: KubeletServiceInputs): TimeoutsSpec {
    return {
        connect: timeouts.connect ?? 120,
        fetch: timeouts.fetch ?? 900,
        operation: timeouts.operation ?? 1800,
    };
}

/** The engine hands on a null that a program gave; triggers are compared as they are. */
function withoutNulls({ triggers, ...inputs }: KubeletServiceInputs): KubeletServiceInputs {
    return { ...(stripped(inputs) as typeof inputs), ...(Array.isArray(triggers) && { triggers }) };
}

/** A value without what is null or undefined in it. */
export function stripped(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(stripped);
    if (typeof value !== "object" || value === null) return value;
    const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
    return Object.fromEntries(fields.map(([name, field]) => [name, stripped(field)]));
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
    if (value === undefined) return [];
    return typeof value === "string" ? [value] : value;
}

import type { KubeletServiceInputs } from "./args";
import { connectionOf } from "./connection";
import type { HealthSpec, KubeletSpec, RktSpec, Spec, TimeoutsSpec, UnitSpec } from "./spec";

/** The arguments with every default filled in. Trusts that check has passed them; pure. */
export function specOf(inputs: KubeletServiceInputs): Spec {
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
        onDelete: inputs.onDelete,
        owner: inputs.owner,
    };
}

function kubeletOf(inputs: KubeletServiceInputs): KubeletSpec {
    const manifests = inputs.podManifestPath ?? "/etc/kubernetes/manifests";
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

function listOf(value: string | readonly string[] | undefined): readonly string[] {
    if (value === undefined) return [];
    return typeof value === "string" ? [value] : value;
}

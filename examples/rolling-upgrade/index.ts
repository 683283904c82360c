// A fleet whose kubelets are changed wave by wave: the control plane one by one, then a canary of the workers, then the others,
// never more than a quarter of them at once. docs/rolling-upgrades.md is the runbook.
//   pulumi config set --path 'controlPlane.cp-1.connection.host' 10.0.0.2
//   pulumi config set --path 'workers.node-1.connection.host' 10.0.0.11
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
//   pulumi config set apiServerVersion v1.3.4
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { KubeletRollout, type KubeletRolloutArgs } from "pulumi-coreos-kubelet";

type Nodes = KubeletRolloutArgs["nodes"];

const config = new pulumi.Config();
const soakSeconds = config.getNumber("soakSeconds") ?? 300;

const shared: Omit<KubeletRolloutArgs, "nodes"> = {
    connection: { privateKey: config.requireSecret("privateKey") },
    version: config.require("version"),
    image: { repository: config.get("repository") ?? "docker://quay.io/coreos/hyperkube" },
    apiServers: config.getObject<string[]>("apiServers") ?? ["http://127.0.0.1:8080"],
    rkt: { hostDns: true, containerLogs: true },
    soakSeconds,
    apiServerVersion: config.get("apiServerVersion"),
    // Any further argument, for all of them: pulumi config set --path more.health.minReadySeconds 30
    ...config.getObject<Partial<KubeletRolloutArgs>>("more"),
};

// A rollout of its own: a percentage would be of the whole fleet, and might take two of three members of etcd at once.
const controlPlane = new KubeletRollout("control-plane", {
    ...shared,
    nodes: config.requireObject<Nodes>("controlPlane"),
    maxUnavailable: 1,
    // A gate lets a member soak before the next one. After the last one there is no gate, and the workers would begin at once.
    afterNode: () => sleep(1000 * soakSeconds),
});

const workers = new KubeletRollout(
    "workers",
    {
        ...shared,
        nodes: config.requireObject<Nodes>("workers"),
        canary: 1,
        maxUnavailable: "25%",
        prefetch: true,
    },
    { dependsOn: controlPlane },
);

export const waves = [...controlPlane.waves, ...workers.waves];
export const summaries = [controlPlane.summaryText, workers.summaryText];

// A fleet whose kubelets are changed wave by wave: one canary, then the control plane, then the workers, never more than a
// quarter of them at once. docs/rolling-upgrades.md is the runbook.
//   pulumi config set --path 'nodes.node-1.connection.host' 10.0.0.11
//   pulumi config set --path 'controlPlane[0]' cp-1
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
//   pulumi config set apiServerVersion v1.3.4
import * as pulumi from "@pulumi/pulumi";
import { KubeletRollout, type KubeletRolloutArgs } from "pulumi-coreos-kubelet";

const config = new pulumi.Config();
const restartSec = config.getNumber("restartSec") ?? 10;

const fleet = new KubeletRollout("fleet", {
    nodes: config.requireObject<KubeletRolloutArgs["nodes"]>("nodes"),
    connection: { privateKey: config.requireSecret("privateKey") },
    version: config.require("version"),
    image: { repository: config.get("repository") ?? "docker://quay.io/coreos/hyperkube" },
    apiServers: config.getObject<string[]>("apiServers") ?? ["http://127.0.0.1:8080"],
    rkt: { hostDns: true, containerLogs: true },
    unit: { restartSec },
    health: { minReadySeconds: config.getNumber("minReadySeconds") ?? restartSec + 5 },

    canary: 1,
    groups: [config.getObject<string[]>("controlPlane") ?? []],
    maxUnavailable: "25%",
    soakSeconds: config.getNumber("soakSeconds") ?? 300,
    prefetch: true,
    apiServerVersion: config.get("apiServerVersion"),
});

export const waves = fleet.waves;
export const summary = fleet.summaryText;

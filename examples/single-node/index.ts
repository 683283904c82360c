// The kubelet on one host.
//   pulumi config set host 10.0.0.11
//   pulumi config set hostKey "$(ssh-keyscan -t ed25519 10.0.0.11 | cut -d' ' -f2-)"
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
import * as pulumi from "@pulumi/pulumi";
import { KubeletService } from "pulumi-coreos-kubelet";

const config = new pulumi.Config();
const restartSec = config.getNumber("restartSec") ?? 10;

const kubelet = new KubeletService("node-1", {
    connection: {
        host: config.require("host"),
        port: config.getNumber("port"),
        // Without it, the key that the first log-in sees is kept in state; compare its fingerprint, which is printed.
        hostKey: config.get("hostKey"),
        privateKey: config.requireSecret("privateKey"),
    },
    version: config.require("version"),
    // In rkt's own form, without docker://, quay.io no longer serves it.
    image: { repository: config.get("repository") ?? "docker://quay.io/coreos/hyperkube" },
    apiServers: config.get("apiServer") ?? "http://127.0.0.1:8080",
    unit: { restartSec },
    health: { minReadySeconds: config.getNumber("minReadySeconds") ?? restartSec + 5 },
});

export const { osVersion, runningVersion, lastChange } = kubelet;

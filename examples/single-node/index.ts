// The kubelet on one host.
//   pulumi config set host 10.0.0.11
//   ssh-keyscan -t ed25519 10.0.0.11 2>/dev/null | grep -v '^#' | tee key | ssh-keygen -lf -   # compare it with the host's console
//   pulumi config set hostKey "$(cut -d' ' -f2- key)"
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
import * as pulumi from "@pulumi/pulumi";
import { KubeletService, type KubeletServiceArgs } from "pulumi-coreos-kubelet";

const config = new pulumi.Config();
// Any further argument: pulumi config set --path more.health.minReadySeconds 30
const more = config.getObject<Partial<KubeletServiceArgs>>("more");

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
    ...more,
});

export const { osVersion, runningVersion, lastChange } = kubelet;

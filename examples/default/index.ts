// The kubelet on the hosts that the stack's configuration lists. Against hosts of your own:
//   pulumi config set --path 'hosts[0].name' node-1
//   pulumi config set --path 'hosts[0].host' 10.0.0.11
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
import * as pulumi from "@pulumi/pulumi";
import { KubeletService, type KubeletServiceArgs } from "pulumi-coreos-kubelet";

interface Host {
    readonly name: string;
    readonly host: string;
    readonly port?: number;
    readonly user?: string;
    readonly hostKey?: string;
}

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
// Any further argument, for all of them: pulumi config set --path more.health.minReadySeconds 30
const more = config.getObject<Partial<KubeletServiceArgs>>("more");

for (const { name, ...address } of config.requireObject<readonly Host[]>("hosts")) {
    new KubeletService(name, {
        connection: { ...address, privateKey },
        version: config.require("version"),
        // In rkt's own form, without docker://, quay.io no longer serves it.
        image: { repository: config.get("repository") ?? "docker://quay.io/coreos/hyperkube" },
        apiServers: config.getObject<string[]>("apiServers") ?? ["http://127.0.0.1:8080"],
        rkt: { hostDns: true, containerLogs: true },
        ...more,
    });
}

// Hosts that are reached through a jump host only, which has a user and a key of its own. However many they are, one `pulumi up`
// logs in to it once (twice with a KubeletRollout).
//   pulumi config set --path jumpHost.host jump.example.com
//   pulumi config set --path jumpHost.user ops
//   ssh-keyscan -t ed25519 jump.example.com 2>/dev/null | grep -v '^#' | tee key | ssh-keygen -lf -   # is it the one that you know?
//   pulumi config set --path jumpHost.hostKey "$(cut -d' ' -f2- key)"
//   pulumi config set --secret jumpKey < ~/.ssh/jump
//   pulumi config set --path 'nodes.node-1.connection.host' 10.0.0.11
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
import * as pulumi from "@pulumi/pulumi";
import { KubeletService, type ConnectionArgs, type HopArgs, type KubeletServiceArgs } from "pulumi-coreos-kubelet";

interface Node {
    readonly connection: ConnectionArgs;
}

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
// Any further argument, for all of them: pulumi config set --path more.health.minReadySeconds 30
const more = config.getObject<Partial<KubeletServiceArgs>>("more");

// Its key is never pinned on first use: it needs a `hostKey` or `knownHosts`. Several jump hosts are a list, the nearest first.
const proxy: HopArgs = { ...config.requireObject<HopArgs>("jumpHost"), privateKey: config.requireSecret("jumpKey") };

for (const [name, { connection }] of Object.entries(config.requireObject<Readonly<Record<string, Node>>>("nodes"))) {
    new KubeletService(name, {
        // The address is the one that the jump host knows it by.
        connection: { ...connection, privateKey, proxy },
        version: config.require("version"),
        image: { repository: config.get("repository") ?? "docker://quay.io/coreos/hyperkube" },
        apiServers: config.getObject<string[]>("apiServers") ?? ["http://127.0.0.1:8080"],
        ...more,
    });
}

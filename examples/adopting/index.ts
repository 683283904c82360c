// Kubelets that run already, with a kubelet.service that somebody wrote by hand. Arguments that mean what it says take it over
// as it is, without a restart; others restart the kubelet once. What was there is kept on the host.
//   pulumi config set --path 'nodes.node-1.connection.host' 10.0.0.11
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
import * as pulumi from "@pulumi/pulumi";
import { KubeletService, type ConnectionArgs } from "pulumi-coreos-kubelet";

interface Node {
    readonly connection: ConnectionArgs;
}

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
const nodes = Object.entries(config.requireObject<Readonly<Record<string, Node>>>("nodes"));
const restartSec = config.getNumber("restartSec") ?? 10;

const kubelets = nodes.map(
    ([name, { connection }]) =>
        new KubeletService(name, {
            connection: { ...connection, privateKey },
            version: config.require("version"),
            apiServers: "http://127.0.0.1:8080",
            unit: { restartSec },
            health: { minReadySeconds: config.getNumber("minReadySeconds") ?? restartSec + 5 },

            // Without this, a kubelet.service that is not ours is refused. Destroy leaves an adopted one as it then is, and
            // brings back what was there before only where `onDelete` is "restore".
            onExisting: "adopt",
        }),
);

export const lastChanges = kubelets.map(({ lastChange }) => lastChange);

// Kubelets that run already, with a kubelet.service that somebody wrote by hand. Arguments that mean what it says take it over
// as it is, without a restart; others restart the kubelet once. A preview cannot tell which: it dials no host. So one after
// another, and the first one alone, to read how long it was down (0: it was not restarted):
//   pulumi config set --path 'nodes.node-1.connection.host' 10.0.0.11
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
// (the first by name: the others come after it)
//   pulumi up --target '**fleet' --target '**fleet-node-1'
import * as pulumi from "@pulumi/pulumi";
import { KubeletRollout, type KubeletRolloutArgs, type LastChange } from "pulumi-coreos-kubelet";

const config = new pulumi.Config();

const fleet = new KubeletRollout("fleet", {
    nodes: config.requireObject<KubeletRolloutArgs["nodes"]>("nodes"),
    connection: { privateKey: config.requireSecret("privateKey") },
    // What the units say now, all of it. Any further argument: pulumi config set --path more.kubeconfig /etc/kubernetes/kubeconfig
    version: config.require("version"),
    apiServers: "http://127.0.0.1:8080",
    ...config.getObject<Partial<KubeletRolloutArgs>>("more"),

    // Without this, a kubelet.service that is not ours is refused. Remove it once all are taken over: with it, a kubelet that
    // another stack has taken meanwhile is taken from it. Destroy leaves an adopted one as it then is, and brings back what was
    // there before only where `onDelete` is "restore".
    onExisting: "adopt",
    maxUnavailable: 1,
});

export const downtimes = Object.entries(fleet.nodes).map(([name, { lastChange }]) =>
    // Undefined of those that --target leaves out.
    lastChange.apply((last: LastChange | undefined) =>
        last === undefined
            ? `${name}: not yet`
            : `${name}: ${last.action}, ${last.downtimeSeconds} s without a kubelet`,
    ),
);

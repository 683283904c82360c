// Kubelets beside commands of @pulumi/command: one connection object a host serves both, and each command has its place in
// the graph, before a node's kubelet or after it.
//   npm install @pulumi/command
//   pulumi config set --path 'hosts.node-1.host' 10.0.0.11
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
import { remote, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { KubeletRollout } from "pulumi-coreos-kubelet";

interface Address {
    readonly host: string;
    readonly port?: number;
    readonly hostKey?: string;
}

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
const addresses = config.requireObject<Readonly<Record<string, Address>>>("hosts");

const hosts = Object.entries(addresses).map(([name, address]) => {
    // The default users differ: "core" for a kubelet, "root" for a command.
    const connection: types.input.remote.ConnectionArgs = { ...address, user: "core", privateKey };
    const folder = new remote.Command(`cni-folder-${name}`, { connection, create: "sudo mkdir -p /etc/cni/net.d" });
    return { name, connection, folder };
});

const workers = new KubeletRollout("workers", {
    // A volume whose source is missing is refused: the folder comes first.
    nodes: Object.fromEntries(
        hosts.map(({ name, connection, folder }) => [name, { connection, opts: { dependsOn: folder } }]),
    ),
    version: config.require("version"),
    image: { repository: config.get("repository") ?? "docker://quay.io/coreos/hyperkube" },
    apiServers: config.getObject<string[]>("apiServers") ?? ["http://127.0.0.1:8080"],
    rkt: { volumes: [{ name: "cni", source: "/etc/cni/net.d", target: "/etc/cni/net.d", readOnly: true }] },
});

// Run again after each change of the version. What the next wave is to wait for belongs in `afterNode`.
const probes = hosts.map(({ name, connection }) => {
    const node = workers.nodes[name];
    if (node === undefined) throw new Error(`${name} has no kubelet`);
    const create = "curl -sSf http://127.0.0.1:10255/healthz";
    return new remote.Command(
        `probe-${name}`,
        { connection, create, triggers: [node.runningVersion] },
        { dependsOn: node },
    );
});

export const summary = workers.summaryText;
export const answers = probes.map(({ stdout }) => stdout);

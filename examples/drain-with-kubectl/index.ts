// A fleet whose nodes are drained before their kubelet is restarted, and take pods again after. The nodes have the names that
// `kubectl get nodes` gives them.
//   pulumi config set --path 'nodes.node-1.connection.host' 10.0.0.11
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.3.4_coreos.0
//   pulumi config set kubeconfig /etc/kubernetes/admin.conf    # else kubectl's own, such as KUBECONFIG of a CI job
//   pulumi config set --path 'drainOptions[0]' -- --ignore-daemonsets
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { KubeletRollout, type KubeletRolloutArgs, type NodeChange, type NodeFailure } from "pulumi-coreos-kubelet";

const config = new pulumi.Config();
const kubeconfig = config.get("kubeconfig");
const drainOptions = config.getObject<string[]>("drainOptions") ?? ["--ignore-daemonsets"];
const nodes = config.requireObject<KubeletRolloutArgs["nodes"]>("nodes");
// Any further argument, for all of them: pulumi config set --path more.health.minReadySeconds 30
const more = config.getObject<Partial<KubeletRolloutArgs>>("more");

// As a list: no shell reads these words. A drain that a pod holds up is given up after ten minutes.
async function kubectl(...words: readonly string[]): Promise<void> {
    const options = kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig];
    await promisify(execFile)("kubectl", [...options, ...words], { timeout: 600_000 });
}

async function drain({ name }: NodeChange): Promise<void> {
    try {
        await kubectl("drain", name, ...drainOptions);
    } catch (error) {
        // It is cordoned by then, and its kubelet will not be touched.
        await kubectl("uncordon", name).catch((second: unknown) =>
            pulumi.log.warn(`${name} is still cordoned: ${String(second)}`),
        );
        throw error;
    }
}

// Where the old kubelet is not back and healthy, pods are better off elsewhere: the node stays cordoned.
async function uncordonIfBack({ name, isBack }: NodeFailure): Promise<void> {
    if (isBack) await kubectl("uncordon", name);
}

const workers = new KubeletRollout("workers", {
    // What Kubernetes calls a node is what drains it.
    nodes: Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, { hostnameOverride: name, ...node }])),
    connection: { privateKey: config.requireSecret("privateKey") },
    version: config.require("version"),
    image: { repository: config.get("repository") ?? "docker://quay.io/coreos/hyperkube" },
    apiServers: config.getObject<string[]>("apiServers") ?? ["http://127.0.0.1:8080"],
    ...more,

    beforeNode: drain,
    afterNode: ({ name }) => kubectl("uncordon", name),
    onNodeFailed: uncordonIfBack,
});

export const summary = workers.summaryText;

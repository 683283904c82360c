// The kubelets of a cluster, as our house wants them: this is what the tests are about.
import type * as pulumi from "@pulumi/pulumi";
import { KubeletService, type KubeletServiceArgs } from "pulumi-coreos-kubelet";

export interface Node {
    readonly host: string;
    readonly port?: number;
    readonly hostKey: string;
    readonly rack: string;
}

export interface Cluster {
    readonly nodes: Readonly<Record<string, Node>>;
    readonly privateKey: pulumi.Input<string>;
    readonly version: string;
    /** Arguments that all nodes have besides. */
    readonly more?: Partial<KubeletServiceArgs> | undefined;
}

export function kubelets({ nodes, privateKey, version, more }: Cluster): readonly KubeletService[] {
    return Object.entries(nodes).map(([name, { rack, ...address }]) => {
        if (address.hostKey === "") throw new Error(`${name}: we log in to no host whose key we do not know`);
        return new KubeletService(name, {
            connection: { ...address, privateKey },
            version,
            image: { repository: "docker://quay.io/coreos/hyperkube" },
            apiServers: ["http://127.0.0.1:8080"],
            hostnameOverride: name,
            nodeLabels: { rack },
            onVersionJump: "refuse",
            ...more,
        });
    });
}

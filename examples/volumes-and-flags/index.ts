// A kubelet with volumes, flags and environment of your own, in place of what CoreOS's page sets in RKT_OPTS by hand.
//   pulumi config set --path 'nodes.node-1.connection.host' 10.0.0.11
//   pulumi config set --secret privateKey < ~/.ssh/id_ed25519
//   pulumi config set version v1.5.4_coreos.0
import * as pulumi from "@pulumi/pulumi";
import { KubeletService, type ConnectionArgs, type KubeletServiceArgs } from "pulumi-coreos-kubelet";

interface Node {
    readonly connection: ConnectionArgs;
}

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
// Any further argument, for all of them: pulumi config set --path more.health.minReadySeconds 30
const more = config.getObject<Partial<KubeletServiceArgs>>("more");

for (const [name, { connection }] of Object.entries(config.requireObject<Readonly<Record<string, Node>>>("nodes"))) {
    new KubeletService(name, {
        connection: { ...connection, privateKey },
        version: config.require("version"),
        image: { repository: config.get("repository") ?? "docker://quay.io/coreos/hyperkube" },
        kubeconfig: "/etc/kubernetes/kubeconfig",
        hostnameOverride: name,
        clusterDns: "10.3.0.10",
        clusterDomain: "cluster.local",
        nodeLabels: { "example.com/rack": "b", tier: "storage" },
        // Every other flag. One that the version does not know fails the preview.
        flags: {
            // Without it, a kubelet before 1.8 takes the API server from --api-servers alone.
            "require-kubeconfig": true,
            "max-pods": 60,
            "system-reserved": "cpu=200m,memory=256Mi",
            "eviction-hard": "memory.available<200Mi",
        },
        rkt: {
            // Names that only the host's resolv.conf knows, such as an API server's.
            hostDns: true,
            // For iSCSI volumes: the host's own iscsiadm. From CoreOS 1024.0.0 on.
            iscsi: true,
            // The kubelet links the containers' logs below the host's /var/log, from where they can be exported.
            containerLogs: true,
            // The folder must exist on the host; one that is missing is refused before anything there is touched.
            volumes: [{ name: "cni-bin", source: "/opt/cni/bin", target: "/opt/cni/bin", readOnly: true }],
            // The kubelet's own environment; the wrapper's is `unit.environment`.
            setEnv: { AWS_REGION: "eu-central-1" },
            // What has no argument here, in rkt's own words. This one needs rkt 1.15.0: CoreOS 1235.0.0 or newer.
            options: "--hosts-entry=10.0.0.2=registry.example.com",
        },
        // A kubeconfig that somebody else writes: another date restarts the kubelet.
        triggers: [config.get("kubeconfigOf") ?? "2016-11-01"],
        ...more,
    });
}

// kubelet.service, compared whole; `npx vitest run test/kubelet -u` rewrites the expected files.
import { expect, test } from "vitest";
import { renderUnit } from "../../provider/kubelet/unit";
import type { Facts } from "../../provider/plan/facts";
import type { KubeletServiceInputs } from "../../provider/spec/args";
import { specOf } from "../../provider/spec/defaults";

const SHIPPED: Facts = { osId: "coreos", osVersion: "1185.3.0", rktVersion: "1.14.0", wrapperSource: "host" };
const OLD: Facts = { osId: "coreos", osVersion: "899.17.0", rktVersion: "1.0.0", wrapperSource: "uploaded" };
const WITH_VAR_LOG: Facts = { osId: "coreos", osVersion: "1409.2.0", rktVersion: "1.25.0", wrapperSource: "host" };

// CoreOS's own page: https://coreos.com/kubernetes/docs/latest/kubelet-wrapper.html
const PAGE = { version: "v1.3.4_coreos.0", apiServers: "http://127.0.0.1:8080" };

const ALL: Omit<KubeletServiceInputs, "connection"> = {
    version: "v1.7.3_coreos.0",
    image: { repository: "registry.example/hyperkube", trust: "insecure" },
    apiServers: ["https://10.0.0.1", "https://10.0.0.2"],
    kubeconfig: "/etc/kubernetes/kubeconfig.yaml",
    podManifestPath: "/etc/kubernetes/own manifests",
    hostnameOverride: "10.0.0.11",
    clusterDns: "10.3.0.10",
    clusterDomain: "cluster.local",
    nodeLabels: { role: "worker", "example.com/rack": "a7" },
    registerNode: true,
    allowPrivileged: false,
    networkPlugin: "cni",
    cniConfDir: "/etc/kubernetes/cni/net.d",
    cniBinDir: "/opt/cni/bin",
    tlsCertFile: "/etc/kubernetes/ssl/worker.pem",
    tlsPrivateKeyFile: "/etc/kubernetes/ssl/worker-key.pem",
    flags: { v: 2, "eviction-hard": "memory.available<5%", "feature-gates": ["A=true", "B=false"] },
    rkt: {
        hostDns: true,
        iscsi: true,
        containerLogs: true,
        volumes: [{ name: "opt-cni", source: "/opt/cni", target: "/opt/cni", readOnly: true, recursive: true }],
        setEnv: { HTTPS_PROXY: "http://proxy:3128" },
        options: "--net=host   --dns=10.0.0.2",
    },
    unit: {
        description: "Kubelet at 100 %",
        requires: ["docker.service"],
        after: ["docker.service", "network-online.target"],
        wantedBy: ["multi-user.target", "kubernetes.target"],
        environment: { MESSAGE: 'a "quoted" $word \\ and 5 %' },
        execStartPre: ["-/usr/bin/mkdir -p /opt/cni"],
        restart: "on-failure",
        restartSec: 5,
    },
};

test.each<[string, Facts, Omit<KubeletServiceInputs, "connection">]>([
    ["plain", SHIPPED, PAGE],
    ["resolv", SHIPPED, { ...PAGE, rkt: { hostDns: true } }],
    ["iscsi", SHIPPED, { ...PAGE, rkt: { iscsi: true } }],
    ["var-log", SHIPPED, { ...PAGE, rkt: { containerLogs: true } }],
    ["var-log-of-the-wrapper", WITH_VAR_LOG, { ...PAGE, rkt: { containerLogs: true } }],
    ["uploaded-wrapper", OLD, { ...PAGE, rkt: { hostDns: true } }],
    [
        "docker-image",
        SHIPPED,
        {
            version: "v1.8.5",
            image: { repository: "docker://quay.io/coreos/hyperkube" },
            kubeconfig: "/etc/kubernetes/kubeconfig",
        },
    ],
    ["all-options", SHIPPED, ALL],
])("the unit of case %s", async (name, facts, inputs) => {
    const text = renderUnit(specOf({ connection: { host: "node" }, ...inputs }), facts);
    await expect(text).toMatchFileSnapshot(`units/${name}.service`);
});

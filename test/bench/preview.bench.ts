// What a preview costs: the engine calls check and diff of one node after another.
import { onTestFinished, test } from "vitest";
import { check, create, diff } from "../../provider/runtime";
import { simulatedHost } from "../../provider/testing";
import { median, report } from "./report";

const NODES = 100;
const ROUNDS = 15;

test("check and diff of a hundred nodes", async () => {
    const host = await simulatedHost();
    onTestFinished(() => host.stop());
    const args = (node: number, version: string): Readonly<Record<string, unknown>> => ({
        connection: { ...host.connection },
        version,
        apiServers: ["https://10.0.0.1", "https://10.0.0.2"],
        kubeconfig: "/etc/kubernetes/kubeconfig.yaml",
        clusterDns: "10.3.0.10",
        clusterDomain: "cluster.local",
        nodeLabels: { rack: `r${node}`, zone: "a" },
        flags: { "cloud-provider": "aws", "max-pods": 100 + node, "kube-reserved": "cpu=100m" },
        rkt: {
            hostDns: true,
            containerLogs: true,
            volumes: [{ name: "cni", source: "/opt", target: "/opt/cni/bin", readOnly: true }],
            setEnv: { HTTP_PROXY: `http://proxy-${node}:3128` },
            options: "--volume lib,kind=host,source=/lib --mount volume=lib,target=/mnt/lib",
        },
        unit: { restartSec: 1, environment: { WORD: "a b" } },
        health: { minReadySeconds: 0.2, progressDeadlineSeconds: 30 },
        owner: `urn:pulumi:bench::bench::pulumi-nodejs:dynamic/coreos:KubeletService::node-${node}`,
    });
    const olds = (await check({}, args(0, "v1.5.3_coreos.0"))).inputs;
    const { id, outs } = await create(olds);

    const round = async (version: string): Promise<number> => {
        const begun = performance.now();
        for (let node = 0; node < NODES; node += 1) {
            const { inputs } = await check(olds, args(node, version));
            await diff(id, outs, inputs);
        }
        return (performance.now() - begun) / NODES;
    };
    const rounds = async (version: string): Promise<string> => {
        const times: number[] = [];
        for (let count = 0; count < ROUNDS; count += 1) times.push(await round(version));
        const [first = NaN] = times;
        return `${median(times).toFixed(2)} ms a node (goal: less than 2 ms), ${first.toFixed(2)} ms in the first round`;
    };
    report(`check and diff in a preview of ${NODES} nodes`, {
        "nothing changes": await rounds("v1.5.3_coreos.0"),
        "another version": await rounds("v1.5.4_coreos.0"),
    });
});

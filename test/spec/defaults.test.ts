import { describe, expect, it } from "vitest";
import { specOf } from "../../provider/spec/defaults";
import { EVERYTHING } from "./support";
import type { KubeletServiceInputs } from "../../provider/spec/args";

const inputs = (more: object): KubeletServiceInputs => ({
    connection: { host: "10.0.0.11" },
    version: "v1.3.4_coreos.0",
    ...more,
});

describe("specOf", () => {
    it("fills in every default", () => {
        expect(specOf(inputs({}))).toEqual({
            connection: {
                host: "10.0.0.11",
                port: 22,
                user: "core",
                dialErrorLimit: 10,
                perDialTimeout: 15,
                proxy: [],
            },
            version: "v1.3.4_coreos.0",
            image: { repository: undefined, trust: "keys-from-https" },
            kubelet: {
                apiServers: [],
                kubeconfig: undefined,
                podManifestPath: "/etc/kubernetes/manifests",
                hostnameOverride: undefined,
                clusterDns: [],
                clusterDomain: undefined,
                nodeLabels: {},
                registerNode: undefined,
                allowPrivileged: undefined,
                networkPlugin: undefined,
                cniConfDir: undefined,
                cniBinDir: undefined,
                tlsCertFile: undefined,
                tlsPrivateKeyFile: undefined,
                flags: {},
            },
            rkt: { hostDns: false, iscsi: false, containerLogs: false, volumes: [], setEnv: {}, options: undefined },
            unit: {
                description: "Kubernetes kubelet",
                after: ["network-online.target"],
                wants: ["network-online.target"],
                requires: [],
                wantedBy: ["multi-user.target"],
                environment: {},
                execStartPre: [],
                restart: "always",
                restartSec: 10,
            },
            triggers: [],
            health: { port: 10248, minReadySeconds: 15, progressDeadlineSeconds: 300 },
            timeouts: { connect: 120, fetch: 900, operation: 1800 },
            onExisting: "refuse",
            onPendingReboot: "refuse",
            onDelete: undefined,
            onVersionJump: "warn",
            owner: undefined,
        });
    });

    it("takes what is given, and its own defaults are given too", () => {
        const spec = specOf(inputs(EVERYTHING));
        expect(spec).toMatchObject({
            health: EVERYTHING["health"],
            unit: EVERYTHING["unit"],
            timeouts: EVERYTHING["timeouts"],
        });
        expect(spec.triggers).toEqual(EVERYTHING["triggers"]);
        expect(spec.kubelet).toMatchObject({ clusterDns: ["10.3.0.10"], podManifestPath: undefined });
    });

    it("counts readiness from restartSec", () => {
        expect(specOf(inputs({ unit: { restartSec: 30 } })).health.minReadySeconds).toBe(35);
    });

    it("takes null as absent, at any depth, but in triggers", () => {
        const nulls = inputs({ rkt: null, unit: { restart: null }, health: { port: null }, image: null, flags: null });
        expect(specOf(nulls)).toEqual(specOf(inputs({})));
        expect(specOf(inputs({ triggers: [null] })).triggers).toEqual([null]);
    });
});

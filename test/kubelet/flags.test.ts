import { describe, expect, it } from "vitest";
import { flagProblems, kubeletArguments } from "../../provider/kubelet/flags";
import { NO_MANIFESTS, specFor, type Given } from "./specs";

const argumentsOf = (version: string, given: Given) => kubeletArguments(specFor(version, given));

describe("the kubelet's arguments", () => {
    // Source: coreos/coreos-kubernetes Documentation/deploy-master.md, deploy-workers.md, in the spelling of that time.
    it("are those of CoreOS's page, for the version of the page", () => {
        expect(argumentsOf("v1.3.4_coreos.0", { apiServers: "http://127.0.0.1:8080" })).toEqual([
            "--api-servers=http://127.0.0.1:8080",
            "--config=/etc/kubernetes/manifests",
        ]);
    });

    it.each<readonly [string, Given, readonly string[]]>([
        ["none", {}, []],
        [
            "several servers, one flag",
            { apiServers: ["https://a", "https://b"] },
            ["--api-servers=https://a,https://b"],
        ],
        ["no servers", { apiServers: [] }, []],
        ["DNS", { clusterDns: ["10.3.0.10", "10.3.0.11"] }, ["--cluster-dns=10.3.0.10,10.3.0.11"]],
        ["labels", { nodeLabels: { role: "worker", "a/b": "" } }, ["--node-labels=role=worker,a/b="]],
        ["no labels", { nodeLabels: {} }, []],
        [
            "what is false",
            { registerNode: false, allowPrivileged: false },
            ["--register-node=false", "--allow-privileged=false"],
        ],
        [
            "what is true",
            { registerNode: true, allowPrivileged: true },
            ["--register-node=true", "--allow-privileged=true"],
        ],
        [
            "texts",
            {
                ...{
                    kubeconfig: "/k",
                    hostnameOverride: "h",
                    clusterDomain: "d",
                    networkPlugin: "cni",
                    cniConfDir: "/c",
                },
                ...{ cniBinDir: "/b", tlsCertFile: "/t.pem", tlsPrivateKeyFile: "/t-key.pem" },
            },
            [
                ...["--kubeconfig=/k", "--hostname-override=h", "--cluster-domain=d", "--network-plugin=cni"],
                ...[
                    "--cni-conf-dir=/c",
                    "--cni-bin-dir=/b",
                    "--tls-cert-file=/t.pem",
                    "--tls-private-key-file=/t-key.pem",
                ],
            ],
        ],
        [
            "every other flag, after the typed ones, as it is spelled",
            {
                flags: { v: 2, "lock-file": false, cgroup_root: "", "feature-gates": ["A=true", "B=false"] },
                clusterDomain: "d",
            },
            [
                ...["--cluster-domain=d", "--v=2", "--lock-file=false", "--cgroup_root="],
                ...["--feature-gates=A=true", "--feature-gates=B=false"],
            ],
        ],
        ["a list of none", { flags: { x: [] } }, []],
        ["odd values, as they are", { flags: { x: " a  b$c%d\"e'f\\" } }, ["--x= a  b$c%d\"e'f\\"]],
    ])("%s", (_, given, expected) => {
        const spec = specFor("v1.5.8_coreos.0", { ...NO_MANIFESTS, ...given });
        expect(kubeletArguments(spec)).toEqual(expected);
        expect(flagProblems(spec)).toEqual([]);
    });
});

// Which minor of Kubernetes knows a flag; "." is an unknown flag, at which the kubelet exits.
// Source: kubernetes cmd/kubelet/app/options and pkg/kubelet/config at the tags v1.1 to v1.10.
const MINORS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const KNOWN: readonly (readonly [flag: string, minors: string, given: Given])[] = [
    ["api-servers", "YYYYYYY...", { apiServers: "http://a" }],
    ["kubeconfig", "YYYYYYYYYY", { kubeconfig: "/k" }],
    ["hostname-override", "YYYYYYYYYY", { hostnameOverride: "h" }],
    ["cluster-dns", "YYYYYYYYYY", { clusterDns: "10.3.0.10" }],
    ["cluster-domain", "YYYYYYYYYY", { clusterDomain: "d" }],
    ["register-node", "YYYYYYYYYY", { registerNode: true }],
    ["allow-privileged", "YYYYYYYYYY", { allowPrivileged: true }],
    ["network-plugin", "YYYYYYYYYY", { networkPlugin: "cni" }],
    ["node-labels", ".YYYYYYYYY", { nodeLabels: { a: "b" } }],
    ["cni-conf-dir", "...YYYYYYY", { cniConfDir: "/c" }],
    ["cni-bin-dir", "...YYYYYYY", { cniBinDir: "/b" }],
    ["network-plugin-dir", "YYYYYYYY..", { flags: { "network-plugin-dir": "/n" } }],
    ["require-kubeconfig", "...YYYYYY.", { flags: { "require-kubeconfig": true } }],
    ["register-schedulable", ".YYYYYYYYY", { flags: { "register-schedulable": false } }],
    ["lock-file", ".YYYYYYYYY", { flags: { "lock-file": "/l" } }],
    ["register-with-taints", ".....YYYYY", { flags: { "register-with-taints": "t" } }],
    ["exit-on-lock-contention", "..YYYYYYYY", { flags: { "exit-on-lock-contention": true } }],
    ["anonymous-auth", "....YYYYYY", { flags: { "anonymous-auth": false } }],
    ["client-ca-file", "....YYYYYY", { flags: { "client-ca-file": "/c" } }],
    ["bootstrap-kubeconfig", "......YYYY", { flags: { "bootstrap-kubeconfig": "/b" } }],
    // From 1.10 on it names a file of settings.
    ["config", "YYYYY....Y", { flags: { config: "/etc/kubernetes/kubelet.yaml" } }],
    ["pod-manifest-path", "...YYYYYYY", { flags: { "pod-manifest-path": "/m" } }],
];

describe.each(KNOWN)("--%s", (flag, minors, given) => {
    it.each(MINORS)("of Kubernetes 1.%i is refused or written", (minor) => {
        const spec = specFor(`v1.${minor}.0_coreos.0`, { ...NO_MANIFESTS, ...given });
        const argument = Object.keys(given).includes("flags") ? `flags.${flag}` : Object.keys(given)[0];
        if (minors[minor - 1] === "Y") expect(flagProblems(spec)).toEqual([]);
        else
            expect(flagProblems(spec)).toMatchObject([
                { path: argument, reason: expect.stringContaining(`--${flag} `) as string },
            ]);
        expect(kubeletArguments(spec).every((word) => word.startsWith(`--${flag}=`))).toBe(true);
    });
});

describe("the folder of pod manifests", () => {
    it.each(MINORS)("has the name that Kubernetes 1.%i knows", (minor) => {
        const spec = specFor(`1.${minor}.0`, { podManifestPath: "/m" });
        const [flag = ""] = kubeletArguments(spec).map((word) => word.slice(2, -"=/m".length));
        expect(KNOWN.find(([name]) => name === flag)?.[1][minor - 1]).toBe("Y");
        // There, --config is no folder any more.
        expect(minor < 10 || flag === "pod-manifest-path").toBe(true);
        expect(flagProblems(spec)).toEqual([]);
    });

    it("has today's name where the version does not tell its minor", () => {
        expect(argumentsOf("20", {})).toEqual(["--pod-manifest-path=/etc/kubernetes/manifests"]);
    });
});

describe("flags that are refused", () => {
    it.each<readonly [string, string, Given, string, RegExp]>([
        [
            "the argument's own flag",
            "v1.3.4",
            { clusterDomain: "a", flags: { "cluster-domain": "b" } },
            "flags.cluster-domain",
            /argument of its own/,
        ],
        [
            "in its other spelling",
            "v1.3.4",
            { clusterDomain: "a", flags: { cluster_domain: "b" } },
            "flags.cluster_domain",
            /argument of its own/,
        ],
        ["the manifests, old name", "v1.3.4", { flags: { config: "/m" } }, "flags.config", /argument of its own/],
        [
            "the manifests, new name",
            "v1.5.4",
            { flags: { "pod-manifest-path": "/m" } },
            "flags.pod-manifest-path",
            /argument of its own/,
        ],
        ["dashes in front", "v1.3.4", { flags: { "--v": 2 } }, "flags.--v", /without dashes/],
        ["a value in the name", "v1.3.4", { flags: { "v=2": "" } }, "flags.v=2", /no flag's name/],
        ["a blank in the name", "v1.3.4", { flags: { "v 2": "" } }, "flags.v 2", /no flag's name/],
        ["a line break", "v1.3.4", { flags: { v: "a\nb" } }, "flags.v", /line breaks/],
        ["one in a list", "v1.3.4", { flags: { v: ["a", "\u0007"] } }, "flags.v", /control characters/],
        [
            "an underscore beside a flag that is gone",
            "v1.8.0",
            { flags: { api_servers: "http://a" } },
            "flags.api_servers",
            /1\.8/,
        ],
    ])("%s", (_, version, given, path, reason) => {
        expect(flagProblems(specFor(version, given))).toEqual([
            { path, reason: expect.stringMatching(reason) as string },
        ]);
    });

    it.each<readonly [string, Given, string, string]>([
        [
            "v1.8.1",
            { apiServers: "http://a" },
            "apiServers",
            "--api-servers is gone since Kubernetes 1.8: use kubeconfig",
        ],
        [
            "v1.15.0",
            { allowPrivileged: true },
            "allowPrivileged",
            "--allow-privileged is gone since Kubernetes 1.15: leave it out, a PodSecurityPolicy decides",
        ],
        [
            "v1.3.4",
            { cniConfDir: "/c" },
            "cniConfDir",
            "--cni-conf-dir came only with Kubernetes 1.4: use flags.network-plugin-dir",
        ],
        [
            "v1.1.7",
            { nodeLabels: { a: "b" } },
            "nodeLabels",
            "--node-labels came only with Kubernetes 1.2: label the node by `kubectl label`",
        ],
        [
            "v1.7.3",
            { flags: { config: "/m" } },
            "flags.config",
            "--config is gone since Kubernetes 1.6 until 1.10: use podManifestPath",
        ],
        [
            "v1.2.0",
            { flags: { pod_manifest_path: "/m" } },
            "flags.pod_manifest_path",
            "--pod-manifest-path came only with Kubernetes 1.4: use podManifestPath",
        ],
        [
            "v1.11.0",
            { flags: { "experimental-allowed-unsafe-sysctls": "a" } },
            "flags.experimental-allowed-unsafe-sysctls",
            "--experimental-allowed-unsafe-sysctls is gone since Kubernetes 1.11: use flags.allowed-unsafe-sysctls",
        ],
        [
            "v1.10.5",
            { flags: { "allowed-unsafe-sysctls": "a" } },
            "flags.allowed-unsafe-sysctls",
            "--allowed-unsafe-sysctls came only with Kubernetes 1.11: use flags.experimental-allowed-unsafe-sysctls",
        ],
        [
            "v1.12.0",
            { flags: { "cadvisor-port": 0 } },
            "flags.cadvisor-port",
            "--cadvisor-port is gone since Kubernetes 1.12: leave it out",
        ],
        [
            "v1.5.4",
            { podManifestPath: "/m", flags: { config: "/m" } },
            "flags.config",
            "is set by an argument of its own too",
        ],
        [
            "v1.5.4",
            { flags: { "cgroup-root": "/a", cgroup_root: "/b" } },
            "flags.cgroup_root",
            "is given twice, spelled with dashes and with underscores",
        ],
    ])("%s, %j: the whole reason", (version, given, path, reason) => {
        const spec = specFor(version, { ...NO_MANIFESTS, ...given });
        expect(flagProblems(spec)).toEqual([{ path, reason }]);
    });

    it("are told without their values", () => {
        const flags = { token: "s3cret\n", "v v": "s3cret", config: "s3cret", api_servers: "s3cret" };
        const problems = JSON.stringify(flagProblems(specFor("v1.8.0", { apiServers: "http://s3cret", flags })));
        expect(problems).toContain("flags.token");
        expect(problems).not.toContain("s3cret");
    });

    it("are none where the version does not tell its minor", () => {
        expect(flagProblems(specFor("2-custom", { apiServers: "http://a", cniConfDir: "/c" }))).toEqual([]);
    });
});

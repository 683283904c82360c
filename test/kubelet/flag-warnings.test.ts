// What a preview says of the flags in use: each sentence whole.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KNOWN_FLAGS, standingOf } from "../../provider/kubelet/flag-table";
import { flagWarnings } from "../../provider/kubelet/flag-warnings";
import { flagProblems } from "../../provider/kubelet/flags";
import { NO_MANIFESTS, specFor, type Given } from "./specs";

const warningsOf = (version: string, given: Given, before?: string) =>
    flagWarnings(specFor(version, given), before).map(({ path, reason }) => `${path}: ${reason}`);

describe("what is deprecated", () => {
    it.each<readonly [string, Given, string]>([
        [
            "v1.4.6_coreos.0",
            { apiServers: "http://a" },
            "apiServers: --api-servers is deprecated (since Kubernetes 1.4) and gone from 1.8 on: use kubeconfig",
        ],
        [
            "v1.7.3_coreos.0",
            { flags: { "network-plugin-dir": "/n" } },
            "flags.network-plugin-dir: --network-plugin-dir is deprecated (since Kubernetes 1.7) and gone from 1.9 on: use cniConfDir and cniBinDir",
        ],
        [
            "v1.9.1_coreos.0",
            { flags: { require_kubeconfig: true } },
            "flags.require_kubeconfig: --require-kubeconfig is deprecated (since Kubernetes 1.8) and gone from 1.10 on: leave it out, kubeconfig is enough",
        ],
        [
            "v1.6.1_coreos.0",
            { flags: { "register-schedulable": false } },
            "flags.register-schedulable: --register-schedulable is deprecated (since Kubernetes 1.6): use flags.register-with-taints",
        ],
        [
            "v1.11.0",
            { flags: { "cadvisor-port": 0 } },
            "flags.cadvisor-port: --cadvisor-port is deprecated (since Kubernetes 1.10) and gone from 1.12 on: leave it out",
        ],
        [
            "v1.5.4_coreos.0",
            { ...NO_MANIFESTS, flags: { config: "/m" } },
            "flags.config: --config is deprecated (since Kubernetes 1.4) and gone from 1.6 on: use podManifestPath",
        ],
    ])("%s, %j", (version, given, warning) => {
        expect(flagProblems(specFor(version, given))).toEqual([]);
        expect(warningsOf(version, given)).toEqual([warning]);
    });

    it.each([
        ["v1.3.4_coreos.0", { apiServers: "http://a", flags: { v: 2 } }],
        ["v1.9.1_coreos.0", { clusterDns: "10.3.0.10", kubeconfig: "/k" }],
        ["v1.18.0", { kubeconfig: "/k" }],
    ])("%s, %j: nothing", (version, given) => {
        expect(warningsOf(version, given)).toEqual([]);
    });
});

describe("what belongs in the file of --config", () => {
    it("is told at once, without the default that nobody wrote", () => {
        const given = { clusterDns: "10.3.0.10", clusterDomain: "d", flags: { eviction_hard: "a<1", v: 2 } };
        expect(warningsOf("v1.10.5_coreos.0", given)).toEqual([
            "flags: clusterDns, clusterDomain, flags.eviction_hard are deprecated in Kubernetes 1.10, which takes them still: they belong in the file of flags.config",
        ]);
        expect(warningsOf("v1.10.5_coreos.0", { podManifestPath: "/m" })).toEqual([
            "flags: podManifestPath is deprecated in Kubernetes 1.10, which takes it still: it belongs in the file of flags.config",
        ]);
    });

    it("is counted where it is much", () => {
        const names = KNOWN_FLAGS.filter((flag) => standingOf(flag, 10) === "in-file").slice(0, 11);
        const [warning, ...more] = warningsOf("v1.10.5", {
            flags: Object.fromEntries(names.map((name) => [name, "x"])),
        });
        expect(more).toEqual([]);
        expect(warning).toContain(
            `${names
                .slice(0, 8)
                .map((name) => `flags.${name}`)
                .join(", ")}, 3 more are deprecated`,
        );
    });

    it("becomes so where a change of version leads there", () => {
        const given = { clusterDns: "10.3.0.10" };
        expect(warningsOf("v1.10.5", given, "v1.9.1")).toEqual([
            "flags: clusterDns becomes deprecated in Kubernetes 1.10, which takes it still: it belongs in the file of flags.config",
        ]);
        expect(warningsOf("v1.11.0", given, "v1.10.5")).toEqual([
            "flags: clusterDns is deprecated in Kubernetes 1.11, which takes it still: it belongs in the file of flags.config",
        ]);
    });
});

describe("what no kubelet is known to have", () => {
    it.each([
        ["cluster-dsn", "; did you mean cluster-dns?"],
        ["cluster_dsn", "; did you mean cluster-dns?"],
        ["something-of-a-fork", ""],
    ])("%s%s", (name, meant) => {
        const dashed = name.replaceAll("_", "-");
        const given = { flags: { [name]: "s3cret" } };
        expect(flagProblems(specFor("v1.5.4", given))).toEqual([]);
        expect(warningsOf("v1.5.4", given)).toEqual([
            `flags.${name}: no kubelet of Kubernetes 1.1 to 1.19 is known to have --${dashed}, and at an unknown flag it exits${meant}`,
        ]);
    });
});

describe("a minor that the table does not cover", () => {
    const known = "the kubelet's flags are known here for 1.1 to 1.19, so no flag is judged";
    it.each([
        ["v2-custom", `version: tells no minor of Kubernetes: ${known}`],
        ["v1.20.4", `version: is of Kubernetes 1.20: ${known}`],
        ["v1.0.7", `version: is of Kubernetes 1.0: ${known}`],
    ])("%s", (version, warning) => {
        const given = { apiServers: "http://a", allowPrivileged: true, flags: { "no-such": 1, config: "/m" } };
        expect(flagProblems(specFor(version, { ...NO_MANIFESTS, ...given }))).toEqual([]);
        for (const before of [undefined, "v1.4.0", version])
            expect(warningsOf(version, given, before)).toEqual([warning]);
    });
});

describe("what a change of version means", () => {
    it.each<readonly [string, string, string, Given, readonly string[]]>([
        [
            "a flag becomes deprecated",
            "v1.3.4",
            "v1.4.6",
            { apiServers: "http://a" },
            ["apiServers: --api-servers becomes deprecated (in Kubernetes 1.4) and gone from 1.8 on: use kubeconfig"],
        ],
        [
            "--config changes its meaning",
            "v1.5.4",
            "v1.10.5",
            { ...NO_MANIFESTS, flags: { config: "/m" } },
            [
                "flags.config: --config changes its meaning: it named the pod manifests in Kubernetes 1.5, and names a KubeletConfiguration file in 1.10",
            ],
        ],
        [
            "and back",
            "v1.10.5",
            "v1.3.4",
            { ...NO_MANIFESTS, flags: { config: "/m" } },
            [
                "flags.config: --config changes its meaning: it named a KubeletConfiguration file in Kubernetes 1.10, and names the pod manifests in 1.3",
            ],
        ],
        // Source: kubernetes cmd/kubelet/app/server.go of 1.8: --kubeconfig alone enables API mode.
        [
            "--kubeconfig becomes enough",
            "v1.7.3",
            "v1.8.1",
            { kubeconfig: "/k" },
            [
                "kubeconfig: from Kubernetes 1.8 on the kubelet takes the API server from this file, and needs no other flag for it",
            ],
        ],
        [
            "--kubeconfig is no longer enough",
            "v1.8.1",
            "v1.7.3",
            { kubeconfig: "/k" },
            [
                "kubeconfig: before Kubernetes 1.8 it alone leads the kubelet to no API server: set apiServers, or flags.require-kubeconfig",
            ],
        ],
        [
            "nor so long ago",
            "v1.8.1",
            "v1.3.4",
            { kubeconfig: "/k" },
            ["kubeconfig: before Kubernetes 1.8 it alone leads the kubelet to no API server: set apiServers"],
        ],
        [
            "but with --require-kubeconfig",
            "v1.8.1",
            "v1.7.3",
            { kubeconfig: "/k", flags: { "require-kubeconfig": true } },
            [],
        ],
        [
            "--config means the same, and is deprecated as before",
            "v1.4.6",
            "v1.5.4",
            { ...NO_MANIFESTS, flags: { config: "/m" } },
            ["flags.config: --config is deprecated (since Kubernetes 1.4) and gone from 1.6 on: use podManifestPath"],
        ],
        ["--config means the same", "v1.10.5", "v1.11.0", { ...NO_MANIFESTS, flags: { config: "/c" } }, []],
        [
            "some belong in the file only now",
            "v1.10.5",
            "v1.11.0",
            { clusterDns: "10.3.0.10", flags: { "rotate-certificates": true } },
            [
                "flags: clusterDns, flags.rotate-certificates are deprecated in Kubernetes 1.11, which takes them still: they belong in the file of flags.config",
            ],
        ],
        ["the folder of pods is spelled anew by us", "v1.3.4", "v1.4.6", { podManifestPath: "/m" }, []],
        ["a patch", "v1.8.1", "v1.8.4", { kubeconfig: "/k" }, []],
        ["a minor that we do not know before", "v1.25.0", "v1.7.3", { kubeconfig: "/k" }, []],
        ["a text that tells none before", "latest", "v1.8.1", { kubeconfig: "/k" }, []],
    ])("%s: %s to %s", (_, before, version, given, warnings) => {
        expect(flagProblems(specFor(version, given))).toEqual([]);
        expect(warningsOf(version, given, before)).toEqual(warnings);
    });

    it("is nothing where the version stays", () => {
        const given = { kubeconfig: "/k", apiServers: "http://a", flags: { "register-schedulable": false } };
        expect(warningsOf("v1.6.1", given, "v1.6.1")).toEqual(warningsOf("v1.6.1", given));
    });
});

const minors = fc.integer({ min: 1, max: 19 });
const anyFlags = fc.dictionary(fc.constantFrom(...KNOWN_FLAGS), fc.constantFrom("s3cret", true, 1, ["s3cret"]));

describe("whatever is asked", () => {
    it("refuses no flags that the wanted minor knows", () => {
        fc.assert(
            fc.property(minors, anyFlags, fc.boolean(), (minor, given, isUnderscored) => {
                const known = Object.entries(given).filter(([flag]) => standingOf(flag, minor) !== "unknown");
                const flags = known.map(([flag, value]) => [isUnderscored ? flag.replaceAll("-", "_") : flag, value]);
                const spec = specFor(`v1.${minor}.0`, {
                    ...NO_MANIFESTS,
                    flags: (Object.fromEntries(flags) as Given["flags"]) ?? {},
                });
                expect(flagProblems(spec)).toEqual([]);
            }),
        );
    });

    it("refuses each that it does not know, and says each thing once, without a value", () => {
        fc.assert(
            fc.property(minors, fc.option(minors, { nil: undefined }), anyFlags, (minor, older, flags) => {
                const spec = specFor(`v1.${minor}.0`, { ...NO_MANIFESTS, flags });
                const refused = Object.keys(flags).filter((flag) => standingOf(flag, minor) === "unknown");
                const problems = flagProblems(spec);
                expect(problems.map(({ path }) => path)).toEqual(refused.map((flag) => `flags.${flag}`));
                const warnings = flagWarnings(spec, older === undefined ? undefined : `v1.${older}.0`);
                const texts = warnings.map(({ path, reason }) => `${path}: ${reason}`);
                expect(new Set(texts).size).toBe(texts.length);
                expect(new Set(warnings.map(({ path }) => path)).size).toBe(warnings.length);
                expect(JSON.stringify([problems, warnings])).not.toContain("s3cret");
            }),
        );
    });
});

// The wrapper that we upload: its text compared whole (`npx vitest run test/coreos -u` rewrites it; scripts/lint-shell.sh
// holds it against ShellCheck and shfmt too), and what it really makes bash run.
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { wrapperMeaning, wrapperText } from "../../provider/coreos/wrapper";
import { runWrapper } from "./run-wrapper";

const GENERATIONS = ["0.15.0", "1.0.0"];

test.each(GENERATIONS)("its text for rkt %s", async (rkt) => {
    await expect(wrapperText(rkt)).toMatchFileSnapshot(`wrappers/rkt-${rkt}.sh`);
});

test.each([
    ["0.16.0", "0.15.0"],
    ["1.2.1", "1.0.0"],
    ["1.14.0", "1.0.0"],
    ["1.30.0", "1.0.0"],
])("rkt %s has that of %s", (rkt, generation) => {
    expect(wrapperText(rkt)).toBe(wrapperText(generation));
});

describe.each([
    ["shellcheck", ["-"]],
    ["shfmt", ["-i", "4", "-ci", "-d"]],
] as const)("%s", (tool, args) => {
    const isMissing = spawnSync(tool, ["--version"]).error !== undefined;
    test.skipIf(isMissing && process.env["CI"] === undefined)("has nothing to say", () => {
        for (const rkt of GENERATIONS) {
            const { status, stdout } = spawnSync(tool, args, { input: wrapperText(rkt), encoding: "utf8" });
            expect(stdout).toBe("");
            expect(status).toBe(0);
        }
    });
});

// Source: coreos/coreos-overlay app-admin/kubelet-wrapper at d37e3eff6 (962.0.0), os-release as of 7364d4304 (1025.0.0).
const VOLUMES = [
    ["etc-kubernetes", "/etc/kubernetes", "/etc/kubernetes"],
    ["var-lib-docker", "/var/lib/docker", "/var/lib/docker"],
    ["var-lib-kubelet", "/var/lib/kubelet", "/var/lib/kubelet"],
    ["run", "/run", "/run"],
    ["etc-ssl-certs", "/usr/share/ca-certificates", "/etc/ssl/certs"],
    ["os-release", "/usr/lib/os-release", "/etc/os-release"],
].flatMap(([name = "", source = "", target = ""]) => [
    "--volume",
    `${name},kind=host,source=${source}`,
    "--mount",
    `volume=${name},target=${target}`,
]);

// Source: coreos/coreos-kubernetes Documentation/kubelet-wrapper.md.
const PAGE_OPTIONS = ["resolv,/etc/resolv.conf", "iscsiadm,/usr/sbin/iscsiadm", "var-log,/var/log"]
    .map((volume) => volume.split(","))
    .flatMap(([name = "", path = ""]) => [
        "--volume",
        `${name},kind=host,source=${path}`,
        "--mount",
        `volume=${name},target=${path}`,
    ]);
const IMAGE = "quay.io/coreos/hyperkube:v1.3.4_coreos.0";
const KUBELET = ["--api-servers=http://127.0.0.1:8080", "--config=/etc/kubernetes/manifests"];

describe.each([
    ["0.15.0", "--stage1-image=/usr/share/rkt/stage1-fly.aci"],
    ["1.0.0", "--stage1-from-dir=stage1-fly.aci"],
])("what it runs on rkt %s", (rkt, stage1) => {
    const argv = (trust: string, options: readonly string[], image: string, kubelet: readonly string[]) => [
        ...["run", ...VOLUMES, trust, ...options, stage1, image, "--exec=/kubelet", "--", ...kubelet],
    ];

    it.each<readonly [string, Readonly<Record<string, string>>, readonly string[], string, readonly string[], string]>([
        ["the page's plain unit", {}, KUBELET, "--trust-keys-from-https", [], IMAGE],
        ["no arguments", {}, [], "--trust-keys-from-https", [], IMAGE],
        [
            "the page's RKT_OPTS",
            { RKT_OPTS: PAGE_OPTIONS.join(" ") },
            KUBELET,
            "--trust-keys-from-https",
            PAGE_OPTIONS,
            IMAGE,
        ],
        ["empty RKT_OPTS", { RKT_OPTS: "" }, KUBELET, "--trust-keys-from-https", [], IMAGE],
        ["RKT_OPTS of blanks", { RKT_OPTS: " \t\n " }, KUBELET, "--trust-keys-from-https", [], IMAGE],
        [
            "RKT_OPTS with patterns, quotes and a shell's words, which are only text",
            { RKT_OPTS: `* /etc/* "a b" $HOME \`id\` ; >x \\` },
            [],
            "--trust-keys-from-https",
            ["*", "/etc/*", '"a', 'b"', "$HOME", "`id`", ";", ">x", "\\"],
            IMAGE,
        ],
        [
            "another repository",
            { KUBELET_ACI: "registry.example:5000/hyperkube" },
            [],
            "--trust-keys-from-https",
            [],
            "registry.example:5000/hyperkube:v1.3.4_coreos.0",
        ],
        ["an empty one", { KUBELET_ACI: "" }, [], "--trust-keys-from-https", [], IMAGE],
        [
            "a docker image, which carries no signature",
            { KUBELET_ACI: "docker://quay.io/coreos/hyperkube", KUBELET_VERSION: "v1.8.5" },
            [],
            "--insecure-options=image",
            [],
            "docker://quay.io/coreos/hyperkube:v1.8.5",
        ],
        [
            // rkt does not add them up: the last one counts. Measured on 1.30.0.
            "an --insecure-options of the operator's own, which comes later",
            { RKT_OPTS: "--insecure-options=all" },
            [],
            "--insecure-options=image",
            ["--insecure-options=all"],
            IMAGE,
        ],
        [
            "arguments with odd characters, each still one",
            {},
            ["--a=b c", "", "--", "*", "$HOME", '"', "'", "\\", "line\nbreak", "ü", "-n"],
            "--trust-keys-from-https",
            [],
            IMAGE,
        ],
    ])("%s", (_, env, args, trust, options, image) => {
        const run = runWrapper(rkt, env, args);
        expect(run).toMatchObject({ status: 0, stdout: "", stderr: "" });
        expect(run.argv).toEqual(argv(trust, options, image, args));
    });

    it("any arguments reach the kubelet as they are", () => {
        const word = fc.string({ unit: fc.constantFrom(..."a-=* $`\"'\\\n\t~!{},;é") });
        fc.assert(
            fc.property(fc.array(word, { maxLength: 4 }), (args) => {
                expect(runWrapper(rkt, {}, args).argv).toEqual(argv("--trust-keys-from-https", [], IMAGE, args));
            }),
            { numRuns: 25 },
        );
    });

    it.each(["", undefined])("refuses KUBELET_VERSION %j, and runs nothing", (version) => {
        const run = runWrapper(rkt, { KUBELET_VERSION: version, RKT_OPTS: "--debug" }, KUBELET);
        expect(run).toEqual({ ...run, status: 1, argv: undefined, mkdir: undefined });
        expect(run.stdout + run.stderr).toBe("ERROR: must set KUBELET_VERSION\n");
    });

    it("makes the folders first that rkt would miss", () => {
        const { mkdir } = runWrapper(rkt, {}, []);
        expect(mkdir).toEqual(["-p", "/etc/kubernetes", "/var/lib/docker", "/var/lib/kubelet", "/run/kubelet"]);
    });

    it("runs nothing if it cannot make them", () => {
        expect(runWrapper(rkt, { MKDIR_STATUS: "1" }, [])).toMatchObject({ status: 1, argv: undefined });
    });

    it("becomes rkt: systemd's main process is the kubelet, and its status is seen", () => {
        const run = runWrapper(rkt, { RKT_STATUS: "7" }, []);
        expect(run.status).toBe(7);
        expect(run.rktPid).toBe(run.pid);
    });

    it("hands its environment on to rkt, but only words to the command line", () => {
        const run = runWrapper(rkt, { HTTPS_PROXY: "http://proxy:3128", RKT_OPTS: "--set-env=A=b" }, []);
        expect(run.argv).toEqual(argv("--trust-keys-from-https", ["--set-env=A=b"], IMAGE, []));
        expect(run.env).toContain("HTTPS_PROXY=http://proxy:3128");
    });
});

describe("the meaning of a wrapper", () => {
    const text = wrapperText("1.0.0");

    it.each([
        ["itself", text],
        ["other comments", text.replace(/^# .*$/gm, "# by another release")],
        ["no comments", text.replace(/^#.*\n/gm, "")],
        ["blank lines and another indentation", text.replace(/^ {4}/gm, "\t").replaceAll("\n", "\n\n")],
    ])("is the same with %s", (_, other) => {
        expect(wrapperMeaning(other)).toBe(wrapperMeaning(text));
    });

    it.each([
        ["another stage1 flag", wrapperText("0.15.0")],
        ["a word less", text.replace(" --exec=/kubelet", "")],
        ["a line less", text.replace("exit 1\n", "")],
        ["nothing", ""],
    ])("is another with %s", (_, other) => {
        expect(wrapperMeaning(other)).not.toBe(wrapperMeaning(text));
    });

    it("is still a script that runs", () => {
        const stripped = (whole: string): string => `#!/bin/bash\n${wrapperMeaning(whole)}\n`;
        expect(runWrapper("1.0.0", {}, KUBELET, stripped).argv).toEqual(runWrapper("1.0.0", {}, KUBELET).argv);
    });
});

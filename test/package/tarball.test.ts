// What npm publishes, installed by npm where nothing else of ours is.
import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { simulated } from "../e2e/hosts";
import { OLD, on, startsOn, stateOf } from "../e2e/kubelets";
import { stack } from "../e2e/stack";
import { pack, REPOSITORY, type Packed } from "./pack";

const run = promisify(execFile);
const GOLDEN = join(REPOSITORY, "test/engine/provider.golden.txt");
const { devDependencies } = createRequire(__filename)("../../package.json") as {
    devDependencies: Readonly<Record<string, string>>;
};

let packed: Packed;
let folder: string;
let tarball: string;

beforeAll(async () => {
    await cliFolder();
    packed = await pack();
    ({ folder, tarball } = packed);
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "infrastructure", private: true }));
    const others = ["@pulumi/pulumi", "typescript"].map((name) => `${name}@${devDependencies[name] ?? ""}`);
    await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", tarball, ...others], { cwd: folder });
}, CLI_TIMEOUT);

afterAll(() => packed.remove());

const PROGRAMS = {
    js: (args: string) => `const { KubeletService } = require("pulumi-coreos-kubelet");
exports.version = new KubeletService("node", ${args}).runningVersion;
`,
    mjs: (args: string) => `import { KubeletService } from "pulumi-coreos-kubelet";
export const version = new KubeletService("node", ${args}).runningVersion;
`,
    ts: (args: string) => `import type { Output } from "@pulumi/pulumi";
import { KubeletService, type KubeletServiceArgs, type LastChange } from "pulumi-coreos-kubelet";
const args: KubeletServiceArgs = ${args};
const node = new KubeletService("node", args);
export const version: Output<string> = node.runningVersion;
export const action: Output<LastChange["action"]> = node.lastChange.action;
`,
};

test.each(["js", "mjs", "ts"] as const)(
    "works from a .%s program; the provider's text is the golden one",
    async (language) => {
        const node = await simulated();
        const args = JSON.stringify(on(node));
        const program = PROGRAMS[language](args);
        const nodes = await stack({ language, program, under: folder });
        onTestFinished(() => nodes.dispose());
        succeeded(await nodes.up());
        expect(await startsOn(node)).toEqual([OLD]);
        expect(succeeded(await nodes.pulumi("stack", "output", "version")).stdout.trim()).toBe(OLD);
        const state = await stateOf(nodes, "node");
        const golden = await readFile(GOLDEN, "utf8");
        expect(state?.inputs["__provider"]).toBe(golden);
        expect(state?.outputs["__provider"]).toBe(golden);
        succeeded(await nodes.destroy());
    },
    240_000,
);

test("its command is there by its name", async () => {
    const said = run(join(folder, "node_modules/.bin/pulumi-coreos-kubelet"), ["inspect"]);
    await expect(said).rejects.toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^inspect: no HOST/) as string,
    });
});

const MODULES = {
    node16: ["--module", "node16"],
    nodenext: ["--module", "nodenext"],
    preserve: ["--module", "preserve"],
    "commonjs, as it was resolved of old": [
        ...["--module", "commonjs"],
        ...["--moduleResolution", "node10", "--ignoreDeprecations", "6.0"],
    ],
};

const MISTAKES = `import { simulatedHost } from "pulumi-coreos-kubelet/testing";
void simulatedHost({ release: "1185.3.0" });
// @ts-expect-error: no such argument
args.flag = {};
new KubeletService("other", { connection: { host: "10.0.0.11" }, version: "v1", apiServer: "http://a" });
`;

test.each(Object.entries(MODULES))(
    "its types stand alone under module %s, and speak of mistakes plainly",
    async (_, module) => {
        const file = join(folder, "types.ts");
        await writeFile(
            file,
            `${PROGRAMS.ts('{ connection: { host: "10.0.0.11" }, version: "v1.3.4_coreos.0" }')}${MISTAKES}`,
        );
        const options = [
            "--noEmit",
            "--strict",
            "--exactOptionalPropertyTypes",
            "--target",
            "es2022",
            "--pretty",
            "false",
        ];
        const tsc = join(folder, "node_modules/typescript/bin/tsc");
        const checked = run(process.execPath, [tsc, ...options, ...module, file], { cwd: folder });
        const said = await checked.then(
            () => "nothing",
            (error: unknown) => (error as { stdout: string }).stdout,
        );
        expect(said.trim().split("\n")).toEqual([
            expect.stringMatching(
                /'apiServer' does not exist in type 'KubeletServiceArgs'\. Did you mean to write 'apiServers'\?$/,
            ),
        ]);
    },
    240_000,
);

test("is small, and holds what runs and no more", async () => {
    // The goal of 150 kB held for KubeletService alone; the bench prints what is missing. A fifth is ./testing.
    expect((await stat(tarball)).size).toBeLessThan(182_000);
    const { stdout } = await run("tar", ["-tzf", tarball]);
    const paths = stdout.trim().split("\n");
    expect(
        paths.filter((path) => !/^package\/(dist\/|CHANGELOG\.md$|README\.md$|LICENSE$|package\.json$)/.test(path)),
    ).toEqual([]);
    expect(paths.filter((path) => /\.test\.|\.ts$(?<!\.d\.ts)/.test(path))).toEqual([]);
});

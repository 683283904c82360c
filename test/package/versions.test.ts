// The oldest and the newest SDK that is supported, each under a Node that it supports, the package installed beside it.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { simulatedHost } from "../../provider/testing";
import { providerProcess } from "../engine/process";
import { pack, type Packed } from "./pack";
import { LOADED, LOADING } from "./programs";

const OLDEST = "3.218.0";
const NEWEST = "3.270.0";
// What the npm package `node` would bring by a script at its installation.
const NODE = `node-${process.platform}-${process.arch}`;

const run = promisify(execFile);
const { peerDependencies } = createRequire(__filename)("../../package.json") as { readonly peerDependencies: object };

const PROVIDER_TEXT = `const { runtime } = require("@pulumi/pulumi");
const { KubeletService } = require("pulumi-coreos-kubelet");
const newResource = ({ name, inputs }) => {
    process.stdout.write(inputs.__provider);
    return { id: name, state: inputs };
};
(async () => {
    await runtime.setMocks({ newResource, call: ({ inputs }) => inputs });
    new KubeletService("node", { connection: { host: "10.0.0.11" }, version: "v1.3.4_coreos.0" });
})();
`;

let packed: Packed;

beforeAll(async () => {
    packed = await pack();
}, 240_000);

afterAll(() => packed.remove());

test("the oldest is what the package asks for", () => {
    expect(peerDependencies).toEqual({ "@pulumi/pulumi": `^${OLDEST}`, "ssh-config": "^5.3.0" });
});

describe.each([
    { sdk: OLDEST, line: "20", node: process.execPath },
    { sdk: NEWEST, line: "22", package: `${NODE}@22.23.3` },
    { sdk: NEWEST, line: "24", package: `${NODE}@24.21.0` },
])("@pulumi/pulumi $sdk on Node $line", ({ sdk, line, ...from }) => {
    let folder: string;
    let node: string;

    beforeAll(async () => {
        folder = join(packed.folder, `${sdk}-${line}`);
        await mkdir(folder);
        await writeFile(join(folder, "package.json"), JSON.stringify({ name: "infrastructure", private: true }));
        const packages = [
            packed.tarball,
            `@pulumi/pulumi@${sdk}`,
            ...(from.package === undefined ? [] : [from.package]),
        ];
        await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages], { cwd: folder });
        node = from.node ?? join(folder, "node_modules", NODE, "bin/node");
        await writeFile(join(folder, "load.js"), LOADING.js);
        await writeFile(join(folder, "text.js"), PROVIDER_TEXT);
    }, 600_000);

    const printed = async (...args: readonly string[]): Promise<string> =>
        (await run(node, args, { cwd: folder })).stdout;

    test("they are those that run", async () => {
        expect(await printed("--print", 'require("@pulumi/pulumi/package.json").version')).toBe(`${sdk}\n`);
        if (from.package !== undefined) expect(await printed("--version")).toMatch(new RegExp(`^v${line}\\.`));
    });

    test("a program loads; the provider's text is the golden one", async () => {
        expect(JSON.parse(await printed("load.js"))).toEqual(LOADED);
        const golden = await readFile(join(__dirname, "../engine/provider.golden.txt"), "utf8");
        expect(await printed("text.js")).toBe(golden);
    });

    test("a kubelet is made, seen and taken away", async () => {
        const host = await simulatedHost();
        onTestFinished(() => host.stop());
        const provider = await providerProcess({ cwd: folder, sdk: folder, node });
        const { inputs, failures } = await provider.check({
            connection: { ...host.connection },
            version: "v1.3.4_coreos.0",
            unit: { restartSec: 1 },
            health: { minReadySeconds: 1, progressDeadlineSeconds: 60 },
        });
        expect(failures).toEqual([]);
        const { id, properties } = await provider.create(inputs);
        expect(properties).toMatchObject({ runningVersion: "v1.3.4_coreos.0", schemaVersion: 1 });
        expect(await provider.read(id, properties)).toEqual({ id, properties });
        await provider.delete(id, properties);
        expect((await provider.read(id, properties)).id).toBe("");
    }, 240_000);
});

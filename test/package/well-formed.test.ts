// What npm publishes, as publint and Are The Types Wrong judge it.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack, type Packed } from "./pack";

const manifest = createRequire(__filename)("../../package.json") as {
    readonly exports: object;
    readonly scripts: object;
    readonly publishConfig: unknown;
};

let packed: Packed;
let tarball: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
    packed = await pack();
    tarball = new Uint8Array(await readFile(packed.tarball));
}, 240_000);

afterAll(() => packed.remove());

test("publint has nothing to say", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});

test("its types are those of what runs, for each entry and each way that TypeScript resolves it", async () => {
    const result = await checkPackage(createPackageFromTarballData(tarball));
    if (result.types === false) throw new Error("it has no types");
    expect(result.problems).toEqual([]);
    const entries = Object.keys(manifest.exports);
    expect(Object.keys(result.entrypoints)).toEqual(entries);
    for (const entry of entries.filter((name) => !name.endsWith(".json"))) {
        const { resolutions } = result.entrypoints[entry] ?? {};
        const resolved = Object.values(resolutions ?? {}).map(({ resolution }) => resolution?.isTypeScript);
        expect(resolved).toEqual([true, true, true, true]);
    }
});

test("installing it runs nothing of ours, and publishing it proves where it was built", () => {
    const atInstall = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "dependencies"];
    expect(atInstall.filter((name) => name in manifest.scripts)).toEqual([]);
    expect(manifest.publishConfig).toEqual({ access: "public", provenance: true });
});

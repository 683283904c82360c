// What npm publishes, installed by pnpm, where a package finds nothing but what it depends on.
import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack, type Packed } from "./pack";
import { LOADED, LOADING } from "./programs";

const PNPM = "pnpm@10.30.3";

const run = promisify(execFile);
const { devDependencies } = createRequire(__filename)("../../package.json") as {
    readonly devDependencies: Readonly<Record<string, string>>;
};

let packed: Packed;
let folder: string;

beforeAll(async () => {
    packed = await pack();
    folder = join(packed.folder, "project");
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "infrastructure", private: true }));
    const others = ["@pulumi/pulumi", "typescript"].map((name) => `${name}@${devDependencies[name] ?? ""}`);
    // All that pnpm keeps elsewhere goes with the folder.
    const homes = ["CACHE", "CONFIG", "DATA", "STATE"].map((home) => [`XDG_${home}_HOME`, join(packed.folder, home)]);
    const env = { ...process.env, ...(Object.fromEntries(homes) as Record<string, string>) };
    await run("npx", ["--yes", "--package", PNPM, "--", "pnpm", "add", packed.tarball, ...others], {
        cwd: folder,
        env,
    });
}, 600_000);

afterAll(() => packed.remove());

async function printed(file: string): Promise<unknown> {
    const { stdout } = await run(process.execPath, [file], { cwd: folder });
    return JSON.parse(stdout);
}

test("the project sees what it asked for alone", async () => {
    const seen = await readdir(join(folder, "node_modules"));
    const visible = seen.filter((name) => !name.startsWith("."));
    expect(visible.sort()).toEqual(["@pulumi", "pulumi-coreos-kubelet", "typescript"]);
});

test.each(["js", "mjs"] as const)("a .%s program loads it, and finds one SDK", async (language) => {
    await writeFile(join(folder, `index.${language}`), LOADING[language]);
    expect(await printed(`index.${language}`)).toEqual(LOADED);
});

test("a .ts program compiles against its types, loads it, and finds one SDK", async () => {
    await writeFile(join(folder, "program.ts"), LOADING.ts);
    const tsc = join(folder, "node_modules/typescript/bin/tsc");
    const options = ["--strict", "--target", "es2022", "--module", "nodenext"];
    const { stdout } = await run(process.execPath, [tsc, ...options, "program.ts"], { cwd: folder }).catch(
        (error: unknown) => error as { readonly stdout: string },
    );
    expect(stdout).toBe("");
    expect(await printed("program.js")).toEqual(LOADED);
}, 240_000);

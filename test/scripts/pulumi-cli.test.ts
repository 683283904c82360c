// Where the Pulumi CLI is looked for, with CLIs that only tell their version.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const SCRIPT = join(__dirname, "../../scripts/pulumi-cli.mjs");
const PLUGINS = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

function folder(): string {
    const made = mkdtempSync(join(tmpdir(), "cli-"));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
}

/** Puts a CLI of this version into a folder, and these plugins beside it. */
function place(at: string, version: string, plugins: readonly string[] = PLUGINS): string {
    mkdirSync(at, { recursive: true });
    for (const name of ["pulumi", ...plugins]) {
        writeFileSync(join(at, name), `#!/bin/sh\necho ${version}\n`);
        chmodSync(join(at, name), 0o755);
    }
    return at;
}

/** A cache folder that holds a CLI as a download leaves it. */
function cacheWith(version: string): { cache: string; bin: string } {
    const cache = folder();
    const bin = place(join(cache, "pulumi-coreos-kubelet/pulumi-3.259.0/bin"), version);
    writeFileSync(join(bin, "origin.json"), JSON.stringify({ origin: "download", standIns: [] }));
    return { cache, bin };
}

function find(path: readonly string[], cache: string): { found: string; said: string } {
    const PATH = [...path, "/usr/bin", "/bin"].join(":");
    const { stdout, stderr } = spawnSync(process.execPath, [SCRIPT], {
        env: { PATH, XDG_CACHE_HOME: cache, HOME: folder() },
        encoding: "utf8",
    });
    return { found: stdout.trim(), said: stderr };
}

test("the CLI on PATH comes first", () => {
    const own = place(folder(), "v3.300.1");
    const { found, said } = find([own], cacheWith("v3.259.0").cache);
    expect(found).toBe(own);
    expect(said).toBe("Pulumi CLI 3.300.1 (PATH)\n");
});

test("its plugins may stand elsewhere on PATH", () => {
    const plugins = place(folder(), "v3.300.1");
    rmSync(join(plugins, "pulumi"));
    const own = place(folder(), "v3.300.1", []);
    expect(find([own, plugins], cacheWith("v3.259.0").cache).found).toBe(own);
});

test.each([
    ["is too old", "v3.217.9", PLUGINS, /it is 3\.217\.9, and 3\.218\.0 is needed/],
    ["does not tell its version", "unknown", PLUGINS, /it does not tell its version/],
    ["lacks its language host", "v3.300.1", PLUGINS.slice(1), /pulumi-language-nodejs neither beside it nor on PATH/],
])("where the one on PATH %s, our cache comes next, and the reason is said", (_, version, plugins, reason) => {
    const own = place(folder(), version, plugins);
    const { cache, bin } = cacheWith("v3.259.0");
    const { found, said } = find([own], cache);
    expect(found).toBe(bin);
    expect(said).toContain(`not using ${join(own, "pulumi")}: `);
    expect(said).toMatch(reason);
    expect(said).toMatch(/Pulumi CLI 3\.259\.0 \(download\)\n$/);
});

test("stand-ins of ours in the cache are named, and brought up to date", () => {
    const { cache, bin } = cacheWith("v3.259.0");
    writeFileSync(join(bin, "origin.json"), JSON.stringify({ origin: "Go modules", standIns: PLUGINS.slice(0, 1) }));
    rmSync(join(bin, "pulumi-language-nodejs"));
    const { found, said } = find([], cache);
    expect(found).toBe(bin);
    expect(said).toBe("Pulumi CLI 3.259.0 (Go modules, with our stand-in for pulumi-language-nodejs)\n");
});

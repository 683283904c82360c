// The pages that are written by `npm run docs`, against what it would write now.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

const REPOSITORY = join(__dirname, "../..");
const DOCS = join(REPOSITORY, "docs");

let made: string;

beforeAll(() => {
    made = mkdtempSync(join(tmpdir(), "pck-docs-"));
    const args = [join(REPOSITORY, "scripts/docs.mjs"), "--into", made];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ stdout, stderr, status }).toEqual({ stdout: "", stderr: "", status: 0 });
    return () => rmSync(made, { recursive: true });
}, 240_000);

test("pages of the API, and no others, that tell of no machine, no commit and no day", () => {
    expect(readdirSync(join(DOCS, "api")).sort()).toEqual(readdirSync(join(made, "api")).sort());
    for (const page of readdirSync(join(made, "api"))) {
        const text = readFileSync(join(made, "api", page), "utf8");
        expect(text, page).not.toMatch(/\/(home|root|tmp|work)\/|\b20\d\d-\d\d|\b[0-9a-f]{40}\b/);
    }
});

test.each([
    "compatibility.md",
    "errors.md",
    "api/README.md",
    "api/resources.md",
    "api/ssh-config.md",
    "api/testing.md",
])("%s", (page) => {
    expect(readFileSync(join(made, page), "utf8")).toBe(readFileSync(join(DOCS, page), "utf8"));
});

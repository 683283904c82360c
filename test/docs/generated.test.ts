// The pages that are written by `npm run docs`, against what it would write now.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const REPOSITORY = join(__dirname, "../..");

test.each(["compatibility.md", "errors.md"])("%s", (page) => {
    const args = [join(REPOSITORY, "scripts/docs.mjs"), "--print", page];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toBe(readFileSync(join(REPOSITORY, "docs", page), "utf8"));
});

// The tests of an infrastructure repository, run as its owner runs them.
import { cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { CLI_TIMEOUT, cliFolder, REPOSITORY } from "../e2e/cli";
import { Command, succeeded } from "../e2e/command";

beforeAll(cliFolder, CLI_TIMEOUT);

const VITEST = join(dirname(createRequire(__filename).resolve("vitest/package.json")), "vitest.mjs");

test("examples/unit-tests: its own tests pass, and leave nothing behind", async () => {
    const work = join(REPOSITORY, ".work");
    await mkdir(work, { recursive: true });
    const folder = await mkdtemp(join(work, "unit-tests-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [project, temporary] = [join(folder, "project"), join(folder, "tmp")];
    await mkdir(temporary);
    await cp(join(REPOSITORY, "examples/unit-tests"), project, { recursive: true });
    const files = await readdir(project);
    const path = [await cliFolder(), dirname(process.execPath), process.env["PATH"]];
    const { stdout } = succeeded(
        await new Command(process.execPath, [VITEST, "run", "--root", project, "--reporter=verbose"], {
            cwd: project,
            env: {
                PATH: path.join(delimiter),
                HOME: folder,
                TMPDIR: temporary,
                LANG: "C.UTF-8",
                NO_COLOR: "1",
                PULUMI_SKIP_UPDATE_CHECK: "true",
                // Its types are checked with those of the tests.
                PULUMI_NODEJS_TRANSPILE_ONLY: "true",
            },
        }).done,
    );
    expect(stdout).toMatch(/Tests +4 passed \(4\)/);
    // vitest keeps in node_modules how long each file took.
    expect((await readdir(project)).filter((name) => name !== "node_modules")).toEqual(files);
    expect((await readdir(temporary)).filter((name) => /^(state|pck-host)-/.test(name))).toEqual([]);
}, 300_000);

// The first of the README's two commands, as a newcomer runs it.
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { CLI_TIMEOUT, cliFolder, REPOSITORY } from "./cli";
import { Command, succeeded } from "./command";
import { killAllWith, processesWith } from "./processes";

beforeAll(async () => {
    await cliFolder();
    await mkdir(WORK, { recursive: true });
}, CLI_TIMEOUT);

const [OLD, NEW, NONE] = [
    "v1.3.4_coreos.0, ActiveState=active",
    "v1.3.6_coreos.0, ActiveState=active",
    "none, ActiveState=inactive",
];

const WORK = join(REPOSITORY, ".work");

/** What the demo prints under each title. */
function chaptersOf(text: string): readonly string[] {
    return text.split(/^== /m).slice(1);
}

/** What lies in the repository's folder and in the one for work, apart from what other tests do there. */
async function repositoryFiles(): Promise<readonly string[]> {
    const [root, work] = await Promise.all([readdir(REPOSITORY), readdir(WORK)]);
    return [...root, ...work.filter((name) => name.startsWith("demo-"))].sort();
}

/** What the hosts themselves said at the end of a chapter. */
function reported(chapter: string): readonly string[] {
    return [...chapter.matchAll(/^ {3}node-\d: kubelet\.service of version (.*)$/gm)].map(([, said = ""]) => said);
}

test("the demo ends by itself, shows a life, and leaves no process and no file", async () => {
    const temporary = await mkdtemp(join(tmpdir(), "demo-"));
    onTestFinished(async () => {
        await killAllWith(temporary);
        await rm(temporary, { recursive: true });
    });
    const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", TMPDIR: temporary };
    const filesBefore = await repositoryFiles();
    const { done } = new Command(process.execPath, ["scripts/demo.mjs"], { cwd: REPOSITORY, env });
    const told = chaptersOf(succeeded(await done).stdout);

    expect(told.map(reported)).toEqual([[OLD, OLD], [], [NEW, NEW], [NEW, NEW], [NEW, NEW], [NONE, NONE]]);
    const [created, previewed, , failed, drifted, destroyed] = told;
    expect(created).toMatch(/\+ 3 created/);
    expect(previewed).toMatch(
        /- Environment="KUBELET_VERSION=v1\.3\.4_coreos\.0"\n +\+ Environment="KUBELET_VERSION=v1\.3\.6/,
    );
    expect(failed).toMatch(/the old kubelet runs again and is healthy/);
    expect(drifted).toMatch(/~ drift/);
    expect(destroyed).toMatch(/- 3 deleted/);

    expect(await processesWith(temporary)).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
    expect(await repositoryFiles()).toEqual(filesBefore);
}, 300_000);

// What a node costs the state, and the package the disk.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder, REPOSITORY } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { simulated } from "../e2e/hosts";
import { on, program, stackOf } from "../e2e/kubelets";
import { report } from "./report";

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

beforeAll(cliFolder, CLI_TIMEOUT);

test("state per node, as the engine stores it", async () => {
    const [one, two] = [await simulated(), await simulated({ release: "899.17.0" })];
    const more = { rkt: { hostDns: true, containerLogs: true } };
    const first = { first: on(one, more) };
    const nodes = await stackOf(first);
    const size = async (): Promise<number> =>
        (await readFile(join(nodes.folder, "state/.pulumi/stacks/e2e/test.json"))).length;
    succeeded(await nodes.up());
    const before = await size();
    await nodes.setProgram(program({ ...first, second: on(two, more) }));
    succeeded(await nodes.up());
    const perNode = (await size()) - before;
    report("State", { "one more node": `${kilobytes(perNode)} (goal: less than 8 kB)` });
    expect(perNode).toBeLessThan(8000);
});

test("packed size", async () => {
    const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json"], { cwd: REPOSITORY });
    const [{ size, unpackedSize } = { size: NaN, unpackedSize: NaN }] = JSON.parse(stdout) as {
        size: number;
        unpackedSize: number;
    }[];
    report("Package", {
        packed: `${kilobytes(size)} (goal: less than 150 kB)`,
        unpacked: kilobytes(unpackedSize),
    });
});

import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { NEW, OLD } from "../e2e/kubelets";
import { configure, exampleOf, fleetOf, startsOn } from "./project";

beforeAll(cliFolder, CLI_TIMEOUT);

test("examples/rolling-upgrade: made, then rolled, the canary first, then the control plane, a quarter at once", async () => {
    const names = ["node-10", "cp-2", "node-2", "cp-1"];
    const fleet = await fleetOf(names);
    const project = await exampleOf("rolling-upgrade");
    const controlPlane = { "controlPlane[0]": "cp-1", "controlPlane[1]": "cp-2" };
    await configure(project, fleet, { ...controlPlane, version: OLD, soakSeconds: "5", apiServerVersion: "v1.3.6" });
    const inOrder = ["cp-1", "cp-2", "node-2", "node-10"];
    const made = succeeded(await project.up());
    expect(made.stdout).toMatch(/4 nodes in 4 waves/);
    expect(startsOn(fleet).map(({ node, version }) => [node, version])).toEqual(inOrder.map((name) => [name, OLD]));

    const since = Date.now();
    await project.setConfig("version", NEW);
    const { stdout } = succeeded(await project.up());
    const starts = startsOn(fleet).filter(({ time }) => time > since);
    expect(starts.map(({ node, version }) => [node, version])).toEqual(inOrder.map((name) => [name, NEW]));
    const pauses = starts.slice(1).map(({ time }, at) => time - (starts[at]?.time ?? NaN));
    // Without the soak they are about three seconds. A kubelet notes its start a little after systemd does.
    expect(Math.min(...pauses)).toBeGreaterThan(4500);
    for (const [at, name] of inOrder.entries()) {
        const row = `wave ${at + 1}  ${name.padEnd(7)}  ${NEW}  \\d+\\.\\d s without a kubelet, \\d+\\.\\d s in all`;
        expect(stdout).toMatch(new RegExp(row.replaceAll(".0", "\\.0")));
    }
}, 240_000);

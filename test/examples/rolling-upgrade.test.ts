import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { NEW, OLD } from "../e2e/kubelets";
import { addressOf, configureWith, exampleOf, fleetOf, startsOn } from "./project";

beforeAll(cliFolder, CLI_TIMEOUT);

test("examples/rolling-upgrade: made, then rolled, the control plane first, then a canary of the workers, a quarter at once", async () => {
    const fleet = await fleetOf(["node-10", "cp-2", "node-2", "cp-1"]);
    const project = await exampleOf("rolling-upgrade");
    const addresses = Object.entries(fleet.hosts).map(([name, host]) =>
        addressOf(host, `${name.startsWith("cp") ? "controlPlane" : "workers"}.${name}.connection.`),
    );
    const settings = Object.assign(
        { version: OLD, soakSeconds: "5", apiServerVersion: "v1.3.6" },
        ...addresses,
    ) as Readonly<Record<string, string>>;
    await configureWith(project, settings, { privateKey: fleet.privateKey });
    const inOrder = ["cp-1", "cp-2", "node-2", "node-10"];
    const made = succeeded(await project.up());
    expect(made.stdout.match(/2 nodes in 2 waves/g)).toHaveLength(2);
    expect(startsOn(fleet).map(({ node, version }) => [node, version])).toEqual(inOrder.map((name) => [name, OLD]));

    const since = Date.now();
    await project.setConfig("version", NEW);
    const { stdout } = succeeded(await project.up());
    const starts = startsOn(fleet).filter(({ time }) => time > since);
    expect(starts.map(({ node, version }) => [node, version])).toEqual(inOrder.map((name) => [name, NEW]));
    const pauses = starts.slice(1).map(({ time }, at) => time - (starts[at]?.time ?? NaN));
    // Without the soak they are about four seconds, as between the two rollouts. A kubelet notes its start a little after
    // systemd does.
    expect(Math.min(pauses[0] ?? NaN, pauses[2] ?? NaN)).toBeGreaterThan(4500);
    for (const [at, name] of inOrder.entries()) {
        const row = `wave ${(at % 2) + 1}  ${name.padEnd(name.startsWith("cp") ? 4 : 7)}  ${NEW}  \\d+\\.\\d s without a kubelet, \\d+\\.\\d s in all`;
        expect(stdout).toMatch(new RegExp(row.replaceAll(".0", "\\.0")));
    }
}, 240_000);

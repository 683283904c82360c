import { beforeAll, expect, onTestFinished, test } from "vitest";
import { simulatedHost } from "../../provider/testing";
import { newKeyPair } from "../../provider/testing/keys";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { OLD } from "../e2e/kubelets";
import { addressOf, configureWith, exampleOf, fleetOf, startsOn } from "./project";

beforeAll(cliFolder, CLI_TIMEOUT);

test("examples/behind-a-jump-host: every node through it, by one log-in with a key of its own", async () => {
    const jumpKeys = newKeyPair();
    const jump = await simulatedHost({ user: "ops", authorizedKeys: [jumpKeys.public] });
    onTestFinished(() => jump.stop());
    const fleet = await fleetOf(["a", "b"]);
    const project = await exampleOf("behind-a-jump-host");
    const addresses = Object.entries(fleet.hosts).map(([name, host]) => addressOf(host, `nodes.${name}.connection.`));
    const jumpHost = { ...addressOf(jump, "jumpHost."), "jumpHost.user": "ops" };
    await configureWith(
        project,
        Object.assign({ version: OLD, ...jumpHost }, ...addresses) as Readonly<Record<string, string>>,
        { privateKey: fleet.privateKey, jumpKey: jumpKeys.private },
    );
    succeeded(await project.up());
    expect(
        startsOn(fleet)
            .map(({ node, version }) => `${node} ${version}`)
            .sort(),
    ).toEqual([`a ${OLD}`, `b ${OLD}`]);
    expect(jump.counters).toMatchObject({ logins: 1, channels: 0, forwarded: 2 });
    for (const { counters } of Object.values(fleet.hosts)) expect(counters.logins).toBe(1);
    expect(JSON.stringify(await project.exportState())).not.toContain("PRIVATE KEY");
}, 240_000);

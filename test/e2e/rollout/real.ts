// Six hosts with a real systemd roll twice, with what happens to links and hosts meanwhile.
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
// With the ending, or vite would take the shell program of the same name.
import { bed, hostsCanRun, type Bed, type BedHost } from "../../hosts/bed.js";
import { CLI_TIMEOUT, cliFolder } from "../cli";
import { succeeded } from "../command";
import { callsOf, QUICK, rolloutProgram, standings, stateOf, version } from "./program";
import { mostDown, outOfOrder, touchedBy, type Turn, type Waves } from "./record";
import { each } from "./story";
import { bedFleet, emptyStack, nodesOf, turnsSince, versionsOf, type BedFleet } from "./systemd";

const [FIRST, SECOND, THIRD] = [version(4), version(5), version(6)];
const WAVES: Waves = [["h1"], ["h2", "h3"], ["h4", "h5"], ["h6"]];

const reason = hostsCanRun();

export function realScenes(): void {
    describe.skipIf(reason !== undefined)(
        `a fleet of hosts with a real systemd${reason === undefined ? "" : `: ${reason}`}`,
        () => {
            let hosts: Bed;
            beforeAll(cliFolder, CLI_TIMEOUT);
            beforeAll(async () => {
                hosts = await bed();
                return () => hosts.destroy();
            }, 300_000);

            test("rolls twice, with link faults and a reboot in the middle", () => rollTwice(hosts), 300_000);
        },
    );
}

async function rollTwice(hosts: Bed): Promise<void> {
    const fleet = await bedFleet(hosts, WAVES.flat());
    const nodes = await emptyStack();
    const wanted = (wish: string): Promise<void> =>
        nodes.setProgram(
            rolloutProgram({
                ...QUICK,
                unit: { restartSec: 0.5 },
                health: { minReadySeconds: 1, progressDeadlineSeconds: 60 },
                nodes: nodesOf(fleet),
                canary: 1,
                maxUnavailable: 2,
                version: wish,
            }),
        );
    await wanted(FIRST);
    succeeded(await nodes.up());
    expect(await versionsOf(fleet)).toEqual(each([FIRST, WAVES]));

    // The links of one node are cut, those of another fall silent for a while, those of a third are slow.
    let since = Date.now();
    await wanted(SECOND);
    let up = nodes.spawnUp();
    await host(fleet, "h4").slow(50, 1);
    await isStopped(fleet, "h2", since);
    await host(fleet, "h2").cutLinks();
    await host(fleet, "h3").cable("out");
    await sleep(3000);
    await host(fleet, "h3").cable("in");
    succeeded(await up.done);
    await host(fleet, "h4").slow("off");
    expectTurns(await turnsSince(fleet, since), WAVES);
    expect(await versionsOf(fleet)).toEqual(each([SECOND, WAVES]));
    expect((await stateOf(nodes)).versions).toEqual(each([SECOND, WAVES]));
    expect((await callsOf(nodes)).map(({ hook }) => hook).filter((hook) => hook === "onNodeFailed")).toEqual([]);

    // A node is rebooted while its new kubelet is watched, which then begins anew; the other one of its wave fails.
    since = Date.now();
    const calls = (await callsOf(nodes)).length;
    await host(fleet, "h4").setImage(THIRD, "late:3");
    await host(fleet, "h5").setImage(THIRD, "crashes");
    await wanted(THIRD);
    up = nodes.spawnUp();
    await isStopped(fleet, "h4", since);
    await host(fleet, "h4").reboot();
    await Promise.all(["h1", "h5", "h6"].map((name) => host(fleet, name).cutLinks()));
    const { code, stdout } = await up.done;
    expect(code, stdout).not.toBe(0);
    expect(standings(stdout)).toEqual([
        expect.stringMatching(
            /^wave 3 of 4: (4 nodes before it run the new version, it runs the old one again|3 nodes before it run the new version, it runs the old one again, 1 beside it is under way), 1 not started/,
        ),
    ]);
    const failed = (await callsOf(nodes)).slice(calls).filter(({ hook }) => hook === "onNodeFailed");
    expect(failed).toMatchObject([{ name: "h5", oldVersion: SECOND, newVersion: THIRD, running: SECOND }]);
    expectTurns(await turnsSince(fleet, since), [["h1"], ["h2", "h3"], ["h4", "h4", "h5"], []]);
    const stopped = each([SECOND, [["h5", "h6"]]], [THIRD, WAVES]);
    expect(await versionsOf(fleet)).toEqual(stopped);
    expect((await stateOf(nodes)).versions).toEqual(stopped);

    since = Date.now();
    await host(fleet, "h5").setImage(THIRD, "healthy");
    succeeded(await nodes.up());
    expectTurns(await turnsSince(fleet, since), [[], [], ["h5"], ["h6"]]);
    expect(await versionsOf(fleet)).toEqual(each([THIRD, WAVES]));
    expect((await stateOf(nodes)).versions).toEqual(each([THIRD, WAVES]));
}

function host(fleet: BedFleet, name: string): BedHost {
    const found = fleet.get(name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
}

function expectTurns(turns: readonly Turn[], touched: Waves): void {
    expect(touchedBy(turns, WAVES)).toEqual(touched);
    expect(outOfOrder(turns, WAVES)).toEqual([]);
    expect(mostDown(turns)).toBeLessThanOrEqual(2);
}

async function isStopped(fleet: BedFleet, name: string, since: number): Promise<void> {
    await expect.poll(() => turnsSince(new Map([[name, host(fleet, name)]]), since), { interval: 100 }).not.toEqual([]);
}

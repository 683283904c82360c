// Nodes that fail on the way to the next version, and what becomes of the others.
import { expect, test } from "vitest";
import { nodeNames } from "./fleet";
import { standings, stateOf, urnOf, version } from "./program";
import { each, expectTurns, type Chapter, type Story } from "./story";
import { TWELVE as WAVES } from "./waves";

const [OLD, NEW] = [version(5), version(6)];
const ALL = nodeNames(12);

/** The one node that failed runs what it ran before, and was told of once. */
function expectFailed(
    { ran, calls }: Chapter,
    node: string,
    [oldVersion, newVersion]: readonly [string, string],
): void {
    expect(ran.code).not.toBe(0);
    expect(ran.stdout).toMatch(/Rolled back: the old kubelet runs again and is healthy/);
    const failed = calls.filter(({ hook }) => hook === "onNodeFailed");
    expect(failed).toMatchObject([{ name: node, oldVersion, newVersion, running: oldVersion }]);
    expect(failed[0]?.errors?.join()).toMatch(/Rolled back/);
    const own = calls.filter(({ name }) => name === node).map(({ hook }) => hook);
    expect(own).toEqual(["beforeNode", "onNodeFailed"]);
}

/**
 * It says where the roll stands: so many nodes that this `up` has come to are done in the end; some of them may have been
 * under way then. What those of later waves run it does not know.
 */
function expectStanding({ ran: { stdout } }: Chapter, wave: number, done: number): void {
    const [standing = "", ...others] = standings(stdout);
    expect(others).toEqual([]);
    const told =
        /^wave (\d+) of 5: (\d+) nodes before it run the new version, it runs the old one again(?:, (\d+) beside it (?:is|are) under way)?, (\d+) not started/.exec(
            standing,
        );
    expect(told, standing).not.toBeNull();
    const count = (group: number): number => Number(told?.[group] ?? 0);
    expect(count(1)).toBe(wave);
    expect(count(2) + count(3)).toBe(done);
    expect(count(4)).toBe(ALL.length - done - 1);
}

export function failureScenes(told: () => Story): void {
    /** Just these have the new version, by the hosts and by the state. */
    async function expectNew(news: readonly string[]): Promise<void> {
        const versions = each([NEW, [news]], [OLD, WAVES]);
        expect(told().fleet.versions()).toEqual(versions);
        expect((await stateOf(told().stack)).versions).toEqual(versions);
    }

    test("a registry that fails for one node is known before the first restart", async () => {
        const { fleet } = told();
        fleet.host("node-9").setImage(NEW, "missing");

        const refused = await told().up({ version: NEW, prefetch: true });
        expect(refused.ran.code).not.toBe(0);
        expect(refused.ran.stdout).toMatch(/discovery failed.*It is node-9; no kubelet was restarted for this roll/);
        expect([refused.turns, refused.calls]).toEqual([[], []]);
        expect(fleet.fetches(NEW)).toEqual(fleet.each(() => 1));
        await expectNew([]);
    }, 240_000);

    test("--target: one node is rolled before its turn", async () => {
        const alone = await told().up({ version: NEW }, { args: ["--target", urnOf("node-6")] });
        expect(alone.ran.code, alone.ran.stdout).toBe(0);
        expectTurns(alone, WAVES, [[], [], ["node-6"], [], []], 1);
        expect(alone.calls.map(({ hook, name }) => [hook, name])).toEqual([
            ["beforeNode", "node-6"],
            ["afterNode", "node-6"],
        ]);
        await expectNew(["node-6"]);
    }, 240_000);

    test("the last of its wave: the others of it go on, no later one is touched", async () => {
        const { fleet } = told();
        fleet.host("node-9").setImage(NEW, "healthy");
        fleet.host("node-4").setImage(NEW, "crashes");
        const failed = await told().up({ version: NEW, prefetch: true });
        expectFailed(failed, "node-4", [OLD, NEW]);
        expectTurns(failed, WAVES, [...WAVES.slice(0, 2), [], [], []], 3);
        expectStanding(failed, 2, 3);
        await expectNew(["node-1", "node-2", "node-3", "node-6"]);
        // What the first attempt has fetched is not fetched again.
        expect(fleet.fetches(NEW)).toEqual(fleet.each((name) => (name === "node-9" ? 2 : 1)));
    }, 240_000);

    test("the first of its wave, with --continue-on-error: the next up takes up where the last one stopped, and passes over one that is there already", async () => {
        const { fleet } = told();
        fleet.host("node-4").setImage(NEW, "healthy");
        fleet.host("node-5").setImage(NEW, "crashes");
        const failed = await told().up({ version: NEW }, { args: ["--continue-on-error"] });
        expectFailed(failed, "node-5", [OLD, NEW]);
        expectTurns(failed, WAVES, [[], ["node-4"], ["node-5", "node-7"], [], []], 3);
        expectStanding(failed, 3, 6);
        await expectNew(["node-1", "node-2", "node-3", "node-4", "node-6", "node-7"]);
    }, 240_000);

    test("an afterNode that throws: its node is done, no later wave begins", async () => {
        const failing = { hook: "afterNode", node: "node-1" } as const;
        const stopped = await told().up({ version: OLD }, { failing });
        expect(stopped.ran.code).not.toBe(0);
        expect(stopped.ran.stdout).toMatch(/no way to do it for node-1/);
        expectTurns(stopped, WAVES, [["node-1"], [], [], [], []], 1);
        await expectNew(["node-2", "node-3", "node-4", "node-6", "node-7"]);
    }, 240_000);

    test("back to the old version is just another roll, of those that have the new one; one in the middle of its wave fails", async () => {
        const { fleet } = told();
        fleet.host("node-3").setImage(OLD, "crashes");
        const failed = await told().up({ version: OLD });
        expectFailed(failed, "node-3", [NEW, OLD]);
        expectTurns(failed, WAVES, [[], WAVES[1] ?? [], [], [], []], 3);
        expectStanding(failed, 2, 3);
        await expectNew(["node-3", "node-6", "node-7"]);

        fleet.host("node-3").setImage(OLD, "healthy");
        const back = await told().up({ version: OLD });
        expect(back.ran.code, back.ran.stdout).toBe(0);
        expectTurns(back, WAVES, [[], ["node-3"], ["node-6", "node-7"], [], []], 3);
        expect(back.calls).toHaveLength(6);
        await expectNew([]);
    }, 240_000);
}

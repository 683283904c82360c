// Rolls that something comes between: a host that is gone, a node that falls ill, a pulumi that is killed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { succeeded } from "../command";
import { UNIT } from "../kubelets";
import { standings, stateOf, version } from "./program";
import { outOfOrder, touchedBy, type Turn, type Waves } from "./record";
import { areDone, each, expectTurns, until, type Story } from "./story";
import { TWELVE as WAVES } from "./waves";

const [FIRST, SECOND, THIRD] = [version(4), version(5), version(6)];
const SOAK = 3;

export function interruptedScenes(told: () => Story): void {
    test("pulumi is killed in the middle of wave 2; the next up takes it up. A host that cannot be reached from the start takes a place of those that may be down", async () => {
        const { fleet, stack } = told();
        const made = await told().up({ version: FIRST });
        expect(made.ran.code, made.ran.stdout).toBe(0);
        await fleet.hide("node-8");
        const since = Date.now();
        const isOfWave2 = ({ node }: Turn): boolean => WAVES[1]?.includes(node) === true;
        const killed = await told().up(
            { version: SECOND },
            {
                meanwhile: async (up, turns) => {
                    await until(() => turns().some(isOfWave2));
                    up.kill();
                },
            },
        );
        expect(killed.ran.code).toBeNull();
        // What was under way on the hosts goes on to its end.
        await until(() =>
            told()
                .turnsSince(since)
                .every(({ to }) => to < Infinity),
        );
        expect((await stateOf(stack)).versions).toMatchObject({ "node-1": SECOND, "node-5": FIRST, "node-12": FIRST });
        succeeded(await stack.cancel());

        const stopped = await told().up({ version: SECOND });
        expect(stopped.ran.code).not.toBe(0);
        expect(stopped.ran.stdout).toMatch(/fleet-node-8[^]*no connection to 127\.0\.0\.1/);
        expect(standings(stopped.ran.stdout)).toEqual([
            expect.stringMatching(/^wave 4 of 5: \d+ nodes before it run the new version, it was not touched, /),
        ]);
        // Itself is one of the three.
        expect(Math.max(killed.mostDown, stopped.mostDown)).toBeLessThanOrEqual(3);
        // Over both, each kubelet was restarted once, in the order of the waves.
        const turns = told().turnsSince(since);
        const touched = touchedBy(turns, WAVES);
        expect(touched.slice(0, 3)).toEqual(WAVES.slice(0, 3));
        expect(touched[3]).not.toContain("node-8");
        expect(touched[4]).toEqual([]);
        expect(outOfOrder(turns, WAVES)).toEqual([]);
        expect(stopped.calls.filter(({ name }) => name === "node-8")).toEqual([]);
        expect((await stateOf(stack)).versions).toEqual(each([SECOND, touched], [FIRST, WAVES]));
        expect(fleet.versions()).toEqual(each([SECOND, touched], [FIRST, WAVES]));

        await fleet.show("node-8");
        const rest = await told().up({ version: SECOND });
        expect(rest.ran.code, rest.ran.stdout).toBe(0);
        const left = WAVES.map((wave) => wave.filter((name) => !touched.flat().includes(name)));
        expectTurns(rest, WAVES, left, 3);
        expect(fleet.versions()).toEqual(each([SECOND, WAVES]));
        expect((await stateOf(stack)).versions).toEqual(each([SECOND, WAVES]));
    }, 300_000);

    test("a node done long ago that falls ill during the soak stops the roll", async () => {
        const { fleet, stack } = told();
        const done = WAVES.slice(0, 2);
        const stopped = await told().up(
            { version: THIRD, soakSeconds: SOAK },
            {
                meanwhile: async (_, turns) => {
                    await until(() => areDone(turns(), done.flat()));
                    fleet.sicken("node-1");
                },
            },
        );
        expect(stopped.ran.code).not.toBe(0);
        expect(stopped.ran.stdout).toMatch(/node-1, which this roll has finished: healthz said: .*500/);
        expect(standings(stopped.ran.stdout)).toEqual([
            "wave 3 of 5: 4 nodes before it run the new version, it was not touched, 7 not started",
        ]);
        expectTurns(stopped, WAVES, [...done, [], [], []], 3);
        expect((await stateOf(stack)).versions).toEqual(each([THIRD, done], [SECOND, WAVES]));
        // The second wave waited for the canary's soak.
        const canary = fleet.host("node-1").kubeletStarts().at(-1)?.time ?? NaN;
        const next = Math.min(...stopped.turns.filter(({ node }) => node !== "node-1").map(({ from }) => from));
        expect(next - canary).toBeGreaterThanOrEqual(SOAK * 1000);
        // Nobody was asked to leave a node that was not restarted then.
        expect(new Set(stopped.calls.map(({ name }) => name))).toEqual(new Set(done.flat()));
    }, 240_000);

    test("Ctrl-C during the soak: pulumi ends before the soak does, and nobody was touched", async () => {
        const { fleet, stack } = told();
        fleet.heal("node-1");
        const before = (await stateOf(stack)).versions;
        const ended = await told().up(
            { version: THIRD, soakSeconds: 3600 },
            {
                meanwhile: async (up) => {
                    await up.line(/the youngest soaks for \d+ s more/);
                    up.kill("SIGINT");
                },
            },
        );
        expect(ended.ran.code).not.toBe(0);
        expect([ended.turns, ended.calls]).toEqual([[], []]);
        expect((await stateOf(stack)).versions).toEqual(before);
    }, 240_000);

    test("Ctrl-C in the middle of wave 3: what is under way comes to its end and is stored, afterNode is not called", async () => {
        const { fleet, stack } = told();
        const done = WAVES.slice(0, 2).flat();
        const ended = await told().up(
            { version: THIRD },
            {
                meanwhile: async (up, turns) => {
                    await until(() => turns().length > 0);
                    up.kill("SIGINT");
                },
            },
        );
        expect(ended.ran.code).not.toBe(0);
        const touched = ended.turns.map(({ node }) => node);
        expect(WAVES[2]).toEqual(expect.arrayContaining(touched));
        expect(fleet.versions()).toEqual(each([THIRD, [done, touched]], [SECOND, WAVES]));
        expect((await stateOf(stack)).versions).toEqual(each([THIRD, [done, touched]], [SECOND, WAVES]));
        expect(ended.calls.filter(({ hook }) => hook !== "beforeNode")).toEqual([]);
    }, 240_000);

    test("a node is added and one removed in the middle: the roll goes on with the others as they are; --parallel 1", async () => {
        const { fleet, stack } = told();
        const gone = fleet.release("node-2");
        await fleet.add(["node-0"]);
        // The new one comes first by its name, and shifts the waves.
        const waves: Waves = [["node-0"], ["node-1", "node-3", "node-4"], ...WAVES.slice(2)];
        const before = fleet.versions();
        const rest = await told().up({ version: THIRD }, { args: ["--parallel", "1"] });
        expect(rest.ran.code, rest.ran.stdout).toBe(0);
        const left = waves.map((wave) => wave.filter((name) => before[name] !== THIRD));
        expect(left.slice(0, 2)).toEqual([["node-0"], []]);
        expectTurns(rest, waves, left, 1);
        const finished = ["node-0", "node-1", "node-3", "node-4"];
        expect(rest.calls.filter(({ name }) => finished.includes(name))).toEqual([]);
        // They are looked at again all the same.
        for (const name of finished.slice(1)) expect(rest.logins[name]).toBeGreaterThan(0);
        expect(fleet.versions()).toEqual(each([THIRD, waves]));
        expect((await stateOf(stack)).versions).toEqual(each([THIRD, waves]));
        expect(existsSync(join(gone.root, UNIT))).toBe(false);
        await gone.stop();
    }, 240_000);
}

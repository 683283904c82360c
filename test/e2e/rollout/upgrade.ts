// Twelve nodes are made, left alone, and upgraded all the way.
import { expect, test } from "vitest";
import { each, expectTurns, type Story } from "./story";
import { stateOf, version } from "./program";
import { nodeNames } from "./fleet";
import { TWELVE as WAVES } from "./waves";

const [FIRST, SECOND] = [version(4), version(5)];
const ALL = nodeNames(12);

export function upgradeScenes(told: () => Story): void {
    test("they are made in the order of the waves, without gates and hooks", async () => {
        const { fleet, stack } = told();
        const made = await told().up({ version: FIRST });
        expect(made.ran.code, made.ran.stdout).toBe(0);
        expectTurns(made, WAVES, WAVES, 3);
        expect(made.logins).toEqual(fleet.each(() => 1));
        expect(made.calls).toEqual([]);
        expect((await stateOf(stack)).versions).toEqual(each([FIRST, WAVES]));
        expect((await stateOf(stack)).exported["waves"]).toEqual(WAVES);
    }, 240_000);

    test("nothing to roll: nobody is dialled, whatever the limits are", async () => {
        const limits = { maxUnavailable: 2, canary: 0, soakSeconds: 600, prefetch: true };
        const same = await told().up({ version: FIRST, ...limits });
        expect(same.ran.stdout).toMatch(/14 unchanged/);
        expect(same.dials).toBe(0);
    }, 240_000);

    test("a change of connection and times alone passes no gate: one log-in each, no soak, no hook", async () => {
        const { fleet } = told();
        const other = { connection: { perDialTimeout: 3 }, timeouts: { operation: 600 } };
        const proved = await told().up({ version: FIRST, soakSeconds: 600, prefetch: true, ...other });
        expect(proved.ran.code, proved.ran.stdout).toBe(0);
        expect(proved.logins).toEqual(fleet.each(() => 1));
        expect([proved.turns, proved.calls]).toEqual([[], []]);
    }, 240_000);

    test("--parallel 64: canary, then waves of a quarter; each node's hooks around its own restart", async () => {
        const { stack, fleet } = told();
        const rolled = await told().up({ version: SECOND }, { args: ["--parallel", "64"] });
        expect(rolled.ran.code, rolled.ran.stdout).toBe(0);
        expectTurns(rolled, WAVES, WAVES, 3);
        expect(rolled.mostDown).toBeGreaterThan(1);
        expect(fleet.versions()).toEqual(each([SECOND, WAVES]));

        for (const { node, from, to } of rolled.turns) {
            const calls = rolled.calls.filter(({ name }) => name === node);
            const change = { name: node, host: "127.0.0.1", oldVersion: FIRST, newVersion: SECOND };
            expect(calls).toMatchObject([
                { hook: "beforeNode", ...change },
                { hook: "afterNode", ...change },
            ]);
            expect(calls[0]?.at).toBeLessThanOrEqual(from);
            expect(calls[1]?.at).toBeGreaterThanOrEqual(to);
        }
        expect(rolled.calls).toHaveLength(24);

        const { versions, exported } = await stateOf(stack);
        expect(versions).toEqual(each([SECOND, WAVES]));
        const summary = exported["summary"] as {
            nodes: Record<string, { version: string; downtimeSeconds: number; totalSeconds: number }>;
            longestDowntimeSeconds: number;
        };
        expect(summary).toMatchObject({ waves: WAVES });
        expect(Object.fromEntries(Object.entries(summary.nodes).map(([name, node]) => [name, node.version]))).toEqual(
            each([SECOND, WAVES]),
        );
        const downtimes = ALL.map((name) => summary.nodes[name]?.downtimeSeconds ?? NaN);
        expect(summary.longestDowntimeSeconds).toBe(Math.max(...downtimes));
        expect(Math.min(...downtimes)).toBeGreaterThan(0);
        for (const name of ALL) expect(exported["summaryText"]).toContain(name);
    }, 240_000);
}

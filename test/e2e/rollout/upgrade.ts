// Twelve nodes are made, left alone, and upgraded all the way.
import { expect, test } from "vitest";
import { each, expectTurns, type Story } from "./story";
import { succeeded } from "../command";
import { callsOf, stateOf, version } from "./program";
import { nodeNames } from "./fleet";
import { TWELVE as WAVES } from "./waves";

const [FIRST, SECOND] = [version(4), version(5)];
const ALL = nodeNames(12);

export function upgradeScenes(told: () => Story): void {
    test("--parallel 1: they are made in the order of the waves, without gates and hooks", async () => {
        const { fleet, stack } = told();
        const made = await told().up({ version: FIRST }, { args: ["--parallel", "1"] });
        expect(made.ran.code, made.ran.stdout).toBe(0);
        expectTurns(made, WAVES, WAVES, 1);
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

    test("a preview of the roll touches nothing and calls no hook", async () => {
        const { fleet, stack } = told();
        const dials = fleet.dials();
        await told().setProgram({ version: SECOND, soakSeconds: 600, prefetch: true });
        expect(succeeded(await stack.preview()).stdout).toMatch(/~ 12 to update/);
        expect([fleet.dials() - dials, await callsOf(stack)]).toEqual([0, []]);
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
        const text = exported["summaryText"];
        expect(text).toMatch(
            /^12 nodes in 5 waves; longest time without a kubelet \d+\.\d s\nwave 1 {2}node-1 +v1\.3\.5_coreos\.0 /,
        );
        for (const name of ALL) expect(text).toContain(name);
    }, 240_000);
}

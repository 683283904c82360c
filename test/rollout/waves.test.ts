import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limitOf, type Limit } from "../../provider/rollout/limit";
import { shapeProblems, wavesOf, type Shape } from "../../provider/rollout/waves";

const NODES = ["node-1", "node-2", "node-3", "node-10", "cp-1", "cp-2"];

const shapeOf = (more: Partial<Shape> = {}): Shape => ({
    ...{ nodes: NODES, maxUnavailable: 2, canary: 0, groups: [], soakSeconds: 0 },
    ...more,
});

describe("waves", () => {
    it.each<readonly [what: string, more: Partial<Shape>, waves: readonly (readonly string[])[]]>([
        [
            "by name, digits as numbers",
            {},
            [
                ["cp-1", "cp-2"],
                ["node-1", "node-2"],
                ["node-3", "node-10"],
            ],
        ],
        ["no nodes", { nodes: [] }, []],
        ["all at once", { maxUnavailable: 99 }, [["cp-1", "cp-2", "node-1", "node-2", "node-3", "node-10"]]],
        [
            "a count of canaries: the first of the order, alone",
            { canary: 1 },
            [["cp-1"], ["cp-2", "node-1"], ["node-2", "node-3"], ["node-10"]],
        ],
        [
            "canaries by name, whatever the order in which they are named, no more at once than the limit",
            { canary: ["node-10", "cp-2", "node-2"] },
            [["cp-2", "node-2"], ["node-10"], ["cp-1", "node-1"], ["node-3"]],
        ],
        ["more canaries than nodes", { nodes: ["b", "a"], canary: 5, maxUnavailable: 1 }, [["a"], ["b"]]],
        [
            "groups in their order, each by itself, the rest last",
            { groups: [["node-10"], ["cp-2", "cp-1", "node-1"]] },
            [["node-10"], ["cp-1", "cp-2"], ["node-1"], ["node-2", "node-3"]],
        ],
        [
            "a canary is of its group no more; canaries by count come from the first group",
            { groups: [["node-3", "node-2"]], canary: 1 },
            [["node-2"], ["node-3"], ["cp-1", "cp-2"], ["node-1", "node-10"]],
        ],
        ["groups that are empty", { nodes: ["a"], groups: [[], ["a"], []] }, [["a"]]],
    ])("%s", (_, more, waves) => {
        const shape = shapeOf(more);
        expect(shapeProblems(shape)).toEqual([]);
        expect(wavesOf(shape)).toEqual(waves);
    });
});

describe("limits", () => {
    it.each<readonly [limit: Limit, fleet: number, count: number]>([
        [1, 12, 1],
        [5, 3, 3],
        ["25%", 12, 3],
        ["25%", 11, 2],
        ["25%", 3, 1],
        ["0%", 12, 1],
        ["29%", 100, 29],
        ["57%", 100, 57],
        ["33.3%", 10, 3],
        ["100%", 7, 7],
        ["150%", 7, 7],
        [4, 0, 1],
    ])("%s of %i: %i", (limit, fleet, count) => {
        expect(limitOf(limit, fleet)).toBe(count);
    });
});

describe("arguments that are refused, by name", () => {
    it.each<readonly [more: Readonly<Record<string, unknown>>, problems: readonly string[]]>([
        ...[0, -1, 1.5, Number.NaN, Infinity, "-5%", "5", "%", "5 %", "", "1e1%", null, [1]].map(
            (maxUnavailable): [Readonly<Record<string, unknown>>, string[]] => [
                { maxUnavailable },
                ['maxUnavailable must be a whole number from 1 on, or a percentage of the nodes such as "25%"'],
            ],
        ),
        ...[-1, 1.5, Number.NaN, "node-1", null, [1]].map((canary): [Readonly<Record<string, unknown>>, string[]] => [
            { canary },
            ["canary must be a whole number from 0 on, or a list of names of nodes"],
        ]),
        ...[-1, Number.NaN, Infinity, 86401, "5", null].map(
            (soakSeconds): [Readonly<Record<string, unknown>>, string[]] => [
                { soakSeconds },
                ["soakSeconds must be a number from 0 to 86400, a day"],
            ],
        ),
        ...["node-1", ["node-1"], [[1]], null].map((groups): [Readonly<Record<string, unknown>>, string[]] => [
            { groups },
            ["groups must be a list of lists of names of nodes"],
        ]),
        [{ canary: ["node-4", "node-4"] }, ['canary: there is no node "node-4"', 'canary: "node-4" is named twice']],
        [{ canary: ["cp-1", "cp-1"] }, ['canary: "cp-1" is named twice']],
        [{ groups: [["cp-1"], ["node-1", "cp-1"]] }, ['groups: "cp-1" is named twice']],
        [{ groups: [["x\u001b[2J"]] }, ['groups: there is no node "x\\u001b[2J"']],
        [{ nodes: ["a", ""] }, ["nodes: a name must not be empty"]],
        [
            { maxUnavailable: 0, canary: -1 },
            [expect.stringMatching(/^maxUnavailable/), expect.stringMatching(/^canary/)],
        ],
    ])("%j", (more, problems) => {
        expect(shapeProblems({ ...shapeOf(), ...more })).toEqual(problems);
    });
});

describe("whatever the fleet", () => {
    const name = fc.oneof(
        fc.tuple(fc.constantFrom("node-", "cp-", "", "rack-1-node-"), fc.nat(120)).map(([kind, at]) => `${kind}${at}`),
        fc.string({ minLength: 1, maxLength: 6 }),
    );
    const limit = fc.oneof(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(200).map((percent): Limit => `${percent}%`),
    );
    /** Fleets with groups and canaries drawn from their nodes. */
    const shape = fc.uniqueArray(name, { maxLength: 40 }).chain((nodes) =>
        fc
            .record({
                maxUnavailable: limit,
                canary: fc.oneof(fc.nat(45), fc.subarray(nodes)),
                grouped: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: nodes.length, maxLength: nodes.length }),
            })
            .map(({ maxUnavailable, canary, grouped }): Shape => {
                const groups = [0, 1, 2].map((group) => nodes.filter((_, at) => grouped[at] === group));
                return { nodes, maxUnavailable, canary, groups, soakSeconds: 0 };
            }),
    );
    const canariesOf = ({ canary, nodes }: Shape): number =>
        typeof canary === "number" ? Math.min(canary, nodes.length) : canary.length;

    it("every node is in exactly one wave, and no wave is empty or larger than the limit", () => {
        fc.assert(
            fc.property(shape, (one) => {
                expect(shapeProblems(one)).toEqual([]);
                const waves = wavesOf(one);
                expect(waves.flat().sort()).toEqual([...one.nodes].sort());
                const most = limitOf(one.maxUnavailable, one.nodes.length);
                expect(waves.every(({ length }) => length >= 1 && length <= most)).toBe(true);
            }),
        );
    });

    it("canaries come first, in waves of their own", () => {
        fc.assert(
            fc.property(shape, (one) => {
                const waves = wavesOf(one);
                const count = canariesOf(one);
                const ends = waves.map((_, at) => waves.slice(0, at + 1).flat().length);
                if (count > 0) expect(ends).toContain(count);
                if (typeof one.canary !== "number") {
                    expect(waves.flat().slice(0, count).sort()).toEqual([...one.canary].sort());
                }
            }),
        );
    });

    it("but for canaries, groups come one after another, and share no wave", () => {
        fc.assert(
            fc.property(shape, (one) => {
                const groupOf = (node: string): number => one.groups.findIndex((group) => group.includes(node)) >>> 0;
                const waves = wavesOf({ ...one, canary: 0 }).map((wave) => wave.map(groupOf));
                expect(waves.every((groups) => new Set(groups).size === 1)).toBe(true);
                const order = waves.flat();
                expect(order).toEqual([...order].sort((a, b) => a - b));
            }),
        );
    });

    it("waves are as few as the limit allows", () => {
        fc.assert(
            fc.property(shape, (one) => {
                const most = limitOf(one.maxUnavailable, one.nodes.length);
                const waves = wavesOf({ ...one, canary: 0, groups: [] });
                expect(waves).toHaveLength(Math.ceil(one.nodes.length / most));
            }),
        );
    });

    it("the order in which nodes, canaries and members of groups are given changes nothing", () => {
        const shuffled = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
            fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
        const two = shape.chain((one) =>
            fc
                .record({
                    nodes: shuffled(one.nodes),
                    canary: typeof one.canary === "number" ? fc.constant(one.canary) : shuffled(one.canary),
                    groups: fc.tuple(...one.groups.map(shuffled)),
                })
                .map((other) => [one, { ...one, ...other }] as const),
        );
        fc.assert(
            fc.property(two, ([one, other]) => {
                expect(wavesOf(other)).toEqual(wavesOf(one));
            }),
        );
    });

    it("a node more changes the waves of nodes before it in no way", () => {
        const added = fc.tuple(fc.uniqueArray(name, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 5 }));
        fc.assert(
            fc.property(added, ([nodes, maxUnavailable]) => {
                const waves = wavesOf({ ...shapeOf(), nodes, maxUnavailable });
                const last = waves.flat().at(-1) ?? "";
                const before = wavesOf({ ...shapeOf(), nodes: nodes.filter((node) => node !== last), maxUnavailable });
                const isBefore = waves.map((wave) => wave.filter((node) => node !== last));
                expect(before).toEqual(isBefore.filter((wave) => wave.length > 0));
            }),
        );
    });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byName } from "../../provider/rollout/order";

describe("byName", () => {
    it.each<readonly [readonly string[]]>([
        [["node-1", "node-2", "node-10"]],
        [["a", "a1", "a2", "a10", "b"]],
        [["10.0.0.2", "10.0.0.11", "10.0.1.1"]],
        [["node-1", "node-1a", "node-2"]],
        // As a number each would be the same.
        [["n10000000000000000000001", "n10000000000000000000002"]],
        [["n001", "n01", "n1", "n002"]],
        [["B", "a"]],
        [["", "a"]],
    ])("%j", (names) => {
        expect([...names].reverse().sort(byName)).toEqual(names);
    });

    it("is a total order", () => {
        const name = fc.stringMatching(/^[a01-]{0,5}$/);
        fc.assert(
            fc.property(name, name, name, (a, b, c) => {
                expect(Math.sign(byName(a, b))).toBe(-Math.sign(byName(b, a)) + 0);
                expect(byName(a, b) === 0).toBe(a === b);
                if (byName(a, b) <= 0 && byName(b, c) <= 0) expect(byName(a, c)).toBeLessThanOrEqual(0);
            }),
            { numRuns: 2000 },
        );
    });
});

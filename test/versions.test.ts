import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions } from "../provider/versions";

describe("compareVersions", () => {
    it.each([
        ["899.17.0", "1010.5.0", -1],
        ["962.0.0", "960.0.0", 1],
        ["1353.10.0", "1353.9.0", 1],
        ["1185.3.0", "1185.3.0", 0],
        ["0.15.0", "1.0.0", -1],
        ["1.2", "1.2.0", 0],
        ["1.2.1", "1.2", 1],
        ["", "0.0.0", 0],
        ["1.30.0+git", "1.30.0", 0],
    ])("%s and %s", (a, b, sign) => {
        expect(Math.sign(compareVersions(a, b))).toBe(sign);
    });

    it("is an order by numbers: the same as of the components, one after the other", () => {
        const version = fc.tuple(fc.nat(3000), fc.nat(20), fc.nat(20));
        fc.assert(
            fc.property(version, version, (a, b) => {
                const first = [0, 1, 2].map((at) => (a[at] ?? 0) - (b[at] ?? 0)).find((difference) => difference !== 0);
                expect(Math.sign(compareVersions(a.join("."), b.join(".")))).toBe(Math.sign(first ?? 0));
            }),
        );
    });
});

import { runtime } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { hasUnknown, isUnknown, UNKNOWN } from "../../provider/spec/unknown";

it("is what the SDK sends", () => {
    expect(UNKNOWN).toBe(runtime.unknownValue);
});

it.each([
    [UNKNOWN, true],
    [{ a: [1, { b: UNKNOWN }] }, true],
    [`${UNKNOWN} `, false],
    [{ [UNKNOWN]: 1 }, false],
    [null, false],
    [undefined, false],
])("%j has unknowns: %s", (value, has) => {
    expect(hasUnknown(value)).toBe(has);
    expect(isUnknown(value)).toBe(value === UNKNOWN);
});

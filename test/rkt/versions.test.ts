import { describe, expect, it } from "vitest";
import { canStop, mountsRecursively, rktProblem, rktVersionIn, stage1Argument } from "../../provider/rkt/versions";

describe("the version in the first line of `rkt version`", () => {
    // Source: rkt/rkt rkt/version.go at v0.15.0 and v0.16.0; seen on builds of both and of v1.30.0.
    it.each([
        ["rkt version 0.13.0", "0.13.0"],
        ["rkt version 0.15.0", "0.15.0"],
        ["rkt Version: 0.16.0", "0.16.0"],
        ["rkt Version: 1.0.0", "1.0.0"],
        ["rkt Version: 1.30.0", "1.30.0"],
        ["rkt Version: 1.30.0+git3c88", "1.30.0"],
        ["", undefined],
        ["appc Version: 0.8.11", undefined],
        ["rkt: command not found", undefined],
        ["bash: rkt version 1.0.0", undefined],
        ["rkt Version: 1.30", undefined],
    ])("%j", (line, version) => {
        expect(rktVersionIn(line)).toBe(version);
    });
});

describe("stage1", () => {
    // Source: rkt/rkt cab1f688; run on 0.15.0, 0.16.0, 1.0.0, 1.2.1 and from there to 1.30.0. The releases that had them:
    // coreos/manifest 717.3.0 to 2514.1.0; 899.0 to 899.9 had 0.13.0, which has no fly.
    it.each([
        ["0.5.5", undefined],
        ["0.9.0", undefined],
        ["0.13.0", undefined],
        ["0.14.0", undefined],
        ["0.15.0", "--stage1-image=/usr/share/rkt/stage1-fly.aci"],
        ["0.16.0", "--stage1-image=/usr/share/rkt/stage1-fly.aci"],
        ["1.0.0", "--stage1-from-dir=stage1-fly.aci"],
        ["1.2.1", "--stage1-from-dir=stage1-fly.aci"],
        ["1.14.0", "--stage1-from-dir=stage1-fly.aci"],
        ["1.30.0", "--stage1-from-dir=stage1-fly.aci"],
    ])("of rkt %s", (version, argument) => {
        expect(stage1Argument(version)).toBe(argument);
        expect(rktProblem(version) === undefined).toBe(argument !== undefined);
    });

    it("is missed by name", () => {
        expect(rktProblem("0.13.0")).toBe("has no fly stage1, which the kubelet needs (first in 0.15.0)");
    });
});

// Source: rkt/rkt CHANGELOG: `rkt stop` in 1.10.0, its --uuid-file in 1.11.0. CoreOS 1122.2 went back to 1.8.0.
it.each([
    ["0.15.0", false],
    ["1.2.1", false],
    ["1.8.0", false],
    ["1.10.0", false],
    ["1.11.0", true],
    ["1.30.0", true],
])("rkt %s stops a pod by its UUID file: %s", (version, can) => {
    expect(canStop(version)).toBe(can);
});

// Source: rkt/rkt CHANGELOG: 1.13.0 took appc/spec 0.8.6, which knows the word; 1.15.0 does what it says (PR 2880).
it.each([
    ["1.8.0", false],
    ["1.13.0", false],
    ["1.14.0", false],
    ["1.15.0", true],
    ["1.30.0", true],
])("rkt %s mounts what lies below a recursive volume: %s", (version, does) => {
    expect(mountsRecursively(version)).toBe(does);
});

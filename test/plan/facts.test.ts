import { describe, expect, it } from "vitest";
import { factsOf, type Facts } from "../../provider/plan/facts";
import { bare, OLD, SHIPPED } from "./hosts";

const FLATCAR: Facts = { ...SHIPPED, osId: "flatcar", osVersion: "2605.12.0", rktVersion: "1.30.0" };
const NEWER_RKT: Facts = { ...SHIPPED, rktVersion: "1.30.0" };

describe("factsOf", () => {
    it.each([
        ["a host that ships the wrapper", bare(), SHIPPED],
        ["one before 962", bare(OLD), OLD],
        ["the format of rkt 0.15", { ...bare(OLD), rkt: "rkt version 0.15.0" }, { ...OLD, rktVersion: "0.15.0" }],
        ["Flatcar", bare(FLATCAR), FLATCAR],
        ["an rkt that is not the release's and fits", { ...bare(), rkt: "rkt Version: 1.30.0" }, NEWER_RKT],
        // A wrapper where none was before: CoreOS 960 is the last without.
        ["a wrapper that came early", { ...bare(OLD), hostWrapper: "c".repeat(64) }, { ...OLD, wrapperSource: "host" }],
        // Before May 2017 only amd64 had it. Source: coreos/coreos-overlay fbf8bc4dc.
        [
            "an image of another processor",
            { ...bare(), hostWrapper: "absent" },
            { ...SHIPPED, wrapperSource: "uploaded" },
        ],
    ] as const)("of %s", (_, observed, facts) => {
        expect(factsOf(observed, "node-1")).toEqual(facts);
    });
});

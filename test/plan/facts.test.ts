import { describe, expect, it } from "vitest";
import { factsOf } from "../../provider/plan/facts";
import { bare, OLD, SHIPPED } from "./hosts";

const os = (id: string, versionId: string) => ({ ...bare(), os: { id, versionId, prettyName: "" } });

describe("factsOf", () => {
    it.each([
        ["a host that ships the wrapper", bare(), SHIPPED],
        ["one before 962", bare(OLD), OLD],
        ["the format of rkt 0.15", { ...bare(OLD), rkt: "rkt version 0.15.0" }, { ...OLD, rktVersion: "0.15.0" }],
        ["Flatcar", os("flatcar", "2605.12.0"), { ...SHIPPED, osId: "flatcar", osVersion: "2605.12.0" }],
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

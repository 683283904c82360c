import { describe, expect, it, test } from "vitest";
import { wrappersOf } from "../../provider/coreos/generations";
import { rktMisfit, rktMissing } from "../../provider/coreos/rkt-misfit";
import { softwareChanges, softwareOf } from "../../provider/coreos/software";
import { compareVersions } from "../../provider/versions";

const hostOf = (osVersion: string, osId = "coreos") => {
    const isShipping = compareVersions(osVersion, "962.0.0") >= 0;
    return { osId, osVersion, wrapperSource: isShipping ? "host" : "uploaded" } as const;
};
const UPDATE = "Update the OS to 899.10.0 or newer, an alpha to 926.0.0 or newer";
const NO_FLY = "has no fly stage1, which the kubelet needs (first in 0.15.0)";
const NO_SIGNATURE =
    "wants a signature, as rkt does since 1.3.0, of the stage1 that the release's kubelet-wrapper names, and there is none";
const TAKE_AWAY = "Take that rkt away, so that the release's own is found (`command -v rkt` tells where it is)";

describe("an OS that is too old", () => {
    // Source: coreos/manifest, for the rkt of each; rkt/rkt CHANGELOG 0.14.0.
    it.each([
        ["717.3.0", "0.5.5"],
        ["835.13.0", "0.9.0"],
        ["899.9.0", "0.13.0"],
        // Not the 0.13.0 that is known of it: an alpha between two known ones.
        ["910.0.0", "0.14.0"],
    ])("%s is told its rkt, what that lacks, and the first that works", (release, rkt) => {
        expect(rktMisfit(rkt, hostOf(release))).toEqual({
            happened: `CoreOS ${release}: its rkt ${rkt} ${NO_FLY}`,
            next: UPDATE,
        });
    });

    it("is told so too where it has no rkt at all", () => {
        expect(rktMissing(hostOf("444.5.0"))).toEqual({
            happened: "CoreOS 444.5.0: rkt was not found on the host",
            next: UPDATE,
        });
    });
});

// Source: coreos/bugs 1282.
test("an OS whose wrapper does not fit its own rkt is told the first that does", () => {
    expect(rktMisfit("1.5.1", hostOf("1045.0.0"))).toEqual({
        happened: `CoreOS 1045.0.0: its rkt 1.5.1 ${NO_SIGNATURE}`,
        next: "Update the OS to 1047.0.0 or newer",
    });
});

describe("an rkt that is not the release's own", () => {
    it.each([
        ["1185.3.0", "0.13.0", "1.14.0", NO_FLY],
        ["899.17.0", "0.9.0", "1.0.0", NO_FLY],
        [
            "1185.3.0",
            "0.16.0",
            "1.14.0",
            "does not take the options of the release's kubelet-wrapper, which needs 1.0.0 or newer",
        ],
        [
            "1745.7.0",
            "1.14.0",
            "1.29.0",
            "does not take the options of the release's kubelet-wrapper, which needs 1.15.0 or newer",
        ],
        ["1010.5.0", "1.3.0", "1.2.1", NO_SIGNATURE],
        ["1010.5.0", "1.30.0", "1.2.1", NO_SIGNATURE],
    ])("on %s, %s, is named beside %s", (release, found, shipped, fault) => {
        expect(rktMisfit(found, hostOf(release))).toEqual({
            happened: `CoreOS ${release}: the rkt found there is ${found}, not the release's ${shipped}, and ${fault}`,
            next: TAKE_AWAY,
        });
    });

    it("is looked for where none is found", () => {
        expect(rktMissing(hostOf("2605.12.0", "flatcar"))).toEqual({
            happened: "Flatcar 2605.12.0: rkt was not found on the host, but the release has 1.30.0",
            next: "See there why `rkt version` fails",
        });
    });

    // Each pair ran. Source: the wrappers of 2016 to 2020 under rkt 1.0.0, 1.8.0, 1.14.0, 1.30.0.
    it.each([
        ["962.0.0", "1.2.1"],
        ["1185.3.0", "1.0.0"],
        ["1185.3.0", "1.30.0"],
        ["1298.7.0", "1.8.0"],
        ["1353.0.0", "1.0.0"],
        ["1423.0.0", "1.14.0"],
        ["2512.3.0", "1.30.0"],
        ["899.17.0", "0.16.0"],
        ["899.17.0", "1.30.0"],
    ])("passes on %s as %s, which works", (release, found) => {
        expect(rktMisfit(found, hostOf(release))).toBeUndefined();
    });
});

test("of all releases these alone do not work with their own rkt", () => {
    const releases = ["coreos", "flatcar"].flatMap((osId) =>
        [...new Set([...softwareChanges(osId), ...wrappersOf(osId).map(([from]) => from)])]
            .sort(compareVersions)
            .filter((release) => osId === "coreos" || compareVersions(release, "1688.5.3") >= 0)
            .map((osVersion) => hostOf(osVersion, osId)),
    );
    const unfit = releases.filter((host) => {
        const { rkt } = softwareOf(host);
        return rkt === undefined || rktMisfit(rkt, host) !== undefined;
    });
    expect(unfit.map(({ osId, osVersion }) => `${osId} ${osVersion}`)).toEqual([
        ...["717.0.0", "766.0.0", "835.0.0", "835.11.0", "877.0.0", "899.0.0"].map((release) => `coreos ${release}`),
        ...["coreos 900.0.0", "coreos 1039.0.0", "flatcar 2857.0.0"],
    ]);
});

test("what they are told is short enough to be shown whole", () => {
    for (const [release, found] of [
        ["1045.0.0", "1.5.1"],
        ["1010.5.0", "1.30.0"],
        ["1745.7.0", "1.14.0"],
    ] as const) {
        const { happened = "", next = "" } = rktMisfit(found, hostOf(release)) ?? {};
        expect(`host: plan: ${happened}. Nothing on the host was changed. ${next}.`.length).toBeLessThan(420);
    }
});

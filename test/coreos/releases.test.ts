import { describe, expect, it } from "vitest";
import { generationOf } from "../../provider/coreos/generations";
import { defaultsToDocker, osProblem } from "../../provider/coreos/releases";

const mountsVarLog = (osId: string, osVersion: string): boolean =>
    generationOf({ osId, osVersion, wrapperSource: "host" }).volumes.some(({ target }) => target === "/var/log");

// Stage of the kubelet-wrapper by the releases it was in, first and last as far as checked; "-" is none, F' is F without
// var-log. Source: the tags of coreos/manifest, which pin the commit of coreos/coreos-overlay that an image was built from.
const STAGES: readonly (readonly [stage: string, releases: string])[] = [
    ["-", "717.3.0 766.5.0 835.13.0 899.10.0 899.17.0 926.0.0 942.0.0 948.0.0 960.0.0"],
    ["A", "962.0.0 976.0.0 983.0.0 1010.6.0 1024.0.0"],
    ["B", "1025.0.0 1045.0.0"],
    ["C", "1047.0.0 1068.0.0 1122.3.0 1185.5.0 1192.2.0"],
    ["D", "1207.0.0 1235.12.0 1298.7.0 1325.2.0 1353.6.0 1353.7.0"],
    ["E", "1353.0.0 1353.4.0 1367.0.0 1367.5.0"],
    ["F", "1381.0.0 1381.1.0 1409.0.0 1409.3.0"],
    ["F'", "1353.8.0 1409.4.0 1409.9.0"],
    ["G", "1423.0.0 1437.3.0"],
    ["H", "1451.0.0 1465.8.0 1520.8.0 1562.0.0"],
    ["I", "1576.4.0 1632.3.0 1688.5.0 1745.7.0"],
    ["J", "1758.0.0 1800.7.0 1911.5.0 2023.5.0 2079.3.0 2430.0.0"],
    ["K", "2512.0.0 2512.3.0 2514.1.0"],
];
const RELEASES = STAGES.flatMap(([stage, releases]) => releases.split(" ").map((release) => ({ stage, release })));

describe.each(RELEASES)("CoreOS $release, whose wrapper is of stage $stage", ({ stage, release }) => {
    it("mounts /var/log by itself or not", () => {
        expect(mountsVarLog("coreos", release)).toBe("EFGHIJK".split("").includes(stage));
    });

    it("takes a docker image by default or not", () => {
        expect(defaultsToDocker(release)).toBe(stage === "K");
    });

    it("is an OS that can do it, as far as its name tells", () => {
        expect(osProblem({ id: "coreos", versionId: release, prettyName: "" })).toBeUndefined();
    });
});

describe("Flatcar", () => {
    // Flatcar's first release is younger than the wrapper. Source: flatcar/scripts, from 2317.0.1.
    it.each(["2317.0.1", "2512.5.0", "2823.3.0"])("%s is as good as CoreOS", (versionId) => {
        expect(osProblem({ id: "flatcar", versionId, prettyName: "" })).toBeUndefined();
        expect(defaultsToDocker(versionId)).toBe(versionId !== "2317.0.1");
        expect(mountsVarLog("flatcar", versionId)).toBe(true);
    });

    it.each(["2857.0.0", "2905.2.0", "3033.2.0"])("%s has no rkt", (versionId) => {
        expect(osProblem({ id: "flatcar", versionId, prettyName: "" })).toMatch(/rkt .*2857\.0\.0/);
    });

    it("is told from a CoreOS of the same number", () => {
        expect(osProblem({ id: "coreos", versionId: "2857.0.0", prettyName: "" })).toBeUndefined();
    });
});

describe("osProblem", () => {
    it.each([
        ["debian", "12", "Debian GNU/Linux 12 (bookworm)", "it is not CoreOS but Debian GNU/Linux 12 (bookworm)"],
        ["fedora", "31.20200310.3.0", "Fedora CoreOS 31", "it is not CoreOS but Fedora CoreOS 31"],
        ["CoreOS", "899.17.0", "", "it is not CoreOS but CoreOS"],
        ["", "", "", "it is not CoreOS but an unknown OS"],
        ["coreos", "", "", 'its VERSION_ID "" is no CoreOS release'],
        ["coreos", "899.17", "", 'its VERSION_ID "899.17" is no CoreOS release'],
        ["coreos", "899.17.0+git", "", 'its VERSION_ID "899.17.0+git" is no CoreOS release'],
    ])("of ID %j, VERSION_ID %j, named %j", (id, versionId, prettyName, problem) => {
        expect(osProblem({ id, versionId, prettyName })).toBe(problem);
    });
});

import { describe, expect, it } from "vitest";
import { generationOf } from "../../provider/coreos/generations";
import { osProblem } from "../../provider/coreos/releases";
import { FLATCAR_RELEASES, RELEASES } from "./stages";

const wrapperOf = (osId: string, osVersion: string) => generationOf({ osId, osVersion, wrapperSource: "host" });
const mountsVarLog = (osId: string, osVersion: string): boolean =>
    wrapperOf(osId, osVersion).volumes.some(({ target }) => target === "/var/log");
const defaultsToDocker = (osId: string, osVersion: string): boolean =>
    wrapperOf(osId, osVersion).repository === "docker://quay.io/coreos/hyperkube";

describe.each(RELEASES)("CoreOS $release, whose wrapper is of stage $stage", ({ stage, release }) => {
    it("mounts /var/log by itself or not", () => {
        expect(mountsVarLog("coreos", release)).toBe("EFGHIJK".split("").includes(stage));
    });

    it("takes a docker image by default or not", () => {
        expect(defaultsToDocker("coreos", release)).toBe(stage === "K");
    });

    it("is an OS that can do it, as far as its name tells", () => {
        expect(osProblem({ id: "coreos", versionId: release, prettyName: "" })).toBeUndefined();
    });
});

describe("Flatcar", () => {
    // Flatcar's first release, 1688.5.3, is younger than the wrapper.
    it.each(FLATCAR_RELEASES)("$release is as good as CoreOS", ({ stage, release }) => {
        expect(osProblem({ id: "flatcar", versionId: release, prettyName: "" })).toBeUndefined();
        expect(defaultsToDocker("flatcar", release)).toBe(["K", "Flatcar"].includes(stage));
        expect(mountsVarLog("flatcar", release)).toBe(true);
    });

    // Source: flatcar/flatcar-website data/releases/edge: 2303.99.1 replaced rkt in the wrapper, 2345.99.1 took it back.
    it.each([
        ["2303.99.0", undefined],
        ["2303.99.1", "the kubelet-wrapper of Flatcar 2303.99.1 runs docker, not rkt"],
        ["2331.0.0", undefined],
        ["2345.0.2", undefined],
        ["2345.99.0", "the kubelet-wrapper of Flatcar 2345.99.0 runs docker, not rkt"],
        ["2345.99.1", undefined],
    ])("%s: %s", (versionId, problem) => {
        expect(osProblem({ id: "flatcar", versionId, prettyName: "" })).toBe(problem);
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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseOsRelease } from "../../provider/coreos/os-release";

// Source: coreos/scripts build_library/set_lsb_release, at the branches of the releases named.
const BEFORE_962 = `NAME=CoreOS
ID=coreos
VERSION=899.17.0
VERSION_ID=899.17.0
BUILD_ID=2016-05-03-2151
PRETTY_NAME="CoreOS 899.17.0"
ANSI_COLOR="1;32"
HOME_URL="https://coreos.com/"
BUG_REPORT_URL="https://github.com/coreos/bugs/issues"
`;
const CONTAINER_LINUX = `NAME="Container Linux by CoreOS"
ID=coreos
VERSION=1298.7.0
VERSION_ID=1298.7.0
BUILD_ID=
PRETTY_NAME="Container Linux by CoreOS 1298.7.0 (Ladybug)"
COREOS_BOARD="amd64-usr"
`;
const FLATCAR = `NAME="Flatcar Container Linux by Kinvolk"
ID=flatcar
ID_LIKE=coreos
VERSION=2605.12.0
VERSION_ID=2605.12.0
PRETTY_NAME="Flatcar Container Linux by Kinvolk 2605.12.0 (Oklo)"
`;

describe("parseOsRelease", () => {
    it.each([
        ["a CoreOS before 962", BEFORE_962, "coreos", "899.17.0", "CoreOS 899.17.0"],
        ["Container Linux", CONTAINER_LINUX, "coreos", "1298.7.0", "Container Linux by CoreOS 1298.7.0 (Ladybug)"],
        ["Flatcar", FLATCAR, "flatcar", "2605.12.0", "Flatcar Container Linux by Kinvolk 2605.12.0 (Oklo)"],
        ["quoted values", 'ID="flatcar"\nVERSION_ID=\'2605.12.0\'\nPRETTY_NAME="F"\n', "flatcar", "2605.12.0", "F"],
        ["no last line feed", "ID=coreos\nVERSION_ID=899.17.0", "coreos", "899.17.0", ""],
        ["carriage returns", "ID=coreos\r\nVERSION_ID=1.2.3\r\n", "coreos", "1.2.3", ""],
        ["comments and nonsense", "# ID=debian\n=\nID\nid=x\nID=coreos\n", "coreos", "", ""],
        ["a repeated field: the later wins, as in a shell", "ID=debian\nID=coreos\n", "coreos", "", ""],
        ["escaped characters", 'PRETTY_NAME="a \\"b\\" \\$c \\\\"\n', "", "", 'a "b" $c \\'],
        ["a quote that is not closed", 'ID="coreos\n', '"coreos', "", ""],
        ["nothing", "", "", "", ""],
    ])("reads %s", (_, text, id, versionId, prettyName) => {
        expect(parseOsRelease(text)).toEqual({ id, versionId, prettyName });
    });

    it("takes VERSION_ID and not VERSION, which carries a suffix on developers' builds", () => {
        expect(parseOsRelease("VERSION=1185.0.0+2016-09-09-1010\nVERSION_ID=1185.0.0\n").versionId).toBe("1185.0.0");
    });

    it("has an answer to any text", () => {
        fc.assert(
            fc.property(fc.string({ unit: fc.constantFrom(..."ID=_V\"'\\\n \t#é") }), (text) => {
                expect(Object.values(parseOsRelease(text)).every((value) => typeof value === "string")).toBe(true);
            }),
        );
    });
});

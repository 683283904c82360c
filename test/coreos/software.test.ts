import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { valueAt, type ByRelease } from "../../provider/coreos/by-release";
import { generationOf } from "../../provider/coreos/generations";
import { softwareChanges, softwareOf } from "../../provider/coreos/software";
import { releaseFacts } from "../../provider/testing/releases";
import { compareVersions } from "../../provider/versions";

describe("valueAt", () => {
    const ROWS: ByRelease<string> = [
        ["899.0.0", "a"],
        ["899.10.0", "b"],
        ["1010.0.0", "c"],
    ];

    it.each([
        ["898.9.9", undefined],
        ["899.0.0", "a"],
        ["899.9.0", "a"],
        ["899.10.0", "b"],
        ["1009.9.9", "b"],
        ["1010.0.0", "c"],
        ["9999.0.0", "c"],
    ])("of %s is %s", (release, value) => {
        expect(valueAt(ROWS, release)).toBe(value);
    });
});

// Source: the ebuilds that the tags of coreos/manifest pin. "?": not known.
const COREOS = `
717.3.0   0.5.5   220  6.7p1
766.5.0   0.7.0   222  6.7p1
835.0.0   0.9.0   225  ?
835.13.0  0.9.0   225  6.9p1
877.1.0   0.11.0  225  6.9p1
899.0.0   0.13.0  225  7.1p1
899.9.0   0.13.0  225  7.1p1
899.10.0  1.0.0   225  7.1p1
899.17.0  1.0.0   225  7.1p1
910.0.0   0.13.0  225  7.1p1
926.0.0   0.15.0  225  7.1p1
935.0.0   0.15.0  225  7.1p1
942.0.0   0.16.0  225  7.1p1
948.0.0   1.0.0   225  7.1p1
962.0.0   1.0.0   225  7.1p1
983.0.0   1.0.0   225  7.1p1
997.0.0   1.0.0   229  7.1p1
1000.0.0  1.0.0   225  7.1p1
1010.5.0  1.2.1   225  7.1p1
1010.6.0  1.2.1   225  7.2p2
1032.1.0  1.2.1   225  ?
1045.0.0  1.5.1   225  ?
1047.0.0  1.5.1   229  7.2p2
1053.0.0  1.6.0   229  7.2p2
1068.11.0 1.7.0   229  7.2p2
1122.1.0  1.11.0  229  7.2p2
1122.3.0  1.8.0   229  7.2p2
1153.0.0  1.13.0  231  7.2p2
1185.5.0  1.14.0  231  7.2p2
1207.0.0  1.17.0  231  7.2p2
1235.0.0  1.18.0  231  7.2p2
1235.12.0 1.18.0  231  7.3p1
1298.0.0  1.21.0  231  7.3p1
1298.7.0  1.21.0  231  7.4p1
1353.8.0  1.25.0  233  7.4p1
1409.9.0  1.25.0  233  7.4p1
1423.0.0  1.26.0  233  7.4p1
1465.8.0  1.27.0  233  7.4p1
1520.8.0  1.28.1  234  7.4p1
1576.5.0  1.29.0  234  7.4p1
1632.3.0  1.29.0  235  7.6p1
1688.5.3  1.29.0  237  7.6p1
1745.7.0  1.29.0  238  7.6p1
1758.0.0  1.30.0  238  7.6p1
1800.7.0  1.30.0  238  7.6p1
1911.5.0  1.30.0  238  7.6p1
1967.6.0  1.30.0  238  7.7p1
2023.5.0  1.30.0  238  7.7p1
2079.6.0  1.30.0  241  7.7p1
2135.6.0  1.30.0  241  7.9p1
2514.1.0  1.30.0  241  7.9p1`;

// Source: flatcar/flatcar-website data/releases, `image_packages` and the notes.
const FLATCAR = `
1688.5.3  1.29.0  237  7.6p1
1722.2.0  1.29.0  237  7.6p1
1745.0.0  1.29.0  238  7.6p1
1758.0.0  1.30.0  238  7.6p1
2065.0.0  1.30.0  238  7.7p1
2079.0.0  1.30.0  241  7.7p1
2345.3.1  1.30.0  241  7.9p1
2411.1.0  1.30.0  241  ?
2466.0.0  1.30.0  241  8.1p1
2492.0.0  1.30.0  241  ?
2512.2.0  1.30.0  241  ?
2513.1.0  1.30.0  243  ?
2592.0.0  1.30.0  245  ?
2643.0.0  1.30.0  245  ?
2661.0.0  1.30.0  246  ?
2748.0.0  1.30.0  246  ?
2765.2.0  1.30.0  247  ?
2823.1.3  1.30.0  247  ?
2857.0.0  ?       247  ?`;

const rowsOf = (osId: string, table: string) =>
    table
        .trim()
        .split("\n")
        .map((line) => line.split(/ +/))
        .map(([osVersion = "", ...software]) => ({ osId, osVersion, software }));

describe("softwareOf", () => {
    it.each([...rowsOf("coreos", COREOS), ...rowsOf("flatcar", FLATCAR)])(
        "$osId $osVersion: rkt, systemd, OpenSSH",
        ({ osId, osVersion, software }) => {
            const { rkt = "?", systemd = "?", openssh = "?" } = softwareOf({ osId, osVersion });
            expect([rkt, String(systemd), openssh]).toEqual(software);
        },
    );

    it("knows nothing of a release before 717", () => {
        expect(softwareOf({ osId: "coreos", osVersion: "681.2.0" })).toEqual({
            ...{ rkt: undefined, systemd: undefined, openssh: undefined },
            iscsiadm: false,
        });
    });

    // Source: coreos/coreos-overlay 2f5893b5c; checked at coreos/manifest v976 to v1068.
    it.each([
        ["899.17.0", false],
        ["1010.6.0", false],
        ["1023.0.0", false],
        ["1024.0.0", true],
        ["1185.3.0", true],
        ["2514.1.0", true],
    ])("iscsiadm on %s: %s", (osVersion, iscsiadm) => {
        expect(softwareOf({ osId: "coreos", osVersion }).iscsiadm).toBe(iscsiadm);
    });
});

test.each(["coreos", "flatcar"])("between two changes of %s nothing changes", (osId) => {
    const changes = [...new Set(softwareChanges(osId))].sort(compareVersions);
    const justBefore = (release: string): string => {
        const [major = 0, minor = 0] = release.split(".").map(Number);
        return minor === 0 ? `${major - 1}.99.99` : `${major}.${minor - 1}.99`;
    };
    for (const [at, from] of changes.entries()) {
        const next = changes[at + 1] ?? "9999.0.0";
        const last = justBefore(next);
        if (compareVersions(last, from) < 0) continue;
        expect(softwareOf({ osId, osVersion: last }), `${from} to ${last}`).toEqual(
            softwareOf({ osId, osVersion: from }),
        );
    }
    expect(changes.length).toBeGreaterThan(30);
});

describe("the simulated host", () => {
    it.each(rowsOf("coreos", COREOS))("of release $osVersion has what that release had", ({ osVersion, software }) => {
        const { rkt, systemd, wrapper, iscsiadm } = releaseFacts(osVersion);
        const shipped = { osId: "coreos", osVersion };
        expect([rkt, String(systemd)]).toEqual(software.slice(0, 2));
        expect(iscsiadm).toBe(softwareOf(shipped).iscsiadm);
        const isShipping = compareVersions(osVersion, "962.0.0") >= 0;
        const { name } = generationOf({ ...shipped, wrapperSource: "host" });
        expect(wrapper).toBe(isShipping ? name.replace("F'", "P") : undefined);
    });
});

// The hosts with a real systemd are made by a shell program, which has these few releases by heart.
describe("the releases of test/hosts", () => {
    const program = readFileSync(join(__dirname, "../hosts/bed.d/image.sh"), "utf8");
    const row = /^ +(\d+\.\d+\.\d+)\) release_rkt=(\S+) release_systemd=(\S+) release_wrapper=(\S+) /gm;
    const rows = [...program.matchAll(row)].map(([, osVersion = "", ...words]) => ({
        osVersion,
        words: words.map((word) => word.replace("''", "")),
    }));

    it("are found", () => {
        expect(rows.map(({ osVersion }) => osVersion).join(" ")).toBe(/^releases='(.*)'$/m.exec(program)?.[1]);
    });

    it.each(rows)("$osVersion has what that release had", ({ osVersion, words }) => {
        const { rkt, systemd, wrapper = "" } = releaseFacts(osVersion);
        expect(words).toEqual([rkt, String(systemd), wrapper]);
    });
});

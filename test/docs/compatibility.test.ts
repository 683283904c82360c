// The page on what works where, against what was found out by hand; generated.test.ts holds it against its tables.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { compareVersions } from "../../provider/versions";

const PAGE = readFileSync(join(__dirname, "../../docs/compatibility.md"), "utf8");

/** The rows of the first table under a heading. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
    const section = PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
    const lines = (/(?:^\|.*\n)+/m.exec(section)?.[0] ?? "").trim().split("\n").slice(2);
    return lines.map((line) => line.slice(2, -2).split(" | "));
}

describe.each([
    ["CoreOS", "717.0.0"],
    ["Flatcar", "1688.5.3"],
])("the releases of %s", (heading, first) => {
    const rows = rowsUnder(heading);

    it("are told without a gap", () => {
        expect(rows[0]?.[0]).toBe(first);
        for (const [at, [from = "", before = ""]] of rows.entries()) {
            expect(before).toBe(rows[at + 1]?.[0] ?? "–");
            if (before !== "–") expect(compareVersions(from, before)).toBeLessThan(0);
        }
        expect(rows.length).toBeGreaterThan(15);
    });
});

const rowOf = (heading: string, release: string) =>
    rowsUnder(heading)
        .findLast(([from = ""]) => compareVersions(release, from) >= 0)
        ?.slice(2);

// rkt, systemd, OpenSSH, wrapper, hostDns, containerLogs, iscsi, recursive volumes, rkt stop, image. Source: coreos/manifest,
// coreos-overlay, rkt/rkt CHANGELOG; flatcar/flatcar-website data/releases.
test.each([
    ["CoreOS", "899.17.0", "1.0.0 225 7.1p1 uploaded yes our-volume no no no ACI"],
    ["CoreOS", "926.0.0", "0.15.0 225 7.1p1 uploaded yes our-volume no no no ACI"],
    ["CoreOS", "962.0.0", "1.0.0 225 7.1p1 shipped,-A yes our-volume no no no ACI"],
    ["CoreOS", "1010.5.0", "1.2.1 225 7.1p1 shipped,-A yes our-volume no no no ACI"],
    ["CoreOS", "1032.1.0", "1.2.1 225 ? shipped,-B yes our-volume yes no no ACI"],
    ["CoreOS", "1122.1.0", "1.11.0 229 7.2p2 shipped,-C yes our-volume yes no yes ACI"],
    ["CoreOS", "1122.3.0", "1.8.0 229 7.2p2 shipped,-C yes our-volume yes no no ACI"],
    ["CoreOS", "1185.3.0", "1.14.0 231 7.2p2 shipped,-C yes our-volume yes no yes ACI"],
    ["CoreOS", "1298.7.0", "1.21.0 231 7.4p1 shipped,-D yes our-volume yes yes yes ACI"],
    ["CoreOS", "1353.4.0", "1.25.0 233 7.4p1 shipped,-E yes the-wrapper's-volume yes yes yes ACI"],
    ["CoreOS", "1409.2.0", "1.25.0 233 7.4p1 shipped,-F yes the-wrapper's-volume yes yes yes ACI"],
    ["CoreOS", "1409.9.0", "1.25.0 233 7.4p1 shipped,-F' yes our-volume yes yes yes ACI"],
    ["CoreOS", "1745.7.0", "1.29.0 238 7.6p1 shipped,-I yes the-wrapper's-volume yes yes yes ACI"],
    ["CoreOS", "2514.1.0", "1.30.0 241 7.9p1 shipped,-K yes the-wrapper's-volume yes yes yes docker"],
    ["Flatcar", "2345.3.1", "1.30.0 241 7.9p1 shipped,-J yes the-wrapper's-volume yes yes yes ACI"],
    ["Flatcar", "2512.2.1", "1.30.0 241 ? shipped,-K yes the-wrapper's-volume yes yes yes docker"],
    ["Flatcar", "2605.12.0", "1.30.0 245 ? shipped,-Flatcar yes the-wrapper's-volume yes yes yes docker"],
])("%s %s: %s", (heading, release, cells) => {
    expect(
        rowOf(heading, release)
            ?.map((cell) => cell.replaceAll(" ", "-"))
            .join(" "),
    ).toBe(cells);
});

test.each([
    ["CoreOS", "717.3.0", /rkt 0\.5\.5 has no fly stage1/],
    ["CoreOS", "835.13.0", /rkt 0\.9\.0 has no fly stage1/],
    ["CoreOS", "899.9.0", /rkt 0\.13\.0 has no fly stage1/],
    ["CoreOS", "921.0.0", /rkt 0\.13\.0 has no fly stage1/],
    ["CoreOS", "1045.0.0", /rkt 1\.5\.1 wants a signature/],
    ["Flatcar", "2905.2.0", /no rkt any more/],
])("%s %s is refused, with the reason", (heading, release, reason) => {
    const [, , , wrapper = "", ...works] = rowOf(heading, release) ?? [];
    expect(wrapper).toMatch(/^\*\*refused\*\*: /);
    expect(wrapper).toMatch(reason);
    expect(works).toEqual(["–", "–", "–", "–", "–", "–"]);
});

// Source: kubernetes cmd/kubelet/app/options at v1.1 to v1.10, of which each knows what it does for ever but for the last.
test.each([
    ["--node-labels", `– ${"yes ".repeat(18)}`.trim()],
    ["--pod-manifest-path", `– – – ${"yes ".repeat(6)}${"file ".repeat(10)}`.trim()],
    ["--api-servers", `yes yes yes old old old old ${"– ".repeat(12)}`.trim()],
])("flag %s by minor: %s", (flag, minors) => {
    const row = rowsUnder("Flags of the kubelet").find(([name]) => name === `\`${flag}\``);
    expect(row?.slice(1).join(" ")).toBe(minors);
});

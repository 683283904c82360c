import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { generationOf, wrappersOf, type WrapperGeneration } from "../../provider/coreos/generations";
import { FLATCAR_RELEASES, RELEASES } from "./stages";

const shippedBy = (osVersion: string, osId = "coreos") => generationOf({ osId, osVersion, wrapperSource: "host" });

describe("generationOf", () => {
    it.each(RELEASES.filter(({ stage }) => stage !== "-"))("CoreOS $release shipped $stage", ({ stage, release }) => {
        expect(shippedBy(release).name).toBe(stage);
    });

    it.each(FLATCAR_RELEASES)("Flatcar $release shipped $stage", ({ stage, release }) => {
        expect(shippedBy(release, "flatcar").name).toBe(stage);
    });

    it.each(RELEASES.filter(({ stage }) => stage === "-"))("a wrapper on $release came early", ({ release }) => {
        expect(shippedBy(release).name).toBe("A");
    });

    it("is ours wherever we uploaded it", () => {
        for (const { release } of [...RELEASES, ...FLATCAR_RELEASES]) {
            const facts = { osId: "coreos", osVersion: release, wrapperSource: "uploaded" } as const;
            expect(generationOf(facts).name).toBe("ours");
        }
    });

    it("gives every release something, and the same each time", () => {
        const osVersion = fc.tuple(fc.nat(3000), fc.nat(99), fc.nat(9)).map((parts) => parts.join("."));
        fc.assert(
            fc.property(fc.constantFrom("coreos", "flatcar"), osVersion, (osId, version) => {
                expect(shippedBy(version, osId)).toBe(shippedBy(version, osId));
            }),
        );
    });
});

test.each(["coreos", "flatcar"])("the rows of %s ascend", (osId) => {
    const numbers = wrappersOf(osId).map(([from]) => from.split(".").map(Number));
    const keys = numbers.map(([major = 0, minor = 0, patch = 0]) => major * 1e6 + minor * 1e3 + patch);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    expect(new Set(keys).size).toBe(keys.length);
});

// One release of each generation; the first column is ours.
const COLUMNS: readonly (readonly [name: string, generation: WrapperGeneration])[] = [
    ["ours", generationOf({ osId: "coreos", osVersion: "899.17.0", wrapperSource: "uploaded" })],
    ...(
        [
            ["A", "962.0.0"],
            ["B", "1025.0.0"],
            ["C", "1185.3.0"],
            ["D", "1298.7.0"],
            ["E", "1353.0.0"],
            ["F", "1409.2.0"],
            ["F'", "1409.9.0"],
            ["G", "1423.0.0"],
            ["H", "1520.8.0"],
            ["I", "1745.7.0"],
            ["J", "2079.3.0"],
            ["K", "2512.3.0"],
        ] as const
    ).map(([name, release]) => [name, shippedBy(release)] as const),
    ["Flatcar", shippedBy("2605.12.0", "flatcar")],
];

/** A table of all generations, a line for each key that `cells` gives any of them; keys in alphabetical order. */
function tableOf(cells: (generation: WrapperGeneration) => Readonly<Record<string, string>>): string {
    const columns = COLUMNS.map(([name, generation]) => ({ name, cells: cells(generation) }));
    const keys = [...new Set(columns.flatMap((column) => Object.keys(column.cells)))].sort();
    const width = Math.max(...keys.map(({ length }) => length)) + 2;
    const line = (head: string, words: readonly string[]) =>
        (head.padEnd(width) + words.map((word) => word.padEnd(5)).join("")).trimEnd();
    return [
        line(
            "",
            columns.map(({ name }) => name),
        ),
        ...keys.map((key) =>
            line(
                key,
                columns.map((column) => column.cells[key] ?? "-"),
            ),
        ),
    ].join("\n");
}

// Source, for all tables below: coreos/coreos-overlay app-admin/kubelet-wrapper/files/kubelet-wrapper at the commits that each
// generation names; kinvolk/coreos-overlay 2b1470583.
test("what each mounts: rw, ro, or rw with all that is mounted below", () => {
    const actual = tableOf(({ volumes }) =>
        Object.fromEntries(
            volumes.map(({ source, target, readOnly, recursive }) => [
                source === target ? source : `${source} on ${target}`,
                recursive ? "rec" : readOnly ? "ro" : "rw",
            ]),
        ),
    );
    expect(`\n${actual}\n`).toBe(`
                                              ours A    B    C    D    E    F    F'   G    H    I    J    K    Flatcar
/etc/kubernetes                               rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw
/etc/machine-id                               -    -    -    -    -    -    -    -    -    -    -    ro   ro   ro
/etc/ssl/certs                                -    -    -    -    ro   ro   ro   ro   ro   ro   ro   ro   ro   ro
/lib/modules                                  -    -    -    -    -    -    -    -    -    ro   ro   ro   ro   ro
/run                                          rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw
/usr/lib/os-release on /etc/os-release        rw   -    rw   rw   ro   ro   ro   ro   ro   ro   ro   ro   ro   ro
/usr/share/ca-certificates                    -    -    -    -    ro   ro   ro   ro   ro   ro   ro   ro   ro   ro
/usr/share/ca-certificates on /etc/ssl/certs  rw   rw   rw   rw   -    -    -    -    -    -    -    -    -    -
/var/lib/docker                               rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw   rw
/var/lib/kubelet                              rw   rw   rw   rw   rw   rw   rec  rec  rec  rec  rec  rec  rec  rec
/var/log                                      -    -    -    -    -    rw   rw   -    rw   rw   rw   rw   rw   rw
`);
});

test("how each names its volumes", () => {
    const NAMES = [
        ...["/etc/kubernetes etc-kubernetes", "/etc/machine-id etc-machine-id", "/etc/os-release os-release"],
        ...["/etc/ssl/certs etc-ssl-certs", "/lib/modules lib-modules", "/run run"],
        ...["/usr/share/ca-certificates usr-share-certs", "/var/lib/docker var-lib-docker"],
        ...["/var/lib/kubelet var-lib-kubelet", "/var/log var-log"],
    ];
    for (const [name, { volumes }] of COLUMNS) {
        const prefix = "G H I J K Flatcar".split(" ").includes(name) ? "coreos-" : "";
        const named = volumes.map((volume) => `${volume.target} ${volume.name}`);
        const targets = new Set(volumes.map(({ target }) => target));
        const expected = NAMES.filter((line) => targets.has(line.split(" ")[0] ?? ""));
        expect(named.sort()).toEqual(expected.map((line) => line.replace(" ", ` ${prefix}`)).sort());
    }
});

test("what each reads", () => {
    const actual = tableOf(({ variables }) => Object.fromEntries(variables.map((variable) => [variable, "yes"])));
    expect(`\n${actual}\n`).toBe(`
                    ours A    B    C    D    E    F    F'   G    H    I    J    K    Flatcar
KUBELET_ACI         yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
KUBELET_IMAGE       -    -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
KUBELET_IMAGE_ARGS  -    -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
KUBELET_IMAGE_TAG   -    -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
KUBELET_IMAGE_URL   -    -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
KUBELET_VERSION     yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
RKT                 -    -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
RKT_GLOBAL_ARGS     -    -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
RKT_OPTS            yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
RKT_RUN_ARGS        -    -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
RKT_STAGE1_ARG      -    -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
`);
});

test("what else each does", () => {
    const lines = COLUMNS.map(([name, { optionsStand, globs, trusts, repository, needsRkt, endsWithRkt = "" }]) =>
        [name, optionsStand, globs ? "globs" : "-", trusts, repository, `${needsRkt}..${endsWithRkt}`].join(" "),
    );
    const [aci, docker] = ["quay.io/coreos/hyperkube", "docker://quay.io/coreos/hyperkube"];
    // That of rkt: as they ran on 1.0.0, 1.8.0, 1.14.0 and 1.30.0; A and B ran on 1.0.0 and 1.2.1, and not on 1.8.0.
    expect(lines).toEqual([
        `ours after - where-not-told ${aci} 0.15.0..`,
        `A after globs always ${aci} 1.0.0..1.3.0`,
        `B after globs always ${aci} 1.0.0..1.3.0`,
        `C after globs always ${aci} 1.0.0..`,
        `D before globs quay ${aci} 1.0.0..`,
        `E before globs quay ${aci} 1.0.0..`,
        `F before globs quay ${aci} 1.13.0..`,
        `F' before globs quay ${aci} 1.13.0..`,
        `G before globs quay ${aci} 1.13.0..`,
        `H before globs quay ${aci} 1.13.0..`,
        `I before globs quay ${aci} 1.15.0..`,
        `J before globs quay ${aci} 1.15.0..`,
        `K before globs quay-and-docker ${docker} 1.15.0..`,
        `Flatcar before globs where-not-told ${docker} 1.15.0..`,
    ]);
});

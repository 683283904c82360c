/** Parts of a CoreOS release that the simulation shows: versions, the wrapper's stage, os-release. */
export interface Release {
    readonly version: string;
    readonly rkt: string;
    readonly systemd: number;
    /** Stage of the kubelet-wrapper it ships (A to K; P is F without var-log); absent before 962. */
    readonly wrapper: string | undefined;
    readonly iscsiadm: boolean;
    readonly osRelease: string;
}

// From which release on: rkt, systemd, stage of the wrapper ("-" none).
const table: readonly (readonly [from: string, rkt: string, systemd: number, wrapper: string])[] = [
    ["717.0.0", "0.5.5", 220, "-"],
    ["766.0.0", "0.7.0", 222, "-"],
    ["835.0.0", "0.9.0", 225, "-"],
    ["877.0.0", "0.11.0", 225, "-"],
    ["899.0.0", "0.13.0", 225, "-"],
    ["899.10.0", "1.0.0", 225, "-"],
    ["926.0.0", "0.15.0", 225, "-"],
    ["942.0.0", "0.16.0", 225, "-"],
    ["948.0.0", "1.0.0", 225, "-"],
    ["962.0.0", "1.0.0", 225, "A"],
    ["1010.0.0", "1.2.1", 225, "A"],
    ["1025.0.0", "1.2.1", 225, "B"],
    ["1047.0.0", "1.5.1", 229, "C"],
    ["1053.0.0", "1.6.0", 229, "C"],
    ["1068.0.0", "1.7.0", 229, "C"],
    ["1122.0.0", "1.11.0", 229, "C"],
    ["1122.2.0", "1.8.0", 229, "C"],
    ["1185.0.0", "1.14.0", 231, "C"],
    ["1207.0.0", "1.17.0", 231, "D"],
    ["1235.0.0", "1.18.0", 231, "D"],
    ["1298.0.0", "1.21.0", 231, "D"],
    ["1353.0.0", "1.25.0", 233, "E"],
    ["1353.6.0", "1.25.0", 233, "D"],
    ["1353.8.0", "1.25.0", 233, "P"],
    ["1367.0.0", "1.25.0", 233, "E"],
    ["1381.0.0", "1.25.0", 233, "F"],
    ["1409.4.0", "1.25.0", 233, "P"],
    ["1423.0.0", "1.26.0", 233, "G"],
    ["1451.0.0", "1.27.0", 233, "H"],
    ["1520.0.0", "1.28.1", 234, "H"],
    ["1576.0.0", "1.29.0", 234, "I"],
    ["1632.0.0", "1.29.0", 235, "I"],
    ["1688.0.0", "1.29.0", 237, "I"],
    ["1745.0.0", "1.29.0", 238, "I"],
    ["1758.0.0", "1.29.0", 238, "J"],
    ["1800.0.0", "1.30.0", 238, "J"],
    ["2079.0.0", "1.30.0", 241, "J"],
    ["2512.0.0", "1.30.0", 241, "K"],
];

const codenames: readonly (readonly [from: string, name: string])[] = [
    ["960.0.0", "Coeur Rouge"],
    ["1053.0.0", "MoreOS"],
    ["1284.0.0", "Ladybug"],
    ["1590.0.0", "Rhyolite"],
    ["2430.0.0", "Oklo"],
];

/** What this release ships; a release between two known ones is like the older. */
export function releaseFacts(version: string): Release {
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`not a CoreOS release: "${version}" (such as "1185.3.0")`);
    const row = table.findLast(([from]) => atLeast(version, from));
    if (row === undefined) throw new Error(`CoreOS ${version} is older than what the simulation knows (717.0.0)`);
    return {
        version,
        rkt: row[1],
        systemd: row[2],
        wrapper: row[3] === "-" ? undefined : row[3],
        // open-iscsi came with 1024, and never to 1010.x
        iscsiadm: atLeast(version, "1024.0.0"),
        osRelease: osRelease(version),
    };
}

function atLeast(version: string, from: string): boolean {
    return version.localeCompare(from, "en", { numeric: true }) >= 0;
}

function osRelease(version: string): string {
    const later = atLeast(version, "1284.0.0");
    const name = later ? "Container Linux by CoreOS" : "CoreOS";
    const codename = codenames.findLast(([from]) => atLeast(version, from))?.[1];
    const lines = [
        later ? `NAME="${name}"` : `NAME=${name}`,
        "ID=coreos",
        `VERSION=${version}`,
        `VERSION_ID=${version}`,
        "BUILD_ID=2016-11-01-0937",
        `PRETTY_NAME="${name} ${version}${codename === undefined ? "" : ` (${codename})`}"`,
        'ANSI_COLOR="1;32"',
        'HOME_URL="https://coreos.com/"',
        'BUG_REPORT_URL="https://github.com/coreos/bugs/issues"',
    ];
    if (atLeast(version, "1353.0.0")) lines.push('COREOS_BOARD="amd64-usr"');
    return lines.join("\n") + "\n";
}

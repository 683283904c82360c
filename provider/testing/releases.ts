import { valueAt, type ByRelease } from "../coreos/by-release";
import { wrappersOf } from "../coreos/generations";
import { softwareOf } from "../coreos/software";
import { compareVersions } from "../versions";

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

const codenames: ByRelease<string> = [
    ["960.0.0", "Coeur Rouge"],
    ["1053.0.0", "MoreOS"],
    ["1284.0.0", "Ladybug"],
    ["1590.0.0", "Rhyolite"],
    ["2430.0.0", "Oklo"],
];

/** What this release ships; a release between two known ones is like the older. */
export function releaseFacts(version: string): Release {
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`not a CoreOS release: "${version}" (such as "1185.3.0")`);
    const { rkt, systemd, iscsiadm } = softwareOf({ osId: "coreos", osVersion: version });
    if (rkt === undefined || systemd === undefined) {
        throw new Error(`CoreOS ${version} is older than what the simulation knows (717.0.0)`);
    }
    // In the stand-ins a stage is one letter.
    const wrapper = valueAt(wrappersOf("coreos"), version)?.name.replace("F'", "P");
    return { version, rkt, systemd, wrapper, iscsiadm, osRelease: osRelease(version) };
}

function osRelease(version: string): string {
    const later = compareVersions(version, "1284.0.0") >= 0;
    const name = later ? "Container Linux by CoreOS" : "CoreOS";
    const codename = valueAt(codenames, version);
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
    if (compareVersions(version, "1353.0.0") >= 0) lines.push('COREOS_BOARD="amd64-usr"');
    return lines.join("\n") + "\n";
}

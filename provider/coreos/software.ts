import { compareVersions } from "../versions";
import { valueAt, type ByRelease, type OsVersion } from "./by-release";

/** What a release brings along, as far as it matters to a kubelet under rkt. */
export interface Software {
    /** Undefined: it has none, or is older than what is known. */
    readonly rkt: string | undefined;
    readonly systemd: number | undefined;
    /** Undefined: not known. */
    readonly openssh: string | undefined;
    /** Whether /usr/sbin/iscsiadm is there. */
    readonly iscsiadm: boolean;
}

/** First Flatcar release. Source: flatcar/flatcar-website data/releases/stable/1688.5.3.yml. */
export const FIRST_FLATCAR = "1688.5.3";

/** First Flatcar release without rkt. Source: flatcar/Flatcar issue 180; flatcar-website data/releases/alpha/2857.0.0.yml. */
export const FLATCAR_WITHOUT_RKT = "2857.0.0";

/** Source: the ebuilds that the tags of coreos/manifest pin, but for the rows that name another. */
const RKT: ByRelease<string | undefined> = [
    ["717.0.0", "0.5.5"],
    ["766.0.0", "0.7.0"],
    ["835.0.0", "0.9.0"],
    ["877.0.0", "0.11.0"],
    ["899.0.0", "0.13.0"],
    ["899.10.0", "1.0.0"],
    // Only the older branch got 1.0.0 later. Source: coreos/bugs 1053, coreos-overlay PR 1825.
    ["900.0.0", "0.13.0"],
    ["926.0.0", "0.15.0"],
    ["942.0.0", "0.16.0"],
    ["948.0.0", "1.0.0"],
    ["1010.0.0", "1.2.1"],
    // Seen on 1045.0.0; that of 1039.0.0 is 1.3.0 or newer. Source: coreos/bugs 1282.
    ["1039.0.0", "1.5.1"],
    ["1053.0.0", "1.6.0"],
    ["1068.0.0", "1.7.0"],
    ["1122.0.0", "1.11.0"],
    ["1122.2.0", "1.8.0"],
    // Only that branch went back to 1.8.0. Source: coreos-overlay PR 2161; poseidon/matchbox PR 330.
    ["1123.0.0", "1.11.0"],
    ["1153.0.0", "1.13.0"],
    ["1185.0.0", "1.14.0"],
    ["1207.0.0", "1.17.0"],
    ["1235.0.0", "1.18.0"],
    ["1298.0.0", "1.21.0"],
    ["1353.0.0", "1.25.0"],
    ["1423.0.0", "1.26.0"],
    ["1451.0.0", "1.27.0"],
    ["1520.0.0", "1.28.1"],
    ["1576.0.0", "1.29.0"],
    // Source: the release notes of 1758.0.0.
    ["1758.0.0", "1.30.0"],
];

/** Source: as above; 1151.0.0 is of rkt/rkt CHANGELOG 1.14.0, 2079.0.0 of its own release notes. */
const SYSTEMD: ByRelease<number> = [
    ["717.0.0", 220],
    ["766.0.0", 222],
    ["835.0.0", 225],
    ["997.0.0", 229],
    ["1000.0.0", 225],
    ["1047.0.0", 229],
    ["1151.0.0", 231],
    ["1353.0.0", 233],
    ["1520.0.0", 234],
    ["1632.0.0", 235],
    ["1688.0.0", 237],
    ["1745.0.0", 238],
    ["2079.0.0", 241],
];

/** Source: flatcar/flatcar-website data/releases, `image_packages` of these releases. */
const FLATCAR_SYSTEMD: ByRelease<number> = [
    ...SYSTEMD,
    ["2513.0.0", 243],
    ["2592.0.0", 245],
    ["2661.0.0", 246],
    ["2765.0.0", 247],
];

/** Source: as above. */
const OPENSSH: ByRelease<string | undefined> = [
    ["717.0.0", "6.7p1"],
    ["835.0.0", undefined],
    ["835.11.0", "6.9p1"],
    ["899.0.0", "7.1p1"],
    ["1010.6.0", "7.2p2"],
    ["1011.0.0", undefined],
    ["1047.0.0", "7.2p2"],
    ["1235.12.0", "7.3p1"],
    ["1298.5.0", "7.4p1"],
    ["1632.0.0", "7.6p1"],
    ["1967.0.0", "7.7p1"],
    ["2135.0.0", "7.9p1"],
];

/** Source: flatcar/flatcar-website data/releases/alpha/2466.0.0.yml. */
const FLATCAR_OPENSSH: ByRelease<string | undefined> = [
    ...OPENSSH,
    ["2387.0.0", undefined],
    ["2466.0.0", "8.1p1"],
    ["2492.0.0", undefined],
];

/** First release with open-iscsi; 1010.x never got it. Source: coreos/coreos-overlay 2f5893b5c (2016-04-15). */
export const FIRST_ISCSIADM = "1024.0.0";

/** What a release brings along. */
export function softwareOf({ osId, osVersion }: OsVersion): Software {
    const isFlatcar = osId === "flatcar";
    const hasRkt = !isFlatcar || compareVersions(osVersion, FLATCAR_WITHOUT_RKT) < 0;
    return {
        rkt: hasRkt ? valueAt(RKT, osVersion) : undefined,
        systemd: valueAt(isFlatcar ? FLATCAR_SYSTEMD : SYSTEMD, osVersion),
        openssh: valueAt(isFlatcar ? FLATCAR_OPENSSH : OPENSSH, osVersion),
        iscsiadm: compareVersions(osVersion, FIRST_ISCSIADM) >= 0,
    };
}

/** Every release of an OS with which something of its software changed, in no order. */
export function softwareChanges(osId: string): readonly string[] {
    const shared = [...RKT, ...SYSTEMD, ...OPENSSH].map(([from]) => from);
    const own = [...FLATCAR_SYSTEMD, ...FLATCAR_OPENSSH].map(([from]) => from);
    return [...shared, FIRST_ISCSIADM, ...(osId === "flatcar" ? [...own, FLATCAR_WITHOUT_RKT] : [])];
}

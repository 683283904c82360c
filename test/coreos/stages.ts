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

// Source: flatcar/flatcar-website data/releases: K by the notes that name coreos-overlay PR 366, Flatcar's own by PR 426; the
// earlier ones were built from CoreOS's commits.
const FLATCAR_STAGES: readonly (readonly [stage: string, releases: string])[] = [
    ["I", "1688.5.3 1722.2.0 1745.7.0"],
    ["J", "1758.0.0 2079.6.0 2317.0.1 2345.3.1 2466.0.0 2492.0.0"],
    ["K", "2512.1.0 2512.1.1 2512.2.0 2512.2.1 2513.0.0 2513.0.1"],
    ["Flatcar", "2512.3.0 2512.5.0 2513.1.0 2513.3.0 2592.0.0 2605.12.0 2765.2.6 2823.1.3"],
];

const rowsOf = (stages: typeof STAGES) =>
    stages.flatMap(([stage, releases]) => releases.split(" ").map((release) => ({ stage, release })));

export const RELEASES = rowsOf(STAGES);
export const FLATCAR_RELEASES = rowsOf(FLATCAR_STAGES);

// @ts-check
// The kubelet's flags by minor of Kubernetes 1.x.
import { KNOWN_FLAGS, NEWEST_MINOR, OLDEST_MINOR, standingOf } from "../../dist/kubelet/flag-table.js";
import { code, NONE, table } from "./table.mjs";

const MINORS = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, at) => OLDEST_MINOR + at);

const STANDINGS = { known: "yes", deprecated: "old", "in-file": "file", unknown: NONE };

export function flagTable() {
    return table(
        ["flag", ...MINORS.map((minor) => `1.${minor}`)],
        [...KNOWN_FLAGS]
            .sort()
            .map((flag) => [code(`--${flag}`), ...MINORS.map((minor) => STANDINGS[standingOf(flag, minor)])]),
    );
}

// The kubelet's flags by minor of Kubernetes 1.x.
import { flagHistories } from "../../dist/kubelet/flag-versions.js";
import { code, NONE, table } from "./table.mjs";

/** The minors that CoreOS published hyperkube images of. */
const MINORS = Array.from({ length: 10 }, (_, at) => at + 1);

export function flagTable() {
    return table(
        ["flag", ...MINORS.map((minor) => `1.${minor}`)],
        flagHistories().map((history) => [
            code(`--${history.flag}`),
            ...MINORS.map((minor) => stateOf(history, minor)),
        ]),
    );
}

function stateOf({ known }, minor) {
    return known.some(([from, before]) => minor >= from && minor < before) ? "yes" : NONE;
}

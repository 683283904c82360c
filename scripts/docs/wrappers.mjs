// @ts-check
// The forms of the kubelet-wrapper.
import { generationOf, wrappersOf } from "../../dist/coreos/generations.js";
import { code, NONE, table } from "./table.mjs";

const TRUST = {
    always: "every image",
    quay: "images of quay.io",
    "quay-and-docker": "images of quay.io; `docker:` ones unchecked, whatever RKT_OPTS say",
    "where-not-told": "what RKT_OPTS say; else the image, `docker:` ones unchecked",
};

const ours = generationOf({ osId: "coreos", osVersion: "899.17.0", wrapperSource: "uploaded" });
const shipped = wrappersOf("flatcar");
const generations = [ours, ...new Set(shipped.map(([, generation]) => generation))];
const names = generations.map(({ name }) => name);

/** What each form does, and since which releases it was shipped. */
export function wrapperTable() {
    return table(
        [
            "form",
            "from",
            "source",
            "RKT_OPTS stand",
            "patterns in RKT_OPTS",
            "trusts by itself",
            "runs by default",
            "rkt",
        ],
        generations.map((each) => [
            each.name,
            shipped.flatMap(([from, generation]) => (generation === each ? [from] : [])).join(", ") || NONE,
            each.source,
            `${each.optionsStand} its own`,
            each.globs ? "become file names" : "stay",
            TRUST[each.trusts],
            code(each.repository),
            each.endsWithRkt === undefined
                ? `${each.needsRkt} or newer`
                : `${each.needsRkt}, before ${each.endsWithRkt}`,
        ]),
    );
}

/** Which form reads which variable. */
export function variableTable() {
    const variables = [...new Set(generations.flatMap((each) => each.variables))];
    return table(
        ["variable", ...names],
        variables.map((variable) => [
            code(variable),
            ...generations.map((each) => (each.variables.includes(variable) ? "yes" : NONE)),
        ]),
    );
}

/** Which form mounts what. */
export function volumeTable() {
    const places = [...new Set(generations.flatMap((each) => each.volumes.map(placeOf)))].sort();
    const prefix = (each) => (each.volumes.every(({ name }) => name.startsWith("coreos-")) ? "`coreos-`" : NONE);
    return table(
        ["mounted", ...names],
        [
            ...places.map((place) => [place, ...generations.map((each) => modeOf(each.volumes, place))]),
            ["before the volumes' names", ...generations.map(prefix)],
        ],
    );
}

function placeOf({ source, target }) {
    return source === target ? source : `${source} on ${target}`;
}

function modeOf(volumes, place) {
    const volume = volumes.find((each) => placeOf(each) === place);
    if (volume === undefined) return NONE;
    return `${volume.readOnly ? "ro" : "rw"}${volume.recursive ? ", recursive" : ""}`;
}

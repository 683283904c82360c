import { compareVersions } from "../../versions";
import { each, type Finding, type Place } from "../findings";
import type { Case } from "../judge";
import { named, ownOption, switchedOn, type Line } from "../line";

const DATA = "/var/lib/rkt";
const STAGE1 = ["stage1-url", "stage1-path", "stage1-name", "stage1-hash", "stage1-from-dir"];

/** Images, stage1 and pods: where they come from, and what rkt keeps of them. Source: rkt/rkt rkt/run.go, runRun. */
export function storeRules({ line, place }: Case): readonly Finding[] {
    const fresh = switchedOn(line, "no-store");
    const updated = named(line, "pull-policy").filter(({ value }) => value === "update");
    const elsewhere = named(line, "dir").filter(({ value }) => value?.replace(/\/+$/, "") !== DATA);
    const [ours, ...others] = named(line, "uuid-file-save");
    return [
        ...each(
            "error",
            switchedOn(line, "store-only").length > 0 ? fresh : [],
            "store-contradiction",
            "--store-only forbids it",
            "leave one of them out",
        ),
        ...each(
            "warning",
            [...fresh, ...updated],
            "past-the-store",
            "each start asks the registry, although the image is in the store: a start without it fails, a rollback's too",
        ),
        ...each(
            "warning",
            elsewhere,
            "other-store",
            `images are fetched into ${DATA} before a start, and pods removed there: rkt finds neither`,
        ),
        ...each(
            "error",
            named(line, "pod-manifest"),
            "pod-manifest",
            "rkt takes no image beside it, and the wrapper gives one",
        ),
        // Ours comes first, and only the last counts.
        ...each(
            "warning",
            others.filter(({ value }) => value !== ours?.value),
            "uuid-file-replaced",
            "it replaces our own, by which the pod before is removed at each start",
        ),
        ...stage1Rules(line, place),
        ...each("warning", named(line, "hostname", "ipc"), "no-effect", "fly passes over it"),
    ];
}

/** Every wrapper gives a stage1 of its own, behind RKT_OPTS. Source: rkt/rkt rkt/stage1hash.go, stage1ImageLocationFlag.Set. */
function stage1Rules(line: Line, { rktVersion, wrapperGeneration }: Place): readonly Finding[] {
    const isGiven = STAGE1.some((name) => ownOption(wrapperGeneration.options, name) !== undefined);
    const isRefused = isGiven && compareVersions(rktVersion, "1.0.0") >= 0;
    const hasVariable = wrapperGeneration.variables.includes("RKT_STAGE1_ARG");
    return [
        ...each(
            "error",
            isRefused ? named(line, ...STAGE1) : [],
            "stage1-twice",
            "the wrapper gives a stage1 of its own, and rkt takes no two",
            hasVariable ? "write it into unit.environment.RKT_STAGE1_ARG" : "leave it out",
        ),
        ...each(
            "warning",
            named(line, "stage1-image"),
            "no-effect",
            "the wrapper gives a stage1 of its own behind it, which counts",
        ),
    ];
}

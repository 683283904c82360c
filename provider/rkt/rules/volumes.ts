import { compareVersions } from "../../versions";
import { finding, type Finding } from "../findings";
import type { Case } from "../judge";
import { HEEDS_RECURSIVE, mountsRecursively, TAKES_RECURSIVE } from "../versions";

/** What rkt refuses in a --volume or --mount by itself, or takes otherwise than it seems. */
export function volumeRules({ line: { volumes, mounts }, place: { rktVersion } }: Case): readonly Finding[] {
    const ofValues = [...volumes, ...mounts].flatMap(({ by, errors, warnings }) => [
        ...errors.map((fault) => finding("error", by, fault)),
        ...warnings.map((fault) => finding("warning", by, fault)),
    ]);
    if (mountsRecursively(rktVersion)) return ofValues;
    const isTaken = compareVersions(rktVersion, TAKES_RECURSIVE) >= 0;
    const concerned = volumes.filter(({ is, by }) => (isTaken ? is.recursive : /,recursive=/.test(by.value ?? "")));
    const problem = isTaken
        ? `rkt ${rktVersion} takes recursive, and shows nothing that is mounted below the source`
        : `rkt ${rktVersion} does not know recursive; it came with ${TAKES_RECURSIVE}`;
    const remedy = `leave it out, or update the OS to one with rkt ${HEEDS_RECURSIVE}`;
    const fault = { rule: "volume-recursive", field: "recursive", problem, remedy } as const;
    return [...ofValues, ...concerned.map(({ by }) => finding(isTaken ? "warning" : "error", by, fault))];
}

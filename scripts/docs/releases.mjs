// @ts-check
// What works on which release: each row is asked of the very functions that judge a host.
import { generationOf, wrappersOf } from "../../dist/coreos/generations.js";
import { osProblem } from "../../dist/coreos/releases.js";
import { rktMisfit, rktMissing } from "../../dist/coreos/rkt-misfit.js";
import { softwareChanges, softwareOf } from "../../dist/coreos/software.js";
import { canStop, mountsRecursively } from "../../dist/rkt/versions.js";
import { compareVersions } from "../../dist/versions.js";
import { NONE, table, yesOrNo } from "./table.mjs";

const SHIPPED = ["rkt", "systemd", "OpenSSH", "kubelet-wrapper"];
const OPTIONS = ["`hostDns`", "`containerLogs`", "`iscsi`", "recursive volumes", "`rkt stop`", "image by default"];

/** The table of an OS from its first release on. */
export function releaseTable(osId, first) {
    const changes = [...softwareChanges(osId), ...wrappersOf(osId).map(([from]) => from)];
    const later = changes.filter((release) => compareVersions(release, first) > 0);
    const rows = [];
    for (const from of [first, ...[...new Set(later)].sort(compareVersions)]) {
        const cells = cellsOf({ osId, osVersion: from });
        if (String(rows.at(-1)?.cells) !== String(cells)) rows.push({ from, cells });
    }
    return table(
        ["from", "before", ...SHIPPED, ...OPTIONS],
        rows.map(({ from, cells }, at) => [from, rows[at + 1]?.from ?? NONE, ...cells]),
    );
}

function cellsOf(release) {
    const { rkt, systemd, openssh, iscsiadm } = softwareOf(release);
    const isShipped = wrappersOf(release.osId).some(([from]) => compareVersions(release.osVersion, from) >= 0);
    const facts = { ...release, wrapperSource: isShipped ? "host" : "uploaded" };
    const reason = refusal(facts, rkt);
    const software = [rkt ?? NONE, systemd, openssh ?? "?"];
    if (reason !== undefined) return [...software, `**refused**: ${reason}`, ...OPTIONS.map(() => NONE)];
    const generation = generationOf(facts);
    return [
        ...software,
        isShipped ? `shipped, ${generation.name}` : "uploaded",
        "yes",
        generation.volumes.some(({ target }) => target === "/var/log") ? "the wrapper's volume" : "our volume",
        yesOrNo(iscsiadm),
        yesOrNo(mountsRecursively(rkt)),
        yesOrNo(canStop(rkt)),
        generation.repository.startsWith("docker://") ? "docker" : "ACI",
    ];
}

/** Why such a host is refused. */
function refusal(facts, rkt) {
    const problem = osProblem({ id: facts.osId, versionId: facts.osVersion, prettyName: "" });
    if (problem !== undefined) return problem;
    const misfit = rkt === undefined ? rktMissing(facts) : rktMisfit(rkt, facts);
    return misfit?.happened.replace(/^[^:]*: /, "");
}

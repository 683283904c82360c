import { compareVersions } from "../versions";
import type { OsRelease } from "./os-release";
import { FLATCAR_WITHOUT_RKT } from "./software";

/** Flatcar Edge releases whose kubelet-wrapper runs docker. Source: flatcar/flatcar-website data/releases/edge; coreos-overlay PR 103, 148. */
export const FLATCAR_ON_DOCKER: readonly string[] = ["2303.99.1", "2345.99.0"];

/** Why an OS cannot run the kubelet under rkt; undefined: it can, as far as its name tells. */
export function osProblem({ id, versionId, prettyName }: OsRelease): string | undefined {
    if (id !== "coreos" && id !== "flatcar") return `it is not CoreOS but ${prettyName || id || "an unknown OS"}`;
    if (!/^\d+\.\d+\.\d+$/.test(versionId)) return `its VERSION_ID "${versionId}" is no CoreOS release`;
    if (id === "flatcar" && compareVersions(versionId, FLATCAR_WITHOUT_RKT) >= 0) {
        return `Flatcar ${versionId} has no rkt any more (removed in ${FLATCAR_WITHOUT_RKT})`;
    }
    if (id === "flatcar" && FLATCAR_ON_DOCKER.includes(versionId)) {
        return `the kubelet-wrapper of Flatcar ${versionId} runs docker, not rkt`;
    }
    return undefined;
}

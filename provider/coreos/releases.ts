import { compareVersions, type OsRelease } from "./os-release";

/** First Flatcar release without rkt. Source: flatcar/Flatcar issue 180. */
const FLATCAR_WITHOUT_RKT = "2857.0.0";

/** First release whose wrapper takes the docker image where KUBELET_ACI is not set. Source: coreos/coreos-overlay aa2191243. */
const FIRST_DOCKER_IMAGE = "2512.0.0";

/** Whether the wrapper of that release runs a docker image where it is told no repository. */
export function defaultsToDocker(version: string): boolean {
    return compareVersions(version, FIRST_DOCKER_IMAGE) >= 0;
}

/** Why an OS cannot run the kubelet under rkt; undefined: it can, as far as its name tells. */
export function osProblem({ id, versionId, prettyName }: OsRelease): string | undefined {
    if (id !== "coreos" && id !== "flatcar") return `it is not CoreOS but ${prettyName || id || "an unknown OS"}`;
    if (!/^\d+\.\d+\.\d+$/.test(versionId)) return `its VERSION_ID "${versionId}" is no CoreOS release`;
    if (id === "flatcar" && compareVersions(versionId, FLATCAR_WITHOUT_RKT) >= 0) {
        return `Flatcar ${versionId} has no rkt any more (removed in ${FLATCAR_WITHOUT_RKT})`;
    }
    return undefined;
}

import { compareVersions, type OsRelease } from "./os-release";

/** First Flatcar release without rkt. Source: flatcar/Flatcar issue 180. */
const FLATCAR_WITHOUT_RKT = "2857.0.0";

/**
 * Releases whose wrapper mounts the host's /var/log itself, as half-open ranges; a second volume of that name or target
 * may keep the kubelet from starting. Source: coreos/coreos-overlay 1118a4cea, a10998b79, 70fea222f, e550d2ea5.
 */
const VAR_LOG: readonly (readonly [from: string, before: string])[] = [
    ["1353.0.0", "1353.6.0"],
    ["1367.0.0", "1409.4.0"],
    ["1423.0.0", "100000.0.0"],
];

/** First release whose wrapper takes the docker image where KUBELET_ACI is not set. Source: coreos/coreos-overlay aa2191243. */
const FIRST_DOCKER_IMAGE = "2512.0.0";

/** Whether the wrapper of that release mounts the host's /var/log by itself. */
export function mountsVarLog(version: string): boolean {
    return VAR_LOG.some(
        ([from, before]) => compareVersions(version, from) >= 0 && compareVersions(version, before) < 0,
    );
}

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

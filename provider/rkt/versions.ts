import { compareVersions } from "../versions";

/** First rkt with the fly stage1 as CoreOS builds it. Source: rkt/rkt CHANGELOG 0.14.0; coreos-overlay release 926. */
export const FIRST_FLY = "0.15.0";

/** First rkt that wants a signature of a stage1 outside its own folder. Source: rkt/rkt CHANGELOG 1.3.0, #2336; coreos/bugs 1282. */
export const CHECKS_STAGE1 = "1.3.0";

/** First rkt that takes `recursive=` of a volume. Source: rkt/rkt CHANGELOG 1.13.0 (appc/spec 0.8.6); run on 1.8.0 and 1.14.0. */
export const TAKES_RECURSIVE = "1.13.0";

/** First rkt that heeds it. Source: rkt/rkt CHANGELOG 1.15.0, #2880. */
export const HEEDS_RECURSIVE = "1.15.0";

/** First rkt with --hosts-entry. Source: rkt/rkt CHANGELOG 1.15.0; run on 1.14.0 and 1.20.0. */
export const TAKES_HOSTS_ENTRY = "1.15.0";

/** The version in the first line of `rkt version`: `rkt version 0.15.0` up to 0.15, `rkt Version: 1.0.0` after. Source: rkt/rkt rkt/version.go. */
export function rktVersionIn(line: string): string | undefined {
    return /^rkt version:? *(\d+\.\d+\.\d+)/i.exec(line)?.[1];
}

/**
 * The argument that picks the fly stage1; undefined: that rkt has none. One form serves every rkt from 1.0.0 on.
 * Source: rkt/rkt cab1f688 (1.0.0 replaced --stage1-image); measured on 1.0.0 to 1.30.0.
 */
export function stage1Argument(rktVersion: string): string | undefined {
    if (compareVersions(rktVersion, "1.0.0") >= 0) return "--stage1-from-dir=stage1-fly.aci";
    if (compareVersions(rktVersion, FIRST_FLY) >= 0) return "--stage1-image=/usr/share/rkt/stage1-fly.aci";
    return undefined;
}

/** What is said of an rkt that cannot run a kubelet, after `rkt X`; undefined: it can. */
export function rktProblem(rktVersion: string): string | undefined {
    if (stage1Argument(rktVersion) !== undefined) return undefined;
    return `has no fly stage1, which the kubelet needs (first in ${FIRST_FLY})`;
}

/** Whether `rkt stop --uuid-file` exists. Source: rkt/rkt CHANGELOG 1.11.0. */
export function canStop(rktVersion: string): boolean {
    return compareVersions(rktVersion, "1.11.0") >= 0;
}

/** Whether `recursive=true` of a volume brings what is mounted below it; 1.13 and 1.14 take the word and do not. */
export function mountsRecursively(rktVersion: string): boolean {
    return compareVersions(rktVersion, HEEDS_RECURSIVE) >= 0;
}

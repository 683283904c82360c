import { osProblem } from "../coreos/releases";
import { rktMisfit, rktMissing, type Misfit } from "../coreos/rkt-misfit";
import { HostError, type ErrorKind } from "../errors";
import { rktVersionIn } from "../rkt/versions";
import type { Observed } from "./observed";

/** What a host is, as far as the rendering of its unit depends on it. */
export interface Facts {
    /** VERSION_ID of os-release, such as `1185.3.0`. */
    readonly osVersion: string;
    /** ID of os-release: `coreos` or `flatcar`. */
    readonly osId: string;
    /** Such as `1.14.0`. */
    readonly rktVersion: string;
    /** `host`: the OS ships /usr/lib/coreos/kubelet-wrapper; `uploaded`: ours at /opt/bin/kubelet-wrapper. */
    readonly wrapperSource: "host" | "uploaded";
}

/**
 * The facts of an observed host.
 *
 * @throws HostError `not-coreos` or `rkt-unusable` where the kubelet-wrapper cannot work.
 */
export function factsOf(observed: Observed, host: string): Facts {
    const { os, rkt, hostWrapper } = observed;
    const osReason = osProblem(os);
    if (osReason !== undefined) throw untouched(host, "not-coreos", osReason, "Point the resource at a CoreOS host");
    const release = {
        osId: os.id,
        osVersion: os.versionId,
        // What is there counts: 962.0.0 was the first with a wrapper, for processors other than amd64 a release of 2017.
        wrapperSource: hostWrapper === "absent" ? "uploaded" : "host",
    } as const;
    const rktVersion = rktVersionIn(rkt);
    if (rktVersion === undefined) throw unusable(host, rktMissing(release));
    const misfit = rktMisfit(rktVersion, release);
    if (misfit !== undefined) throw unusable(host, misfit);
    return { ...release, rktVersion };
}

function unusable(host: string, { happened, next }: Misfit): HostError {
    return untouched(host, "rkt-unusable", happened, next);
}

/** An error from before anything on the host was touched. */
export function untouched(host: string, kind: ErrorKind, happened: string, next: string): HostError {
    return new HostError({ kind, host, step: "plan", happened, hostState: "Nothing on the host was changed", next });
}

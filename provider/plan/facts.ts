import { osProblem } from "../coreos/releases";
import { HostError, type ErrorKind } from "../errors";
import { rktProblem, rktVersionIn } from "../rkt/versions";
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
    const rktVersion = rktVersionIn(rkt);
    const rktReason = rktVersion === undefined ? "rkt was not found on the host" : rktProblem(rktVersion);
    if (rktVersion === undefined || rktReason !== undefined) {
        const release = `CoreOS ${os.versionId}: ${rktReason ?? ""}`;
        throw untouched(host, "rkt-unusable", release, "Update the OS to 899.10.0 or newer");
    }
    return {
        osId: os.id,
        osVersion: os.versionId,
        rktVersion,
        // What is there counts: 962.0.0 was the first with a wrapper, for processors other than amd64 a release of 2017.
        wrapperSource: hostWrapper === "absent" ? "uploaded" : "host",
    };
}

/** An error from before anything on the host was touched. */
export function untouched(host: string, kind: ErrorKind, happened: string, next: string): HostError {
    return new HostError({ kind, host, step: "plan", happened, hostState: "Nothing on the host was changed", next });
}

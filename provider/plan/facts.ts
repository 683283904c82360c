import type { WrapperFacts } from "../coreos/generations";
import { osProblem } from "../coreos/releases";
import { rktMisfit, rktMissing, type Misfit } from "../coreos/rkt-misfit";
import { HostError, type ErrorKind } from "../errors";
import type { Facts } from "../kubelet/unit";
import { rktVersionIn } from "../rkt/versions";
import type { Observed } from "./observed";

export type { Facts };

/** A host that ships the wrapper: what a preview, which sees no host, renders the unit for. */
export const SHIPPING: Facts = { osId: "coreos", osVersion: "1185.3.0", rktVersion: "1.14.0", wrapperSource: "host" };

/**
 * The facts of an observed host.
 *
 * @throws HostError `not-coreos` or `rkt-unusable` where the kubelet-wrapper cannot work.
 */
export function factsOf(observed: Observed, host: string): Facts {
    const { os, rkt } = observed;
    const osReason = osProblem(os);
    if (osReason !== undefined) throw untouched(host, "not-coreos", osReason, "Point the resource at a CoreOS host");
    const release = releaseOf(observed);
    const rktVersion = rktVersionIn(rkt);
    if (rktVersion === undefined) throw unusable(host, rktMissing(release));
    const misfit = rktMisfit(rktVersion, release);
    if (misfit !== undefined) throw unusable(host, misfit);
    return { ...release, rktVersion };
}

/** What a host's wrapper depends on, whether or not a kubelet can run there. */
export function releaseOf({ os, hostWrapper }: Observed): WrapperFacts {
    return {
        osId: os.id,
        osVersion: os.versionId,
        // What is there counts: 962.0.0 was the first with a wrapper, for processors other than amd64 a release of 2017.
        wrapperSource: hostWrapper === "absent" ? "uploaded" : "host",
    };
}

function unusable(host: string, { happened, next }: Misfit): HostError {
    return untouched(host, "rkt-unusable", happened, next);
}

/** An error from before anything on the host was touched. */
export function untouched(host: string, kind: ErrorKind, happened: string, next: string): HostError {
    return new HostError({ kind, host, step: "plan", happened, hostState: "Nothing on the host was changed", next });
}

import { rktProblem } from "../rkt/versions";
import { compareVersions } from "../versions";
import { generationOf, type WrapperFacts } from "./generations";
import { softwareOf } from "./software";

/** Why a kubelet cannot run under the rkt of a host: what was found, and what to do. No full stops. */
export interface Misfit {
    readonly happened: string;
    readonly next: string;
}

/** The first releases whose rkt has a fly stage1; a test holds them against the tables. */
const UPDATE = "Update the OS to 899.10.0 or newer, an alpha to 926.0.0 or newer";

/** The first release after those whose kubelet-wrapper does not fit their own rkt. Source: coreos/bugs 1282. */
const UPDATE_WRAPPER = "Update the OS to 1047.0.0 or newer";

/** Why the rkt that was found on a host does not fit its release; undefined: it does. */
export function rktMisfit(found: string, facts: WrapperFacts): Misfit | undefined {
    const fault = faultOf(found, facts);
    if (fault === undefined) return undefined;
    const shipped = shippedFit(facts);
    if (shipped !== undefined) {
        return {
            happened: `${nameOf(facts)}: the rkt found there is ${found}, not the release's ${shipped}, and ${fault}`,
            next: "Take that rkt away, so that the release's own is found (`command -v rkt` tells where it is)",
        };
    }
    return {
        happened: `${nameOf(facts)}: its rkt ${found} ${fault}`,
        next: rktProblem(found) === undefined ? UPDATE_WRAPPER : UPDATE,
    };
}

/** What a host without rkt is told. */
export function rktMissing(facts: WrapperFacts): Misfit {
    const missing = `${nameOf(facts)}: rkt was not found on the host`;
    const shipped = shippedFit(facts);
    if (shipped === undefined) return { happened: missing, next: UPDATE };
    return { happened: `${missing}, but the release has ${shipped}`, next: "See there why `rkt version` fails" };
}

function nameOf({ osId, osVersion }: WrapperFacts): string {
    return `${osId === "flatcar" ? "Flatcar" : "CoreOS"} ${osVersion}`;
}

/** The release's own rkt, if a kubelet can run under it. */
function shippedFit(facts: WrapperFacts): string | undefined {
    const { rkt } = softwareOf(facts);
    return rkt !== undefined && faultOf(rkt, facts) === undefined ? rkt : undefined;
}

/** What is said of an rkt that cannot run the wrapper of a host, after `rkt X`. */
function faultOf(rktVersion: string, facts: WrapperFacts): string | undefined {
    const problem = rktProblem(rktVersion);
    if (problem !== undefined) return problem;
    const { needsRkt, endsWithRkt } = generationOf(facts);
    if (compareVersions(rktVersion, needsRkt) < 0) {
        return `does not take the options of the release's kubelet-wrapper, which needs ${needsRkt} or newer`;
    }
    if (endsWithRkt !== undefined && compareVersions(rktVersion, endsWithRkt) >= 0) {
        return `wants a signature, as rkt does since ${endsWithRkt}, of the stage1 that the release's kubelet-wrapper names, and there is none`;
    }
    return undefined;
}

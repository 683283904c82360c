import { generationOf } from "../coreos/generations";
import { imageOf } from "../kubelet/image";
import { judgeAnywhere } from "../rkt/anywhere";
import { problemOf, reasonOf, type Finding } from "../rkt/findings";
import { judge } from "../rkt/judge";
import type { Spec } from "../spec/spec";
import { factsOf, SHIPPING, untouched, type Facts } from "./facts";
import type { Observed } from "./observed";

/** What every host makes of the options: what a preview, which sees none, can tell. Pure. */
export function optionsAnywhere({ rkt, version, image }: Spec): readonly Finding[] {
    return judgeAnywhere({ rkt, insecure: imageOf(version, image, SHIPPING).insecure });
}

/**
 * Refuses options with which the kubelet would not start on that host.
 *
 * @throws HostError `source-missing` where paths that the host lacks are all that is wrong, else `options-refused`.
 */
export function judgeOptions(spec: Spec, observed: Observed): void {
    const facts = factsOf(observed, spec.connection.host);
    const errors = foundOn(spec, observed, facts).filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (first === undefined) return;
    const kind = errors.every(({ rule }) => rule === "source-missing") ? "source-missing" : "options-refused";
    const what = errors.map((each) => `${each.path}: ${problemOf(each)}`).join("; ");
    const next = `${first.remedy.slice(0, 1).toUpperCase()}${first.remedy.slice(1)}`;
    throw untouched(spec.connection.host, kind, what, next);
}

/** What that host makes of the options otherwise than they seem; what every host makes of them, check has told. Pure. */
export function optionWarnings(spec: Spec, observed: Observed, facts: Facts): readonly string[] {
    const warnings = foundOn(spec, observed, facts).filter(({ severity }) => severity === "warning");
    // The usual case, which is spared the judgement of every place.
    if (warnings.length === 0) return [];
    const told = optionsAnywhere(spec);
    const isTold = ({ rule, path, token }: Finding): boolean =>
        told.some((each) => each.rule === rule && each.path === path && each.token === token);
    return warnings.filter((each) => !isTold(each)).map(warningOf);
}

/** A finding as a sentence that stands alone. */
export function warningOf(finding: Finding): string {
    return `${finding.path}: ${reasonOf(finding)}`;
}

function foundOn({ rkt, version, image }: Spec, { sources }: Observed, facts: Facts): readonly Finding[] {
    const { rktVersion, osVersion } = facts;
    const { insecure } = imageOf(version, image, facts);
    return judge(
        { rkt, insecure },
        { rktVersion, wrapperGeneration: generationOf(facts), hostFacts: { osVersion, sources } },
    );
}

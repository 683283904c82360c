import { imageWarnings } from "../kubelet/image-verdict";
import type { Spec } from "../spec/spec";
import { dropInWarnings } from "./drop-ins";
import { factsOf, type Facts } from "./facts";
import { optionWarnings } from "./options";
import type { Observed } from "./observed";

type Warner = (spec: Spec, observed: Observed, facts: Facts) => readonly string[];

/** Every rule that warns of what only a host can show. */
const WARNERS: readonly Warner[] = [
    optionWarnings,
    (spec, { pod }, facts) => imageWarnings(spec, facts, pod),
    dropInWarnings,
    cloudinitWarnings,
];

/**
 * What an operator should know of a host before its kubelet is touched, one sentence each; never a value. Pure.
 *
 * @throws HostError as {@link factsOf} does.
 */
export function warningsOn(spec: Spec, observed: Observed): readonly string[] {
    const facts = factsOf(observed, spec.connection.host);
    return WARNERS.flatMap((warner) => warner(spec, observed, facts));
}

/** Source: coreos/coreos-cloudinit Documentation/cloud-config.md: units of the user data are written at every boot. */
function cloudinitWarnings(_: Spec, { cloudinit }: Observed): readonly string[] {
    return cloudinit.map(
        (path) =>
            `${path} has a kubelet.service of its own: at every boot coreos-cloudinit writes it over this one, and that kubelet may run until the next \`pulumi up --refresh\`. Take it out of the user data`,
    );
}

import { generationOf } from "../coreos/generations";
import { isOurWrapper, wrapperMeaning, wrapperText } from "../coreos/wrapper";
import { renderUnit, wrapperPath } from "../kubelet/unit";
import type { Spec } from "../spec/spec";
import type { State } from "../spec/state";
import { compareMeaning } from "../systemd/meaning";
import { execOf, parseUnit, valuesOf } from "../systemd/unit-file";
import type { Facts } from "./facts";
import type { Observed } from "./observed";

export interface Note {
    readonly severity: "info" | "warn";
    readonly text: string;
}

/** What else changed with the OS since the state was written, and needs nothing of us. */
export function osNotes(state: State, observed: Observed, facts: Facts): readonly Note[] {
    // A host that was left changed by its first create was never seen whole.
    if (state.osVersion === "") return [];
    const [before, after] = [generationOf(state).name, generationOf(facts).name];
    const changes = [
        changed("the OS", state.osVersion, facts.osVersion),
        changed("rkt", state.rktVersion, facts.rktVersion),
        changed("the kubelet-wrapper's generation", before, after),
    ].flat();
    if (changes.length > 0) return [{ severity: "info", text: `${changes.join("; ")}. The state has learned it` }];
    const isOdd = state.wrapperHash !== undefined && state.wrapperHash !== wrapperHashOf(observed, facts);
    if (!isOdd || facts.wrapperSource === "uploaded") return [];
    const text = `${wrapperPath(facts)} is another file than before, though the OS is the same: the kubelet's next start runs it`;
    return [{ severity: "warn", text }];
}

function changed(what: string, before: string, after: string): readonly string[] {
    return before === after ? [] : [`${what} is ${after} by now, was ${before}`];
}

/** Beginning of the sha256 of the wrapper that a host's kubelet starts by. */
export function wrapperHashOf({ hostWrapper, wrapper }: Observed, { wrapperSource }: Facts): string {
    return (wrapperSource === "host" ? hostWrapper : wrapper.hash).slice(0, 12);
}

/** What the next `up` has to do because the OS is another one: each by name, and the same name until it is done. */
export function osDrift(state: State, spec: Spec, { unit }: Observed, facts: Facts): readonly string[] {
    const wanted = renderUnit(spec, facts);
    const name = `os: release ${facts.osVersion} with rkt ${facts.rktVersion} needs another kubelet.service`;
    const isOther = unit.hash !== "absent" && compareMeaning(unit.text, wanted) !== "same";
    const isNew =
        namesOtherWrapper(unit.text, facts) ||
        (state.osVersion !== "" && compareMeaning(renderUnit(spec, state), wanted) !== "same");
    return isOther && (isNew || state.drift.includes(name)) ? [name] : [];
}

/** An update across 962.0.0, or back: the unit still names the wrapper of before. */
function namesOtherWrapper(unitText: string, facts: Facts): boolean {
    const [program] = valuesOf(parseUnit(unitText), "Service", "ExecStart").map((value) => execOf(value).words[0]);
    return program === wrapperPath({ wrapperSource: facts.wrapperSource === "host" ? "uploaded" : "host" });
}

/** What is wrong with the wrapper: with ours where the OS ships none, with its mere presence where it does. */
export function wrapperDrift(state: State, { wrapper }: Observed, { wrapperSource, rktVersion }: Facts): string[] {
    if (wrapperSource === "host") {
        return isOurWrapper(wrapper.text) ? ["wrapper: ours is left over, the OS ships one by now"] : [];
    }
    if (wrapper.hash === "absent") return ["wrapper: it is gone"];
    const meaning = wrapperMeaning(wrapper.text);
    if (meaning === wrapperMeaning(wrapperText(rktVersion))) return [];
    const former = `wrapper: rkt ${rktVersion} needs another`;
    const isFormer = meaning === wrapperMeaning(wrapperText(state.rktVersion)) || state.drift.includes(former);
    return [isFormer ? former : "wrapper: changed by hand"];
}

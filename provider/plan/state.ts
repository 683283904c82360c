import { wrapperPath } from "../kubelet/unit";
import type { Spec } from "../spec/spec";
import { SCHEMA_VERSION, toldBy, type LastChange, type Outputs, type State } from "../spec/state";
import { compareMeaning } from "../systemd/meaning";
import { environmentOf, parseUnit, valuesOf } from "../systemd/unit-file";
import { isImageOverridden, digestsOf, dropInDrift } from "./drop-ins";
import { factsOf, type Facts } from "./facts";
import { isRunning, isSameMachine, triggersDigest, wantedLinks } from "./make";
import { isHash, type Observed } from "./observed";
import { osDrift, wrapperDrift, wrapperHashOf } from "./os";

export type Durations = Omit<LastChange, "action">;

/** The host after an apply, and what the operation said of itself. */
export interface Applied {
    readonly observed: Observed;
    /** Of the operation; undefined: none was needed. */
    readonly durations: Durations | undefined;
    readonly hostKey: string;
}

/** The outputs to store after an apply. */
export function stateAfter(spec: Spec, applied: Applied, instance: string, before: State | undefined): Outputs {
    const { observed, durations, hostKey } = applied;
    return {
        ...seenOn(spec, observed),
        schemaVersion: SCHEMA_VERSION,
        hostKey,
        instance,
        adopted: observed.record?.adopted ?? false,
        dropIns: digestsOf(observed),
        // It may have ended since its health was proved.
        drift: isRunning(observed) ? [] : [stopped(observed)],
        lastChange: changeOf(durations, before, observed.record?.adopted ?? false),
        ...(spec.owner === undefined ? {} : { owner: spec.owner }),
    };
}

const NOTHING: LastChange = { action: "none", fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 };

/** What is known of a host that could not be put back: enough for the next `up` to find it and repair it. */
export function leftChanged(
    instance: string,
    before: State | undefined,
    hostKey: string,
): Readonly<Record<string, unknown>> {
    const never = { unitText: "", wrapperPath: "", wrapperSource: "host", osId: "", osVersion: "", rktVersion: "" };
    return {
        ...{ schemaVersion: SCHEMA_VERSION, ...never, machineId: "", adopted: false, lastChange: NOTHING },
        ...(before === undefined ? {} : toldBy(before)),
        ...{ hostKey, instance, runningVersion: "unknown", drift: ["the last operation left the host changed"] },
    };
}

/** Why what a state speaks of is not there any more; undefined: it is. */
export function whyGone(state: State, observed: Observed): string | undefined {
    if (!isSameMachine(state, observed)) return "another machine answers at this address";
    const isBare = observed.record?.instance === undefined && observed.unit.hash === "absent";
    return isBare ? "nothing of this resource is left on the host" : undefined;
}

/** The state that a refresh finds; undefined: the machine is another one, or nothing of ours is left on it. */
export function observedState(state: State, spec: Spec, observed: Observed, hostKey: string): State | undefined {
    if (whyGone(state, observed) !== undefined) return undefined;
    return {
        ...state,
        ...seenOn(spec, observed),
        hostKey,
        version: versionIn(observed.unit.text) ?? state.version,
        // Only an apply takes note of them.
        dropIns: state.dropIns ?? digestsOf(observed),
        drift: driftOf(state, spec, observed),
    };
}

function seenOn(
    spec: Spec,
    observed: Observed,
): Pick<Outputs, keyof Facts | "unitText" | "wrapperPath" | "wrapperHash" | "machineId" | "runningVersion"> {
    const facts = factsOf(observed, spec.connection.host);
    return {
        ...facts,
        unitText: observed.unit.text,
        wrapperPath: wrapperPath(facts),
        wrapperHash: wrapperHashOf(observed, facts),
        machineId: observed.machineId,
        runningVersion: observed.pod?.tag ?? "unknown",
    };
}

function changeOf(durations: Durations | undefined, before: State | undefined, isAdopted: boolean): LastChange {
    return durations === undefined ? NOTHING : { action: actionOf(before, isAdopted), ...durations };
}

function actionOf(before: State | undefined, isAdopted: boolean): LastChange["action"] {
    if (before === undefined) return isAdopted ? "adopted" : "created";
    return before.drift.length > 0 ? "repaired" : "updated";
}

/** KUBELET_VERSION as the unit says it. */
function versionIn(unitText: string): string | undefined {
    return environmentOf(valuesOf(parseUnit(unitText), "Service", "Environment")).get("KUBELET_VERSION");
}

/** What differs on the host from what the last operation left there, each by name and never with a value. */
function driftOf(state: State, spec: Spec, observed: Observed): readonly string[] {
    const { record, pod } = observed;
    const facts = factsOf(observed, spec.connection.host);
    const found = [
        ...unitDrift(state, observed),
        ...osDrift(state, spec, observed, facts),
        ...wrapperDrift(state, observed, facts),
        ...dropInDrift(state.dropIns, spec, observed, facts),
    ];
    const wanted = wantedLinks(spec);
    found.push(
        ...wanted.filter((link) => !observed.links.includes(link)).map((link) => `enablement: ${link} is missing`),
        ...observed.links.filter((link) => !wanted.includes(link)).map((link) => `enablement: ${link} is not ours`),
    );
    if (!isRunning(observed)) found.push(stopped(observed));
    const version = versionIn(observed.unit.text);
    const isOther = pod !== undefined && version !== undefined && pod.tag !== version;
    if (isOther && !isImageOverridden(spec, observed, facts)) {
        found.push(`image: the pod runs ${pod.tag}`);
    }
    if (record?.instance === undefined) found.push(RECORD_GONE);
    else if (record.instance !== state.instance) found.push(takenBy(record.owner));
    else if (record.triggers !== triggersDigest(spec, observed))
        found.push("triggers: the last restart was for others");
    return found;
}

const RECORD_GONE =
    'record: it is gone, and with it what stood there before the first create: destroy will leave the kubelet unless onDelete is "remove"';

/** A create that Pulumi never heard the end of, or another resource that adopted it. */
function takenBy(owner: string | undefined): string {
    return `record: the kubelet is of another create by now, of ${owner ?? "a resource that gave no owner"}`;
}

function stopped({ service }: Observed): string {
    return `kubelet: ${service.active} (${service.sub})`;
}

const BY_HAND = "unit: changed by hand";

function unitDrift(state: State, { unit, record }: Observed): readonly string[] {
    if (unit.hash === "absent") return ["unit: it is gone"];
    if (!isHash(unit.hash))
        return [`unit: ${unit.hash === "other" ? "no regular file" : `a ${unit.hash}`} stands in its place`];
    // What our own operation wrote is no drift, even where the state never heard of it: refresh just learns it.
    if (unit.hash === record?.unit) return [];
    // The text that a refresh found changed is in the state by now: to be equal to that is no proof.
    const isKnown = !state.drift.includes(BY_HAND) && compareMeaning(unit.text, state.unitText) === "same";
    return isKnown ? [] : [BY_HAND];
}

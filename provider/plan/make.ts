import { createHash, createHmac } from "node:crypto";
import { isOurWrapper, wrapperMeaning, wrapperText } from "../coreos/wrapper";
import { imageOf } from "../kubelet/image";
import { renderUnit } from "../kubelet/unit";
import { specOf } from "../spec/defaults";
import type { Spec } from "../spec/spec";
import type { DropInDigests, State } from "../spec/state";
import { compareMeaning } from "../systemd/meaning";
import { isImageOverridden, runsByFormerDropIns } from "./drop-ins";
import { factsOf, untouched, type Facts } from "./facts";
import { judgeHost, judgeImage, judgeReboot, judgeUnit } from "./judge";
import { isHash, type Observed } from "./observed";
import type { Claim, FileAction, Plan, ProcessAction } from "./plan";
import type { Snapshot } from "./snapshot";

/** Who plans: what the state knows, or what a create starts with. */
export interface Asker {
    readonly instance: string;
    /** True for an update: the state proves that the host is ours. */
    readonly hasState: boolean;
    /** The drop-ins that the last apply took note of. */
    readonly dropIns?: DropInDigests;
    /** Where the kubelet that runs answers; undefined: nobody knows. */
    readonly healthPort?: number | false;
}

/** Who asks a host: with state only where that speaks of this very machine. */
export function askerOf(instance: string, state: State | undefined, observed: Observed): Asker {
    if (state === undefined || !isSameMachine(state, observed)) return { instance, hasState: false };
    const { dropIns } = state;
    const healthPort = specOf(state).health.port;
    return { instance, hasState: true, healthPort, ...(dropIns === undefined ? {} : { dropIns }) };
}

/** A machine that was never seen whole passes for any. */
export function isSameMachine(state: State, { machineId }: Observed): boolean {
    return state.machineId === "" || state.machineId === machineId;
}

/** The snapshot that a spec asks for on a host. */
export function wantedSnapshot(spec: Spec, facts: Facts): Snapshot {
    return {
        unit: renderUnit(spec, facts),
        wrapper: facts.wrapperSource === "uploaded" ? wrapperText(facts.rktVersion) : undefined,
        links: wantedLinks(spec),
        active: true,
    };
}

/**
 * What takes the host from what it is to what the spec asks for; undefined: nothing is to do.
 *
 * @throws HostError where the host must not be touched.
 */
export function planApply(spec: Spec, observed: Observed, asker: Asker): Plan | undefined {
    const facts = factsOf(observed, spec.connection.host);
    judgeImage(spec, facts);
    const standing = judgeHost(spec, observed, asker);
    const wanted = wantedSnapshot(spec, facts);
    const claim = claimOf(spec, observed, asker, standing === "foreign");
    const difference = unitDifference(observed, wanted.unit ?? "");
    const unit: FileAction = difference === "same" ? "keep" : "write";
    const wrapper = wrapperAction(observed, wanted, standing === "ours");
    const image = imageOf(spec.version, spec.image, facts);
    const tag = isImageOverridden(spec, observed, facts) ? undefined : image.tag;
    const process = processAction(observed, claim, {
        mustRestart:
            difference === "restart" ||
            wrapper === "write" ||
            (difference === "same" && runsByFormerUnit(observed)) ||
            runsByFormerDropIns(asker.dropIns, observed),
        tag,
        isOurs: standing === "ours",
    });
    const linksAdd = wanted.links.filter((link) => !observed.links.includes(link));
    const linksRemove = observed.links.filter((link) => !wanted.links.includes(link));
    const isFileWork = unit !== "keep" || wrapper !== "keep" || linksAdd.length > 0 || linksRemove.length > 0;
    if (!isFileWork && process === "keep" && !observed.service.stale && isClaimed(observed, claim)) return undefined;
    if (process === "restart") judgeReboot(spec, observed);
    return {
        mode: "apply",
        unit,
        wrapper,
        linksAdd,
        linksRemove,
        reload: isFileWork || observed.service.stale,
        process,
        fetch:
            process === "restart"
                ? { image: image.stored, reference: image.reference, options: image.fetchOptions }
                : undefined,
        tag: process === "restart" ? tag : undefined,
        unitText: unit === "write" ? wanted.unit : undefined,
        wrapperText: wrapper === "write" ? wanted.wrapper : undefined,
        takeBaseline: standing !== "ours",
        claim,
        formerHealthPort: asker.healthPort,
        digest: digestOf(wanted, claim),
        from: observed,
    };
}

/** Whether a plan has to wait for a reboot that is due. */
export function mustWait(spec: Spec, { process, mode, from }: Plan): boolean {
    return spec.onPendingReboot === "wait" && mode === "apply" && process === "restart" && from.rebootDue.length > 0;
}

/** The plan that finishes the rollback of an operation that was cut. */
export function planRecovery(observed: Observed): Plan {
    return { ...standStill(observed), mode: "recover" };
}

/**
 * What gives back what stood on the host before the first create; undefined: nothing there is this instance's.
 *
 * @throws HostError `refused` where what is to be given back is lost; `unit-masked` or `unit-odd` where something else stands in
 *   the unit's place.
 */
export function planDelete(
    host: string,
    observed: Observed,
    instance: string,
    onDelete: "restore" | "remove",
): Plan | undefined {
    const { baseline, record } = observed;
    if (record?.instance !== instance) return undefined;
    judgeUnit(host, observed);
    const isRestore = onDelete === "restore";
    if (isRestore && baseline === undefined) {
        const what = "what stood there before the first create, which delete would restore, is gone from the host";
        const next = 'Set onDelete: "remove" or "retain" by a `pulumi up` before, then run it again';
        throw untouched(host, "refused", what, next);
    }
    const before = isRestore ? baseline : undefined;
    const links = before?.links ?? [];
    const unit = give(observed.unit.hash, before?.unit);
    // Where the OS ships one, and where somebody has put another in the place of ours, it is nobody's business but theirs.
    const isOurs = observed.wrapper.hash === "absent" || isOurWrapper(observed.wrapper.text);
    const wrapper = isOurs ? give(observed.wrapper.hash, before?.wrapper) : "keep";
    const isSame = unit === "keep" && wrapper !== "write";
    return {
        ...standStill(observed),
        mode: "delete",
        unit,
        wrapper,
        linksAdd: links.filter((link) => !observed.links.includes(link)),
        linksRemove: observed.links.filter((link) => !links.includes(link)),
        reload: true,
        process: before?.active === true ? (isSame && isRunning(observed) ? "keep" : "restart") : "stop",
    };
}

/** What gives a file back; what was no file was never ours to take away. */
function give(now: string, was = "absent"): FileAction {
    if (isHash(was)) return now === was ? "keep" : "write";
    return now === "absent" ? "keep" : "remove";
}

/** The enablement links that `[Install]` asks for. */
export function wantedLinks({ unit }: Spec): readonly string[] {
    return [...new Set(unit.wantedBy)].map((target) => `${target}.wants/kubelet.service`).sort();
}

/** The plan that does nothing. */
export function standStill(observed: Observed): Plan {
    return {
        mode: "apply",
        unit: "keep",
        wrapper: "keep",
        linksAdd: [],
        linksRemove: [],
        reload: false,
        process: "keep",
        fetch: undefined,
        tag: undefined,
        unitText: undefined,
        wrapperText: undefined,
        takeBaseline: false,
        claim: undefined,
        formerHealthPort: undefined,
        digest: "",
        from: observed,
    };
}

function unitDifference({ unit }: Observed, wanted: string): "same" | "reload" | "restart" {
    return unit.hash === "absent" ? "restart" : compareMeaning(unit.text, wanted);
}

function wrapperAction({ wrapper }: Observed, wanted: Snapshot, isOurs: boolean): FileAction {
    // The OS ships one by now.
    if (wanted.wrapper === undefined) return isOurs && isOurWrapper(wrapper.text) ? "remove" : "keep";
    const isSame = wrapper.hash !== "absent" && wrapperMeaning(wrapper.text) === wrapperMeaning(wanted.wrapper);
    return isSame ? "keep" : "write";
}

interface Reasons {
    readonly mustRestart: boolean;
    /** Tag of the image that must run; undefined: any. */
    readonly tag: string | undefined;
    readonly isOurs: boolean;
}

function processAction(observed: Observed, claim: Claim, reasons: Reasons): ProcessAction {
    const { pod, record } = observed;
    const isOtherImage = pod !== undefined && reasons.tag !== undefined && pod.tag !== reasons.tag;
    const isTriggered = reasons.isOurs && record?.triggers !== claim.triggers;
    return !isRunning(observed) || reasons.mustRestart || isOtherImage || isTriggered ? "restart" : "keep";
}

/** Somebody else wrote the unit, and systemd has not read it: nobody knows what the process was started with. */
function runsByFormerUnit({ unit, record, service }: Observed): boolean {
    return service.stale && unit.hash !== record?.unit;
}

export function isRunning({ service }: Observed): boolean {
    return service.active === "active" && service.pid > 0;
}

function claimOf(spec: Spec, observed: Observed, asker: Asker, isForeign: boolean): Claim {
    const { record } = observed;
    return {
        instance: asker.instance,
        owner: spec.owner,
        adopted: isForeign || (record?.instance !== undefined && record.adopted),
        triggers: triggersDigest(spec, observed),
    };
}

/** Triggers may hold secrets: the record keeps only a digest of them, keyed by the machine. */
export function triggersDigest(spec: Spec, { machineId }: Observed): string {
    return createHmac("sha256", machineId).update(JSON.stringify(spec.triggers)).digest("hex").slice(0, 32);
}

function isClaimed({ record }: Observed, claim: Claim): boolean {
    return record?.instance === claim.instance && record.owner === claim.owner && record.triggers === claim.triggers;
}

function digestOf(wanted: Snapshot, claim: Claim): string {
    return createHash("sha256")
        .update(JSON.stringify([wanted, claim.triggers]))
        .digest("hex")
        .slice(0, 32);
}

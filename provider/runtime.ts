import { randomBytes } from "node:crypto";
import { HostError } from "./errors";
import { converge, settled, type Converged } from "./host/converge";
import { Host } from "./host/host";
import { FORGET, lostDelete, lostWords } from "./host/lost";
import { secretsOf } from "./spec/secrets";
import { Row } from "./host/row";
import { check as checkInputs } from "./plan/check";
import { diff as diffInputs } from "./plan/diff";
import { factsOf } from "./plan/facts";
import { rebootText } from "./plan/judge";
import { askerOf, isSameMachine, planApply, planDelete } from "./plan/make";
import type { Observed } from "./plan/observed";
import { osNotes } from "./plan/os";
import { leftChanged, observedState, stateAfter, whyGone, type Applied } from "./plan/state";
import { warningsOn } from "./plan/warnings";
import { engineIsThere, outliveEngine } from "./engine";
import { progressOf, tellerOf, type Tell } from "./progress";
import { rktSources } from "./rkt/options";
import type { KubeletServiceInputs } from "./spec/args";
import { specOf } from "./spec/defaults";
import type { Spec } from "./spec/spec";
import { migrate, storable, toldBy, type LastChange, type State } from "./spec/state";

type Properties = Readonly<Record<string, unknown>>;

interface Configuration {
    get(key: string): string | undefined;
}

let configuration: Configuration = { get: () => undefined };

/** Takes the stack's configuration. Synchronous: a call that runs at the same time must find it. */
export function configure(config: Configuration): void {
    configuration = config;
    outliveEngine();
}

/**
 * Inputs that the engine may store, or why it may not. `olds` are the checked inputs before. Pure: the engine calls it in
 * preview too, one resource after another.
 */
export function check(
    olds: Properties,
    news: Properties,
): Promise<{ inputs: Properties; failures: readonly object[] }> {
    const { inputs, failures, warnings } = checkInputs(news, olds);
    const { owner, connection } = news as Partial<KubeletServiceInputs>;
    const progress = progressOf(connection?.host ?? "", owner);
    for (const warning of warnings) progress.warn(warning);
    return Promise.resolve({ inputs, failures });
}

/** What a change of inputs causes. Pure. `olds` are the stored outputs. */
export function diff(
    _id: string,
    olds: Properties,
    news: Properties,
): Promise<{ changes: boolean; replaces: string[] }> {
    const { changes, replaces } = diffInputs(olds, news as unknown as KubeletServiceInputs);
    return Promise.resolve({ changes, replaces: [...replaces] });
}

/** Brings the host to what the inputs ask for; finds and adopts what an earlier create, cut in the middle, has done. */
export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
    const spec = specOf(inputs as unknown as KubeletServiceInputs);
    const instance = randomBytes(12).toString("hex");
    const id = `kubelet.service@${spec.connection.host}:${spec.connection.port}`;
    const outs = await apply(inputs, spec, { id, instance, state: undefined });
    return { id, outs };
}

/** Brings the host to what the new inputs ask for, repairing drift; dials it only where the change needs it. */
export async function update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
    const state = migrate(olds);
    const inputs = news as unknown as KubeletServiceInputs;
    const { kind } = diffInputs(olds, inputs);
    if (kind === "settings") return { outs: plainOf({ ...news, ...toldBy(state) }) };
    const target = { id, instance: state.instance, state, isProofOnly: kind === "connection" };
    return { outs: await apply(news, specOf(inputs), target) };
}

/** What the host is now; a blank id: the machine or our kubelet is gone. */
export async function read(id: string, props: Properties): Promise<{ id: string; props: Properties }> {
    const state = migrate(props);
    const spec = specOf(state);
    const { observed, hostKey } = await onHost(spec, state, async (host) => {
        const quiet = await settled(host, spec, await host.observe());
        return { observed: quiet.observed, hostKey: host.hostKey };
    });
    const tell = tellerOf(spec.connection.host, spec.owner);
    const seen = observedState(state, spec, observed, hostKey ?? state.hostKey);
    if (seen === undefined) {
        tell("warn", `${whyGone(state, observed) ?? "it is gone"}. The next \`pulumi up\` makes it anew`);
        return { id: "", props: {} };
    }
    tellOfOs(tell, spec, state, observed);
    const due = rebootText(observed);
    if (due !== undefined) tell("info", due);
    if (seen.drift.length > 0) tell("warn", driftText(seen.drift));
    return { id, props: plainOf({ ...seen }) };
}

function driftText(drift: readonly string[]): string {
    const hasDropIns = drift.some((name) => name.startsWith("drop-in: "));
    const notes = hasDropIns ? "; drop-ins are not ours, of them it takes note" : "";
    return `drift: ${drift.join("; ")}. The next \`pulumi up\` repairs it${notes}`;
}

/** Gives back what stood on the host before the first create, unless a newer instance owns it by now. */
async function remove(id: string, props: Properties): Promise<void> {
    const state = migrate(props);
    const spec = withKeyOfThisRun(id, specOf(state));
    const onDelete = spec.onDelete ?? (state.adopted ? "retain" : "restore");
    if (onDelete === "retain") return;
    const tell = tellerOf(spec.connection.host, spec.owner);
    try {
        const { outcome } = await onHost(spec, state, (host) =>
            converge(host, spec, (observed) =>
                isSameMachine(state, observed) ? planDelete(host.name, observed, state.instance, onDelete) : undefined,
            ),
        );
        if (outcome === undefined) tell("info", NOT_OURS);
    } catch (error) {
        if (!(error instanceof HostError) || !error.outOfReach) throw error;
        if (isTakenOver(state)) {
            tell("info", NOT_OURS);
            return;
        }
        if (configuration.get(FORGET) !== "true") throw lostDelete(error);
        tell("warn", `${lostWords(error)}: it is forgotten (${FORGET})`);
    }
}

const NOT_OURS = "nothing on the host is this resource's any more; it stays as it is";

/**
 * Host keys that creates of this process have seen, by id. A host that was rebuilt shows another key than the state of the
 * instance before knows; to create it anew (--replace) is the act that accepts the new one, for the delete of the old too.
 */
const keysOfThisRun = new Map<string, string>();

function withKeyOfThisRun(id: string, spec: Spec): Spec {
    const hostKey = keysOfThisRun.get(id);
    return hostKey === undefined ? spec : { ...spec, connection: { ...spec.connection, hostKey } };
}

/** Instances that creates of this process have made, by machine and resource: cloned machines may share an id. */
const instancesOfThisRun = new Map<string, string>();

/** Whether a create of this run of the same resource has taken the kubelet, by another address than the one that is dead. */
function isTakenOver({ machineId, owner, instance }: State): boolean {
    return (instancesOfThisRun.get(`${machineId} ${owner}`) ?? instance) !== instance;
}

export { remove as delete };

interface Target {
    readonly id: string;
    readonly instance: string;
    readonly state: State | undefined;
    /** Of the machine that we know only the log-in is to be proved: no gate of a rollout has let us work on it. */
    readonly isProofOnly?: boolean;
}

async function apply(inputs: Properties, spec: Spec, target: Target): Promise<Properties> {
    const { id, instance, state } = target;
    return onHost(spec, state, async (host) => {
        try {
            return await applyOn(host, inputs, spec, target);
        } catch (error) {
            if (!(error instanceof HostError) || error.kind !== "rollback-failed") throw error;
            // The engine shows the reasons alone, and keeps what we hand it: the next `up` repairs from there.
            throw Object.assign(new Error(error.message), {
                id,
                properties: plainOf({ ...inputs, ...leftChanged(instance, state, host.hostKey ?? "") }),
                reasons: [error.message],
            });
        }
    });
}

async function applyOn(host: Host, inputs: Properties, spec: Spec, target: Target): Promise<Properties> {
    const { id, instance, state, isProofOnly = false } = target;
    const tell = tellerOf(spec.connection.host, spec.owner);
    if (isProofOnly && state !== undefined && isSameMachine(state, await host.observe())) {
        return plainOf({ ...inputs, ...toldBy(state), hostKey: host.hostKey });
    }
    const converged = await converge(host, spec, (observed) => {
        const plan = planApply(spec, observed, askerOf(instance, state, observed));
        // Before the kubelet is touched.
        for (const warning of warningsOn(spec, observed)) tell("warn", warning);
        return plan;
    });
    const { observed } = converged;
    // What has come to the host meanwhile is learned too.
    for (const warning of warningsOn(spec, observed)) tell("warn", warning);
    if (state === undefined) {
        keysOfThisRun.set(id, host.hostKey ?? "");
        if (observed.machineId !== "" && spec.owner !== undefined) {
            instancesOfThisRun.set(`${observed.machineId} ${spec.owner}`, instance);
        }
    } else if (isSameMachine(state, observed)) tellOfOs(tell, spec, state, observed);
    const outputs = stateAfter(spec, appliedOf(converged, host), instance, state);
    progressOf(spec.connection.host, spec.owner).step(doneText(outputs.lastChange));
    return plainOf({ ...inputs, ...outputs });
}

function tellOfOs(tell: Tell, spec: Spec, state: State, observed: Observed): void {
    const facts = factsOf(observed, spec.connection.host);
    for (const { severity, text } of osNotes(state, observed, facts)) tell(severity, text);
}

function doneText({ action, totalSeconds, downtimeSeconds }: LastChange): string {
    if (action === "none") return "nothing was to do";
    return `${action} in ${totalSeconds.toFixed(0)} s, ${downtimeSeconds.toFixed(1)} s of them without a kubelet`;
}

function appliedOf({ observed, outcome }: Converged, host: Host): Applied {
    return { observed, durations: outcome?.durations, hostKey: host.hostKey ?? "" };
}

async function onHost<T>(spec: Spec, state: State | undefined, act: (host: Host) => Promise<T>): Promise<T> {
    const progress = progressOf(spec.connection.host, spec.owner);
    // The kubelet that runs was given those of the state.
    const secrets = [spec, ...(state === undefined ? [] : [specOf(state)])].flatMap(secretsOf);
    const row = new Row((text) => progress.step(host.conceal(text)));
    const host = new Host({
        connection: spec.connection,
        pinned: state?.hostKey === "" ? undefined : state?.hostKey,
        connectTimeout: spec.timeouts.connect,
        operationTimeout: spec.timeouts.operation,
        sources: rktSources(spec.rkt),
        secrets,
        log: (line) => {
            // Of dials and waits: what the host does meanwhile is not seen.
            row.pause();
            progress.info(line);
        },
        beforeBegin: () => mustBeWanted(spec.connection.host),
        progress: (message) => row.take(message),
    });
    try {
        progress.step(`connecting to ${spec.connection.host}`);
        return await act(host);
    } finally {
        row.pause();
        host.close();
    }
}

/** A killed `pulumi` leaves its provider behind, whose wish may be older than that of the one that runs by now. */
async function mustBeWanted(host: string): Promise<void> {
    if (await engineIsThere()) return;
    throw new HostError({
        kind: "abandoned",
        host,
        step: "plan",
        happened: "the pulumi that asked for this is gone",
        hostState: "Nothing on the host was changed",
        next: "Run `pulumi up` again",
    });
}

function plainOf(value: Properties): Properties {
    return storable(value) as Properties;
}

import { randomBytes } from "node:crypto";
import { HostError } from "./errors";
import { converge, settled, type Converged, type Planner } from "./host/converge";
import { Host } from "./host/host";
import { stepText } from "./host/steps";
import { check as checkInputs } from "./plan/check";
import { diff as diffInputs } from "./plan/diff";
import { planApply, planDelete, type Asker } from "./plan/make";
import { optionWarnings } from "./plan/options";
import { observedState, stateAfter, type Applied } from "./plan/state";
import { engineIsThere } from "./engine";
import { progressOf } from "./progress";
import { rktSources } from "./rkt/options";
import type { KubeletServiceInputs } from "./spec/args";
import { specOf } from "./spec/defaults";
import type { Spec } from "./spec/spec";
import { migrate, storable, type LastChange, type State } from "./spec/state";

type Properties = Readonly<Record<string, unknown>>;

interface Configuration {
    get(key: string): string | undefined;
}

let configuration: Configuration = { get: () => undefined };

/** Takes the stack's configuration. Synchronous: a call that runs at the same time must find it. */
export function configure(config: Configuration): void {
    configuration = config;
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
    if (kind === "settings" && !isUnsettled(olds)) return { outs: plainOf({ ...outputsOf(state), ...news }) };
    return { outs: await apply(news, specOf(inputs), { id, instance: state.instance, state }) };
}

/** What the host is now; a blank id: the machine or our kubelet is gone. */
export async function read(id: string, props: Properties): Promise<{ id: string; props: Properties }> {
    const state = migrate(props);
    const spec = specOf(state);
    const { observed, hostKey } = await onHost(spec, state.hostKey, async (host) => {
        const quiet = await settled(host, spec, await host.observe());
        return { observed: quiet.observed, hostKey: host.hostKey };
    });
    const seen = observedState(state, spec, observed, hostKey ?? state.hostKey);
    if (seen !== undefined && seen.drift.length > 0) {
        const drift = seen.drift.join("; ");
        progressOf(spec.connection.host, spec.owner).warn(
            `${spec.connection.host}: drift: ${drift}. The next \`pulumi up\` repairs it`,
        );
    }
    return seen === undefined ? { id: "", props: {} } : { id, props: plainOf({ ...seen }) };
}

/** Gives back what stood on the host before the first create, unless a newer instance owns it by now. */
async function remove(_id: string, props: Properties): Promise<void> {
    const state = migrate(props);
    const spec = specOf(state);
    const onDelete = spec.onDelete ?? (state.adopted ? "retain" : "restore");
    if (onDelete === "retain") return;
    try {
        const { outcome } = await onHost(spec, state.hostKey, (host) =>
            converge(host, spec, (observed) =>
                observed.machineId === state.machineId ? planDelete(observed, state.instance, onDelete) : undefined,
            ),
        );
        if (outcome === undefined) {
            const nothing = "nothing on the host is this resource's any more; it stays as it is";
            progressOf(spec.connection.host, spec.owner).info(`${spec.connection.host}: ${nothing}`);
        }
    } catch (error) {
        if (!(error instanceof HostError) || error.kind !== "unreachable") throw error;
        if (configuration.get(FORGET) !== "true") throw unreachableDelete(error);
        progressOf(spec.connection.host, spec.owner).warn(
            `${error.host} cannot be reached and is forgotten (${FORGET})`,
        );
    }
}

/**
 * Stack configuration: `true` lets delete forget hosts that cannot be reached. A `pulumi destroy` that does not run the
 * program hands on the configuration of the last `up`, which the state keeps.
 */
const FORGET = "coreos-kubelet:forgetUnreachableOnDelete";

function unreachableDelete(error: HostError): HostError {
    return new HostError({
        kind: "unreachable",
        host: error.host,
        step: "delete",
        happened: "it cannot be reached",
        hostState: "What it runs now is not known",
        next: `If it is gone for good: \`pulumi config set ${FORGET} true\` (\`destroy\` heeds it with --run-program), or onDelete: "retain", or deletedWith its machine`,
        cause: error,
    });
}

export { remove as delete };

interface Target {
    readonly id: string;
    readonly instance: string;
    readonly state: State | undefined;
}

async function apply(inputs: Properties, spec: Spec, { id, instance, state }: Target): Promise<Properties> {
    try {
        return await onHost(spec, state?.hostKey, async (host) => {
            const asker = { instance, hasState: state !== undefined };
            const converged = await converge(host, spec, applying(spec, asker));
            const outputs = stateAfter(spec, appliedOf(converged, host), instance, state);
            progressOf(spec.connection.host, spec.owner).step(doneText(outputs.lastChange));
            return plainOf({ ...inputs, ...outputs });
        });
    } catch (error) {
        if (!(error instanceof HostError) || error.kind !== "rollback-failed") throw error;
        // The engine shows the reasons alone, and keeps what we hand it: the next `up` repairs from there.
        throw Object.assign(new Error(error.message), {
            id,
            properties: plainOf({ ...unsettled(spec, instance, state), ...inputs }),
            reasons: [error.message],
        });
    }
}

/** Plans an apply, and warns of the options: once of each thing, however often what others do there makes us plan anew. */
function applying(spec: Spec, asker: Asker): Planner {
    const told = new Set<string>();
    return (observed) => {
        const plan = planApply(spec, observed, asker);
        for (const warning of optionWarnings(spec, observed).filter((each) => !told.has(each))) {
            told.add(warning);
            progressOf(spec.connection.host, spec.owner).warn(warning);
        }
        return plan;
    };
}

function doneText({ action, totalSeconds, downtimeSeconds }: LastChange): string {
    if (action === "none") return "nothing was to do";
    return `${action} in ${totalSeconds.toFixed(0)} s, ${downtimeSeconds.toFixed(1)} s of them without a kubelet`;
}

function appliedOf({ observed, outcome }: Converged, host: Host): Applied {
    return { observed, outcome: outcome?.fields, hostKey: host.hostKey ?? "" };
}

async function onHost<T>(spec: Spec, pinned: string | undefined, act: (host: Host) => Promise<T>): Promise<T> {
    const progress = progressOf(spec.connection.host, spec.owner);
    let shown: string | undefined;
    const host = new Host({
        connection: spec.connection,
        pinned: pinned === "" ? undefined : pinned,
        connectTimeout: spec.timeouts.connect,
        operationTimeout: spec.timeouts.operation,
        sources: rktSources(spec.rkt),
        log: (line) => progress.info(line),
        beforeBegin: () => mustBeWanted(spec.connection.host),
        progress: (message) => {
            const text = stepText(message);
            if (text !== undefined && text !== shown) progress.step(text);
            shown = text ?? shown;
        },
    });
    try {
        progress.step(`connecting to ${spec.connection.host}`);
        return await act(host);
    } finally {
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

function outputsOf(state: State | undefined): Properties {
    return { ...state };
}

const UNSETTLED = "the last operation left the host changed";

/** What is known of a host that could not be put back: enough for the next `up` to find it and repair it. */
function unsettled(spec: Spec, instance: string, state: State | undefined): Properties {
    return {
        schemaVersion: 1,
        unitText: "",
        wrapperPath: "",
        wrapperSource: "host",
        osId: "",
        osVersion: "",
        rktVersion: "",
        machineId: "",
        hostKey: "",
        adopted: false,
        lastChange: { action: "none", fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 },
        ...(state === undefined ? {} : outputsOf(state)),
        instance,
        version: spec.version,
        runningVersion: "unknown",
        drift: [UNSETTLED],
    };
}

function isUnsettled(olds: Properties): boolean {
    const { drift } = olds;
    return Array.isArray(drift) && drift.length > 0;
}

function plainOf(value: Properties): Properties {
    return storable(value) as Properties;
}

import { rktSources } from "../rkt/options";
import type { NodeChange } from "../rollout/node-change";
import { diff } from "../plan/diff";
import { askerOf, planApply } from "../plan/make";
import type { Observed } from "../plan/observed";
import { asInputs } from "../spec/args";
import { specOf } from "../spec/defaults";
import type { Spec } from "../spec/spec";
import { migrate, type State } from "../spec/state";
import type { Update } from "./fleet";
import { onHost } from "./looks";

/**
 * What an update will do to a node whose kubelet it restarts; undefined: it restarts none. A host is looked at only where
 * the inputs alone do not tell; nothing on it is changed.
 *
 * @throws HostError where the host cannot be reached, or must not be touched.
 */
export async function restartOf({ node, newInputs, oldOutputs }: Update): Promise<NodeChange | undefined> {
    const inputs = asInputs(newInputs);
    if (diff(oldOutputs, inputs).kind !== "host") return undefined;
    const [state, spec] = [migrate(oldOutputs), specOf(inputs)];
    const options = { pinned: state.hostKey, sources: rktSources(spec.rkt) };
    const observed = await onHost(spec, options, (host) => host.observe());
    if (!isRestart(spec, state, observed)) return undefined;
    return { name: node, host: spec.connection.host, oldVersion: state.version, newVersion: spec.version };
}

function isRestart(spec: Spec, state: State, observed: Observed): boolean {
    // What runs or hangs there restarts the kubelet, whichever way it ends.
    if (observed.operation !== undefined || observed.record?.state === "armed") return true;
    const plan = planApply(spec, observed, askerOf(state.instance, state, observed));
    return plan !== undefined && plan.process !== "keep";
}

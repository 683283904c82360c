import { HostError } from "../errors";
import { converge } from "../host/converge";
import type { Host } from "../host/host";
import { onEach } from "../host/on-each";
import { planFetch } from "../plan/fetch";
import { planApply } from "../plan/make";
import type { Observed } from "../plan/observed";
import type { Plan } from "../plan/plan";
import { rktSources } from "../rkt/options";
import type { Spec } from "../spec/spec";
import type { Fleet } from "./fleet";
import { BRIEFLY, onHost } from "./looks";
import { lookableOf } from "./wanted";

/**
 * Fetches the image of each node that will need one. A host that cannot be reached, or must not be touched, is passed
 * over: its own turn tells.
 *
 * @throws HostError of the first node whose image cannot be had; it tells of how many more that holds.
 */
export async function prefetch(fleet: Fleet, nodes: readonly string[], show: (text: string) => void): Promise<void> {
    let count = 0;
    const errors = await onEach(nodes, async (name): Promise<readonly HostError[]> => {
        const target = await lookableOf(fleet, name);
        // This run is done with it, or cannot look.
        if (target === undefined || target.version !== undefined) return [];
        const { spec, pinned } = target;
        const options = { pinned, connect: BRIEFLY, sources: rktSources(spec.rkt) };
        const error = await onHost(spec, options, (host) => failureOn(host, spec));
        count += 1;
        // Where there is no terminal, each is a line of its own.
        if (count % Math.ceil(nodes.length / 10) === 0)
            show(`images are fetched ahead: ${count} of ${nodes.length} nodes`);
        return error === undefined ? [] : [error.seenFrom(viewOf(`It is ${name}`))];
    });
    const [first, ...more] = errors.flat();
    if (first !== undefined && more.length > 0) throw first.seenFrom(viewOf(`${more.length} more nodes fail likewise`));
    if (first !== undefined) throw first;
}

function viewOf(whom: string): Parameters<HostError["seenFrom"]>[0] {
    return {
        hostState: `${whom}; no kubelet was restarted for this roll`,
        next: "Mend the cause, then run `pulumi up` again",
    };
}

async function failureOn(host: Host, spec: Spec): Promise<HostError | undefined> {
    if (!(await isNeeded(host, spec))) return undefined;
    try {
        await converge(host, spec, (observed) => planOf(spec, observed));
        return undefined;
    } catch (error) {
        if (!(error instanceof HostError)) throw error;
        return error;
    }
}

async function isNeeded(host: Host, spec: Spec): Promise<boolean> {
    try {
        const observed = await host.observe();
        // What runs or hangs there is for the node's own turn to end.
        const isQuiet = observed.operation === undefined && observed.record?.state !== "armed";
        return isQuiet && planOf(spec, observed) !== undefined;
    } catch (error) {
        if (!(error instanceof HostError)) throw error;
        return false;
    }
}

/** The state, which knows the instance, is out of our reach: whoever owns the kubelet there passes for its owner. */
function planOf(spec: Spec, observed: Observed): Plan | undefined {
    const { record } = observed;
    if (record?.instance === undefined) return undefined;
    const asker = { instance: record.instance, hasState: true };
    return planFetch(planApply({ ...spec, owner: record.owner }, observed, asker));
}

import { HostError } from "../errors";
import type { Host } from "../host/host";
import { illnessOf } from "../host/illness";
import { onEach } from "../host/on-each";
import type { Fleet } from "./fleet";
import { BRIEFLY, onHost } from "./looks";
import { lookableOf, type Target } from "./wanted";

type Port = number | false;

/** Names of nodes that are without a healthy kubelet, and what was seen of each. */
export type Down = ReadonlyMap<string, string>;

/**
 * Which of the nodes that a roll has not come to are down: cannot be reached, or have no healthy kubelet. Those that were
 * never made are not; nor are those that cannot be looked at safely. `former` is the port of healthz before this roll,
 * which may change it.
 */
export async function downAmong(fleet: Fleet, nodes: readonly string[], former: Port): Promise<Down> {
    const seen = await onEach(nodes, async (name): Promise<readonly [string, string][]> => {
        const target = await lookableOf(fleet, name);
        if (target === undefined) return [];
        const why = await whyDown(target, [...new Set([target.spec.health.port, former])]);
        return why === undefined ? [] : [[name, why]];
    });
    return new Map(seen.flat());
}

async function whyDown({ spec, pinned }: Target, ports: readonly Port[]): Promise<string | undefined> {
    try {
        return await onHost(spec, { pinned, connect: BRIEFLY }, (host) => illnessOn(host, ports));
    } catch (error) {
        if (error instanceof HostError) return REASONS[error.kind] ?? `it cannot be looked at (${error.kind})`;
        throw error;
    }
}

const REASONS: { readonly [Kind in HostError["kind"]]?: string } = {
    unreachable: "it cannot be reached",
    authentication: "its log-in is refused",
    "host-key-changed": "it shows another host key",
    "host-key-unknown": "it shows an unknown host key",
};

async function illnessOn(host: Host, ports: readonly Port[]): Promise<string | undefined> {
    let illness: string | undefined;
    for (const port of ports) {
        const sight = await host.look(port);
        const { record, unit } = sight.observed;
        if (record?.instance === undefined && unit.hash === "absent") return undefined;
        illness = illnessOf(sight);
        if (illness === undefined) return undefined;
    }
    return illness;
}

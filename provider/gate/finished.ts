import { setTimeout as sleep } from "node:timers/promises";
import { HostError } from "../errors";
import type { Host, Sight } from "../host/host";
import { onEach } from "../host/on-each";
import type { Fleet } from "./fleet";
import { ageOf, illnessAmiss, isRestarted } from "./health";
import { hostOf } from "./looks";
import { targetOf, type Target } from "./wanted";

/** Seconds between two looks. */
const EVERY = 5;
/** Seconds after which a node that seems ill is looked at once more: one answer that is late stops no roll. */
const AGAIN = 2;
/** Seconds that looks may take beyond the soak. */
const SLACK = 900;

interface Watched {
    readonly name: string;
    readonly host: Host;
    readonly port: number | false;
    /** Tag of the image that it should run. */
    readonly version: string;
    first: Sight | undefined;
    /** Seconds that its kubelet has to run yet, as last seen. */
    left: number;
}

/**
 * Looks at nodes that are done, at those whose kubelets are younger than `soakSeconds` every few seconds until they are
 * not, and at all of them once more then.
 *
 * @throws HostError where one of them cannot be reached, is not healthy, runs another image, or was started again meanwhile.
 */
export async function proveFinished(
    fleet: Fleet,
    nodes: readonly string[],
    show: (text: string) => void,
): Promise<void> {
    const targets = await Promise.all(nodes.map((name) => targetOf(fleet, name)));
    // All at once, once nothing can fail any more: each is to be closed.
    const watched = nodes.map((name, at) => watch(fleet, name, targets[at])).filter((one) => one !== undefined);
    try {
        let among: readonly Watched[] = watched;
        for (;;) {
            const soaking = await lookAt(among, fleet.soakSeconds);
            if (soaking.length === 0 && among === watched) return;
            const left = Math.max(0, ...soaking.map((one) => one.left));
            show(
                `all that is finished is healthy (${watched.length}); the youngest soaks for ${Math.ceil(left)} s more`,
            );
            await sleep(Math.min(left, EVERY) * 1000);
            among = left > EVERY ? soaking : watched;
        }
    } finally {
        for (const { host } of watched) host.close();
    }
}

function watch(fleet: Fleet, name: string, target: Target | undefined): Watched | undefined {
    // One that --target left out before it was ever made.
    if (target?.version === undefined) return undefined;
    const { spec, pinned, version } = target;
    const host = hostOf(spec, { pinned, operation: fleet.soakSeconds + SLACK });
    return { name, host, port: spec.health.port, version, first: undefined, left: 0 };
}

/** Looks at each; gives those that soak yet. */
async function lookAt(watched: readonly Watched[], soakSeconds: number): Promise<readonly Watched[]> {
    const errors = await onEach(watched, async (one): Promise<readonly Error[]> => {
        try {
            one.left = soakSeconds - (await look(one));
            // Most of a fleet soaks no more: a connection to each of them would be hundreds that wait for one last look.
            if (one.left <= 0) one.host.disconnect();
            return [];
        } catch (error) {
            return [error as Error];
        }
    });
    const [first] = errors.flat();
    if (first !== undefined) throw first;
    return watched.filter(({ left }) => left > 0);
}

async function look(one: Watched): Promise<number> {
    let sight = await sightOf(one);
    if (illnessAmiss(sight, one.version) !== undefined) {
        await sleep(AGAIN * 1000);
        sight = await sightOf(one);
    }
    const restarted = isRestarted((one.first ??= sight), sight) ? "its kubelet was started again meanwhile" : undefined;
    const illness = illnessAmiss(sight, one.version) ?? restarted;
    if (illness !== undefined) throw fellIll(one, illness);
    return ageOf(sight);
}

async function sightOf({ name, host, port }: Watched): Promise<Sight> {
    try {
        return await host.look(port);
    } catch (error) {
        if (!(error instanceof HostError)) throw error;
        throw error.seenFrom({ hostState: `It is ${name}, which this roll has finished: ${STOPPED}`, next: MEND });
    }
}

const STOPPED = "the next wave is not started";
const MEND = "Mend it, then run `pulumi up` again: the roll goes on from here";

function fellIll({ name, host }: Watched, happened: string): HostError {
    return new HostError({
        kind: "unhealthy",
        host: host.name,
        step: "gate",
        happened: `${name}, which this roll has finished: ${happened}`,
        hostState: `Nothing on the host was changed since; ${STOPPED}`,
        next: MEND,
    });
}

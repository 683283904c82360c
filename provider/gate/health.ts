import type { Sight } from "../host/host";
import { illnessOf } from "../host/illness";

/** What is wrong with a kubelet that should run an image of that tag; `unknown` passes, on either side. Pure. */
export function illnessAmiss(sight: Sight, version: string): string | undefined {
    const { pod } = sight.observed;
    const isOther = pod !== undefined && version !== "unknown" && pod.tag !== version;
    return illnessOf(sight) ?? (isOther ? `its pod runs ${pod.tag}, not ${version}` : undefined);
}

/** Seconds since the start of its process. Pure. */
export function ageOf({ observed: { uptime, service } }: Sight): number {
    return uptime - service.started;
}

/** Whether the process that was seen first is not the one that is seen now. Pure. */
export function isRestarted(first: Sight, now: Sight): boolean {
    return (
        first.observed.bootId !== now.observed.bootId || first.observed.service.started !== now.observed.service.started
    );
}

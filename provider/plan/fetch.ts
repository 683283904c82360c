import { standStill } from "./make";
import type { Plan } from "./plan";

/** What only fetches the image that a plan needs, so that the plan finds it there; undefined: it needs none. Pure. */
export function planFetch(plan: Plan | undefined): Plan | undefined {
    if (plan?.fetch === undefined) return undefined;
    const { fetch, claim, from } = plan;
    return { ...standStill(from), mode: "fetch", fetch, claim, digest: `fetch ${fetch.image}` };
}

import { performance } from "node:perf_hooks";
import { within, type Wait } from "./deadline";
import type { Link } from "./link";
import { logIn } from "./login";
import type { LoginPlan } from "./login-plan";
import { Steps } from "./steps";
import { openSocket, openTunnel } from "./stream";
import { turn } from "./turns";

/** One try to log in to a machine, for one who waits for it or for many, each with a deadline of its own. */
export class Attempt {
    /** Errors: Transient, Final. */
    readonly link: Promise<Link>;
    private readonly steps = new Steps();
    private turned: number | undefined;

    /** Begins at once. `via` is the jump host before it. */
    constructor(plan: LoginPlan, via: Link | undefined) {
        this.link = this.run(plan, via);
        // Everybody may have stopped waiting by the time it fails.
        this.link.catch(() => undefined);
    }

    /** The link. Errors: Transient, Final; that of the present step once the deadline has passed, the try going on. */
    async wait(wait: Wait): Promise<Link> {
        const since = performance.now();
        try {
            return await within(wait.deadline, this.link, () => this.steps.late());
        } finally {
            wait.queued += Math.max(0, (this.turned ?? performance.now()) - since);
        }
    }

    /** Ends a try that nobody waits for any more. Without effect on one that has ended. */
    giveUp(): void {
        this.steps.giveUp();
    }

    private async run(plan: LoginPlan, via: Link | undefined): Promise<Link> {
        const leave = await turn(plan.address, this.steps);
        this.turned = performance.now();
        try {
            const { place } = plan;
            const bound = boundOf(place.hop.perDialTimeout);
            const stream = await (via === undefined
                ? openSocket(place.hop, bound, this.steps)
                : openTunnel(via, place, bound, this.steps));
            return await logIn(stream, plan, bound, this.steps);
        } finally {
            leave();
        }
    }
}

/** Milliseconds for one step. */
function boundOf(perDialTimeout: number): number {
    return perDialTimeout > 0 ? perDialTimeout * 1000 : Number.POSITIVE_INFINITY;
}

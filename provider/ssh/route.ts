import { HostError } from "../errors";
import { Attempt } from "./attempt";
import { deadlineIn, left, pause, type Wait } from "./deadline";
import { leaseJumpHost, type Lease } from "./jump-hosts";
import type { Link } from "./link";
import type { LoginPlan } from "./login-plan";
import { fingerprint } from "./public-key";
import { seconds } from "./stream";
import { Final, Transient } from "./transient";
import { fieldOf, nameOf, type Place } from "./trust";
import { queueNote } from "./turns";

const FIRST_DELAY_MILLISECONDS = 100;
const DELAY_FACTOR = 1.5;
const LONGEST_DELAY_MILLISECONDS = 5000;

/** Gives the machines up, the farthest first: its goodbye travels through the others. */
export function releaseAll(leases: readonly Lease[]): void {
    for (const lease of [...leases].reverse()) {
        lease.release();
    }
}

// What was said of a connection to a jump host is said once, not by each host behind it.
const announced = new WeakSet<Link>();

/** The machines on the way, and how far we have come. */
export class Route {
    private readonly leases: Lease[] = [];
    private readonly failures: number[];
    private readonly wait: Wait;
    private lastWhy = "";

    constructor(
        private readonly plans: readonly LoginPlan[],
        private readonly timeout: number,
        private readonly linger: number,
        private readonly log: (line: string) => void,
    ) {
        this.failures = plans.map(() => 0);
        this.wait = { deadline: deadlineIn(timeout), queued: 0 };
    }

    /** Logs in to every machine; nearest first. Every one is given up on an error. */
    async reach(): Promise<readonly Lease[]> {
        try {
            for (let plan = this.next(); plan !== undefined; plan = this.next()) {
                await this.advance(plan);
            }
            return this.leases;
        } catch (error) {
            releaseAll(this.leases);
            throw error;
        }
    }

    /** The plan of the first machine that we are not logged in to; jump hosts may be lost again while we try the next. */
    private next(): LoginPlan | undefined {
        const broken = this.leases.findIndex(({ link }) => link.ended);
        releaseAll(broken < 0 ? [] : this.leases.splice(broken));
        return this.plans[this.leases.length];
    }

    private async advance(plan: LoginPlan): Promise<void> {
        const at = this.leases.length;
        try {
            const lease = await this.lease(plan);
            this.leases.push(lease);
            this.announce(plan, lease.link);
        } catch (error) {
            if (error instanceof Final) {
                throw error.toldTo(plan.place.target, this.wait.queued);
            }
            if (!(error instanceof Transient)) {
                throw error;
            }
            // Then it says nothing of this machine: on to a new connection, and only that may fail.
            if (this.leases.some(({ isReused, link }) => isReused && link.ended)) {
                return;
            }
            const failures = (this.failures[at] ?? 0) + 1;
            this.failures[at] = failures;
            await this.retreat(plan, error, failures);
        }
    }

    private async lease(plan: LoginPlan): Promise<Lease> {
        const via = this.leases.at(-1)?.link;
        if (plan.place.isJump) {
            return leaseJumpHost(plan, via, this.wait, this.linger);
        }
        const attempt = new Attempt(plan, via);
        try {
            const link = await attempt.wait(this.wait);
            return { link, isReused: false, release: () => link.close() };
        } catch (error) {
            attempt.giveUp();
            throw error;
        }
    }

    private announce({ place, trust }: LoginPlan, link: Link): void {
        if (trust.source === "first use" && !announced.has(link)) {
            announced.add(link);
            const key = fingerprint(link.hostKey);
            this.log(
                place.isJump
                    ? `${nameOf(place)}: host key not checked, set ${fieldOf(place, "hostKey")}: ${key}`
                    : `${place.hop.host}: host key pinned on first use: ${key}`,
            );
        }
    }

    /** Waits before the next try. Errors: unreachable where there is none. */
    private async retreat({ place }: LoginPlan, why: Transient, failures: number): Promise<void> {
        const limit = place.hop.dialErrorLimit;
        const delay = Math.min(FIRST_DELAY_MILLISECONDS * DELAY_FACTOR ** (failures - 1), LONGEST_DELAY_MILLISECONDS);
        const isLate = left(this.wait.deadline) <= delay;
        if (isLate || (limit >= 0 && failures > limit)) {
            throw this.unreachable(place, why, failures, isLate);
        }
        if (why.message !== this.lastWhy) {
            this.log(`${place.target}: no connection to ${nameOf(place)} yet (${why.message}), trying again`);
            this.lastWhy = why.message;
        }
        await pause(delay);
    }

    private unreachable(place: Place, why: Transient, failures: number, isLate: boolean): HostError {
        const tries = failures === 1 ? "1 try" : `${String(failures)} tries`;
        const limit = isLate ? ` within ${seconds(this.timeout * 1000)}${queueNote(this.wait.queued)}` : "";
        return new HostError({
            kind: "unreachable",
            host: place.target,
            step: "connect",
            happened: `no connection to ${nameOf(place)}${limit} after ${tries} (${why.message})`,
            hostState: "Nothing on the host was changed by this attempt",
            next: isLate
                ? "Check that it is up and that sshd listens; timeouts.connect sets how long we try"
                : `Check that it is up and that sshd listens; ${fieldOf(place, "dialErrorLimit")} sets how often we try`,
            // A jump host that is lost meanwhile fails what lies behind it.
            outOfReach: !place.isJump && !this.leases.some(({ link }) => link.ended),
            cause: why,
        });
    }
}

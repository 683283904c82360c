import { HostError } from "../errors";
import { deadlineIn, dialBound, left, pause, type Deadline } from "./deadline";
import type { Link } from "./link";
import { logIn } from "./login";
import type { LoginPlan } from "./login-plan";
import { fingerprint } from "./public-key";
import { openSocket, openTunnel, seconds } from "./stream";
import { Transient } from "./transient";
import { fieldOf, nameOf, type Place } from "./trust";

const FIRST_DELAY_MILLISECONDS = 100;
const DELAY_FACTOR = 1.5;
const LONGEST_DELAY_MILLISECONDS = 5000;

/** Ends the links, the farthest first: its goodbye travels through the others. */
export function closeAll(links: readonly Link[]): void {
    for (const link of [...links].reverse()) {
        link.close();
    }
}

/** The machines on the way, and how far we have come. */
export class Route {
    private readonly links: Link[] = [];
    private readonly failures: number[];
    private readonly deadline: Deadline;
    private lastWhy = "";

    constructor(
        private readonly plans: readonly LoginPlan[],
        private readonly timeout: number,
        private readonly log: (line: string) => void,
    ) {
        this.failures = plans.map(() => 0);
        this.deadline = deadlineIn(timeout);
    }

    /** Logs in to every machine; the links, nearest first. Every link is closed on an error. */
    async reach(): Promise<readonly Link[]> {
        try {
            for (let plan = this.next(); plan !== undefined; plan = this.next()) {
                await this.advance(plan);
            }
            return this.links;
        } catch (error) {
            closeAll(this.links);
            throw error;
        }
    }

    /** The plan of the first machine that we are not logged in to; jump hosts may be lost again while we try the next. */
    private next(): LoginPlan | undefined {
        const broken = this.links.findIndex((link) => link.ended);
        closeAll(broken < 0 ? [] : this.links.splice(broken));
        return this.plans[this.links.length];
    }

    private async advance(plan: LoginPlan): Promise<void> {
        const at = this.links.length;
        try {
            const link = await this.connect(plan);
            this.links.push(link);
            this.announce(plan, link);
        } catch (error) {
            if (!(error instanceof Transient)) {
                throw error;
            }
            const failures = (this.failures[at] ?? 0) + 1;
            this.failures[at] = failures;
            await this.retreat(plan, error, failures);
        }
    }

    private async connect({ place, ...plan }: LoginPlan): Promise<Link> {
        const { host, port, perDialTimeout } = place.hop;
        const via = this.links.at(-1);
        const bound = dialBound(perDialTimeout, this.deadline);
        const stream = await (via === undefined ? openSocket(host, port, bound) : openTunnel(via.client, place, bound));
        return logIn(stream, { place, ...plan }, this.deadline);
    }

    private announce({ place, trust }: LoginPlan, link: Link): void {
        if (trust.source === "first use") {
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
        const isLate = left(this.deadline) <= delay;
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
        const limit = isLate ? ` within ${seconds(this.timeout * 1000)}` : "";
        return new HostError({
            kind: "unreachable",
            host: place.target,
            step: "connect",
            happened: `no connection to ${nameOf(place)}${limit} after ${tries} (${why.message})`,
            hostState: "Nothing on the host was changed by this attempt",
            next: isLate
                ? "Check that it is up and that sshd listens; timeouts.connect sets how long we try"
                : `Check that it is up and that sshd listens; ${fieldOf(place, "dialErrorLimit")} sets how often we try`,
            cause: why,
        });
    }
}

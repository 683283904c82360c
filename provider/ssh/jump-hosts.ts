import { Attempt } from "./attempt";
import type { Wait } from "./deadline";
import type { Link } from "./link";
import type { LoginPlan } from "./login-plan";

/** A machine on the way that we are logged in to, until released. */
export interface Lease {
    readonly link: Link;
    /** Whether it was there before we asked for it: it may be dead without anybody's knowing yet. */
    readonly isReused: boolean;
    /** May be called twice. */
    release(): void;
}

// A dial that takes longer than this hangs; who comes now is better off with one of its own.
const JOINABLE_MILLISECONDS = 60_000;

/** The jump hosts that are reached from one point, by the identity of the log-in. */
type JumpHosts = Map<string, JumpHost>;

const fromHere: JumpHosts = new Map();
const fromThere = new WeakMap<Link, JumpHosts>();

function jumpHostsFrom(via: Link | undefined): JumpHosts {
    if (via === undefined) {
        return fromHere;
    }
    const known = fromThere.get(via) ?? new Map<string, JumpHost>();
    fromThere.set(via, known);
    return known;
}

/**
 * The one connection to a jump host that all in this process share who reach it on the same way with the same identity.
 * Dialled where there is none, with the perDialTimeout of who came first; closed `linger` seconds after its last user has
 * released it, and until then it does not keep the process alive. Errors: Transient, Final; who asks next dials anew.
 */
export function leaseJumpHost(plan: LoginPlan, via: Link | undefined, wait: Wait, linger: number): Promise<Lease> {
    const known = jumpHostsFrom(via);
    const host = known.get(plan.identity) ?? new JumpHost(known, plan, via);
    return host.lease(wait, linger);
}

class JumpHost {
    private readonly identity: string;
    private readonly attempt: Attempt;
    private link: Link | undefined;
    /** Those who wait for the link, and those who have it. */
    private users = 0;
    private readonly hanging: NodeJS.Timeout;
    private idle: NodeJS.Timeout | undefined;

    constructor(
        private readonly known: JumpHosts,
        plan: LoginPlan,
        via: Link | undefined,
    ) {
        this.identity = plan.identity;
        known.set(this.identity, this);
        this.hanging = setTimeout(() => this.forget(), JOINABLE_MILLISECONDS).unref();
        this.attempt = new Attempt(plan, via);
        // Ahead of everybody who waits for it.
        this.attempt.link.then(
            (link) => this.reached(link),
            () => this.forget(),
        );
    }

    async lease(wait: Wait, linger: number): Promise<Lease> {
        this.users += 1;
        clearTimeout(this.idle);
        if (this.users === 1) this.link?.hold();
        const isReused = this.link !== undefined;
        try {
            const link = await this.attempt.wait(wait);
            let isReleased = false;
            const release = (): void => {
                if (!isReleased) this.leave(linger);
                isReleased = true;
            };
            return { link, isReused, release };
        } catch (error) {
            this.leave(linger);
            throw error;
        }
    }

    private reached(link: Link): void {
        clearTimeout(this.hanging);
        this.link = link;
        link.onEnd(() => {
            clearTimeout(this.idle);
            this.forget();
        });
    }

    private leave(linger: number): void {
        this.users -= 1;
        if (this.users > 0) {
            return;
        }
        if (this.link === undefined) {
            this.forget();
            this.attempt.giveUp();
        } else {
            this.rest(this.link, linger);
        }
    }

    private rest(link: Link, linger: number): void {
        if (linger === 0 || !this.isKnown()) {
            link.close();
            return;
        }
        link.letGo();
        this.idle = setTimeout(() => link.close(), linger * 1000).unref();
    }

    private isKnown(): boolean {
        return this.known.get(this.identity) === this;
    }

    /** Nobody joins it any more; another may have taken its place already. */
    private forget(): void {
        clearTimeout(this.hanging);
        if (this.isKnown()) this.known.delete(this.identity);
    }
}

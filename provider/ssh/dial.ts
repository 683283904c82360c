import type { Connection } from "../spec/connection";
import { openChannel, type Channel } from "./channel";
import { planLogin, type LoginPlan } from "./login-plan";
import { authorizedLine } from "./public-key";
import { releaseAll, Route } from "./route";
import { trustOf, type Place } from "./trust";

export interface DialOptions {
    readonly connection: Connection;
    /** The host's key as an earlier first use pinned it, in authorized_keys form. */
    readonly pinned?: string;
    /** Seconds for all dials and log-ins together. */
    readonly timeout: number;
    /** Whether only the timeout ends the dials, whatever dialErrorLimit says: for a host that was there a moment ago. */
    readonly insist?: boolean;
    /** Seconds for which its jump hosts stay connected after this session, for whoever comes next. Default 300. */
    readonly linger?: number;
    /** Gets whole sentences for the operator. */
    readonly log: (line: string) => void;
}

/** A log-in on the host. */
export interface Session {
    /** The key that the host showed, in authorized_keys form. */
    readonly hostKey: string;
    /** Starts a command. Errors: connection-lost, no-channel, deadline. */
    exec(command: string): Promise<Channel>;
    /** Ends the connection at once, and gives up the jump hosts that it shared. May be called twice. */
    close(): void;
}

const UNLIMITED = -1;

// A fleet comes in waves, with pauses between them; an idle connection costs next to nothing.
const LINGER_SECONDS = 300;

/**
 * Logs in to the host, through its jump hosts. Dials that fail are tried again, up to dialErrorLimit for each machine on
 * the way, after 100 ms growing by half to 5 s, all before one deadline; a refused log-in or host key never is.
 * All dials of this process share one connection to each jump host, as long as way, credentials and host key rule are the
 * same, and log in to one server 8 at once; the wait for a turn counts towards the deadline alone.
 * Errors: unreachable, authentication, host-key-changed, host-key-unknown, key-unusable, deadline, no-channel.
 */
export async function dial(options: DialOptions): Promise<Session> {
    const { connection, log, timeout, insist = false, linger = LINGER_SECONDS } = options;
    const { proxy, ...target } = connection;
    const plans = [...proxy, target].map((given, at): LoginPlan => {
        const hop = insist ? { ...given, dialErrorLimit: UNLIMITED } : given;
        const place: Place = { target: connection.host, hop, isJump: at < proxy.length };
        return planLogin(place, trustOf(place, place.isJump ? undefined : options.pinned), proxy.slice(0, at));
    });
    const leases = await new Route(plans, timeout, linger, log).reach();
    const last = leases.at(-1)?.link;
    if (last === undefined) {
        throw new Error("a route has at least one machine");
    }
    return {
        hostKey: authorizedLine(last.hostKey),
        exec: (command) => openChannel(last, connection.host, command),
        close: () => releaseAll(leases),
    };
}

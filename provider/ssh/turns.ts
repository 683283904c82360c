import { seconds } from "./stream";
import type { Steps } from "./steps";
import { Transient } from "./transient";

/**
 * Log-ins at once to one server. From 10 connections on that have not logged in yet, sshd drops a new one in three, and it
 * counts one for a moment longer than we do. Source: sshd_config(5), MaxStartups 10:30:100.
 */
const AT_ONCE = 8;

interface Server {
    inside: number;
    /** Those whose turn it is not yet, in order. */
    readonly waiting: Set<() => void>;
}

const servers = new Map<string, Server>();

/**
 * Waits for one's turn to log in to a server, without limit. Resolves with the function that ends it.
 * Errors: Transient, where the wait is given up.
 */
export function turn(address: string, steps: Steps): Promise<() => void> {
    const server = servers.get(address) ?? { inside: 0, waiting: new Set() };
    servers.set(address, server);
    return new Promise((resolve, reject) => {
        const enter = (): void => {
            stop();
            server.waiting.delete(enter);
            resolve(() => leave(address, server));
        };
        const stop = steps.begin(
            Number.POSITIVE_INFINITY,
            () => new Transient(`its turn did not come, ${String(AT_ONCE)} log-ins at once`),
            (error) => {
                server.waiting.delete(enter);
                reject(error);
            },
        );
        if (server.inside < AT_ONCE) {
            server.inside += 1;
            enter();
        } else {
            server.waiting.add(enter);
        }
    });
}

function leave(address: string, server: Server): void {
    const [next] = server.waiting;
    if (next !== undefined) {
        next();
        return;
    }
    server.inside -= 1;
    if (server.inside === 0) {
        servers.delete(address);
    }
}

// Less than this is no queue, but how long a promise takes.
const NOTABLE_MILLISECONDS = 50;

/** Such as ` (95 s of it waiting for a turn, 8 log-ins at once)`; empty if there was no such wait. */
export function queueNote(milliseconds: number): string {
    return milliseconds < NOTABLE_MILLISECONDS
        ? ""
        : ` (${seconds(milliseconds)} of it waiting for a turn, ${String(AT_ONCE)} log-ins at once)`;
}

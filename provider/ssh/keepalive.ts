import type { Client } from "ssh2";

const INTERVAL_MILLISECONDS = 10_000;
const MOST_UNANSWERED = 3;

/**
 * Asks the peer every 10 s whether it is there, and calls back once if three in a row were not answered within 10 s more.
 * Does not keep the process alive; ssh2's own keepalive does.
 */
export class Keepalive {
    private unanswered = 0;
    private readonly interval: NodeJS.Timeout;
    private proof: NodeJS.Timeout | undefined;

    constructor(
        private readonly client: Client,
        private readonly gone: (why: string) => void,
    ) {
        this.interval = setInterval(() => this.beat(), INTERVAL_MILLISECONDS).unref();
    }

    /** Asks at once, and waits 10 s only: for a connection that nobody has used for a while. */
    prove(): void {
        clearTimeout(this.proof);
        const proof = setTimeout(() => {
            // After what has come in: a process that was held up is no silent peer.
            setImmediate(() => {
                if (this.proof === proof) this.giveUp(INTERVAL_MILLISECONDS);
            });
        }, INTERVAL_MILLISECONDS).unref();
        this.proof = proof;
        this.ask();
    }

    stop(): void {
        clearInterval(this.interval);
        this.proven();
    }

    private beat(): void {
        if (this.unanswered >= MOST_UNANSWERED) {
            this.giveUp(MOST_UNANSWERED * INTERVAL_MILLISECONDS);
            return;
        }
        this.unanswered += 1;
        this.ask();
    }

    private ask(): void {
        try {
            // To stop a forwarding that never began changes nothing, and every server answers it, with a no. The request
            // that is meant for this, keepalive@openssh.com, ssh2 keeps to itself.
            this.client.unforwardIn("localhost", 1, () => {
                this.unanswered = 0;
                this.proven();
            });
        } catch {
            // Half closed already: the end of it is on its way, or this counts as unanswered.
        }
    }

    private proven(): void {
        clearTimeout(this.proof);
        this.proof = undefined;
    }

    private giveUp(milliseconds: number): void {
        this.stop();
        this.gone(`no answer for ${String(milliseconds / 1000)} s`);
    }
}

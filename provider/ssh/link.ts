import { EventEmitter } from "node:events";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { Keepalive } from "./keepalive";
import type { PublicKey } from "./public-key";
import { wordsFor } from "./transient";

// A peer that no longer reads must not keep our half of the connection open.
const GOODBYE_MILLISECONDS = 1000;

/** One machine that we are logged in to. */
export class Link {
    private readonly events = new EventEmitter();
    private readonly keepalive: Keepalive;
    private reason: string | undefined;
    private over = false;
    private closing = false;

    constructor(
        readonly client: Client,
        private readonly stream: Duplex,
        /** The key that the machine showed and proved. */
        readonly hostKey: PublicKey,
    ) {
        // One listener for each channel at most; no leak to warn of.
        this.events.setMaxListeners(0);
        client.on("error", (error) => (this.reason ??= wordsFor(error)));
        client.on("close", () => this.end());
        this.keepalive = new Keepalive(client, (why) => this.lose(why));
    }

    /** Why the connection was lost; undefined while it lives, and after close(). */
    get lost(): string | undefined {
        return this.over && !this.closing ? (this.reason ?? "the connection was closed") : undefined;
    }

    /** Whether the connection is gone, lost or closed. */
    get ended(): boolean {
        return this.over;
    }

    /** Calls back once when the connection is gone; at once if it is. Returns the function that stops listening. */
    onEnd(listener: () => void): () => void {
        if (this.over) {
            listener();
        } else {
            this.events.once("end", listener);
        }
        return () => this.events.off("end", listener);
    }

    /** Lets a connection that nobody uses for now live on, without keeping the process alive for it. */
    letGo(): void {
        if (this.stream instanceof Socket) this.stream.unref();
    }

    /** Takes it into use again: it keeps the process alive, and if the peer is gone, that is known within 10 s. */
    hold(): void {
        if (this.stream instanceof Socket) this.stream.ref();
        this.keepalive.prove();
    }

    /** Says goodbye and frees the socket, whatever the peer does. */
    close(): void {
        if (this.closing) {
            return;
        }
        this.closing = true;
        hangUp(this.client, this.stream);
        this.end();
    }

    private lose(why: string): void {
        this.reason ??= why;
        this.stream.destroy();
        this.end();
    }

    private end(): void {
        if (!this.over) {
            this.over = true;
            this.keepalive.stop();
            this.events.emit("end");
        }
    }
}

/** Ends a client and its stream, at once towards us and politely towards the peer. */
export function hangUp(client: Client, stream: Duplex): void {
    client.end();
    if (stream instanceof Socket) {
        stream.destroySoon();
        setTimeout(() => stream.destroy(), GOODBYE_MILLISECONDS).unref();
    } else {
        stream.destroy();
    }
}

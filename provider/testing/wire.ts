import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Counters } from "./options";

/** What the network between client and host does at the moment. */
export class Link {
    latency: number;
    readonly #lanes = new Set<Lane>();
    #held = false;

    constructor(latency: number) {
        this.latency = latency;
    }

    get held(): boolean {
        return this.#held;
    }

    /** Swallows everything that is sent, until let go; then it arrives, as TCP would send it again. */
    hold(on: boolean): void {
        this.#held = on;
        for (const lane of this.#lanes) lane.drain();
    }

    lane(): Lane {
        const lane = new Lane(this);
        this.#lanes.add(lane);
        return lane;
    }

    close(lane: Lane): void {
        this.#lanes.delete(lane);
        lane.clear();
    }
}

/** One direction of one connection: what was put in first comes out first, after the link's latency. */
class Lane {
    #queue: { readonly due: number; readonly action: () => void }[] = [];
    #timer: NodeJS.Timeout | undefined;

    constructor(readonly link: Link) {}

    get length(): number {
        return this.#queue.length;
    }

    push(action: () => void, trips = 1): void {
        this.#queue.push({ due: performance.now() + this.link.latency * trips, action });
        this.drain();
    }

    drain(): void {
        while (!this.link.held) {
            const [first] = this.#queue;
            if (first === undefined) return;
            const wait = first.due - performance.now();
            if (wait > 0) {
                this.#timer ??= setTimeout(() => {
                    this.#timer = undefined;
                    this.drain();
                }, wait);
                return;
            }
            this.#queue.shift();
            first.action();
        }
    }

    clear(): void {
        this.#queue = [];
        clearTimeout(this.#timer);
    }
}

/** A socket at the far end of a {@link Link}, counted. */
export class Wire extends Duplex {
    readonly #in: Lane;
    readonly #out: Lane;

    constructor(
        readonly socket: Socket,
        readonly link: Link,
        counters: Counters,
    ) {
        super({ autoDestroy: false });
        this.#in = link.lane();
        this.#out = link.lane();
        socket.setNoDelay(true);
        socket.on("data", (chunk: Buffer) => {
            counters.bytesIn += chunk.length;
            this.#in.push(() => {
                if (!this.push(chunk)) socket.pause();
            });
        });
        socket.on("end", () => this.#in.push(() => this.push(null)));
        socket.on("error", () => socket.destroy());
        socket.on("close", () => this.destroy());
        this.#count = (bytes) => (counters.bytesOut += bytes);
    }

    readonly #count: (bytes: number) => void;

    /** Calls back when the client can believe that it is connected: a handshake is one round trip. */
    established(action: () => void): void {
        this.#in.push(action, 2);
    }

    override _read(): void {
        this.socket.resume();
    }

    override _write(chunk: Buffer, _encoding: string, done: () => void): void {
        this.#count(chunk.length);
        // A bounded part of the data is on its way; more has to wait for it to arrive.
        const wait = this.#out.length > 64;
        this.#out.push(() => {
            this.socket.write(chunk);
            if (wait) done();
        });
        if (!wait) done();
    }

    override _final(done: () => void): void {
        this.#out.push(() => this.socket.end());
        done();
    }

    override _destroy(error: Error | null, done: (error: Error | null) => void): void {
        this.link.close(this.#in);
        this.link.close(this.#out);
        this.socket.destroy();
        done(error);
    }
}

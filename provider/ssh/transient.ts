import type { HostError } from "../errors";
import type { Place } from "./trust";

/** A dial that failed in a way that the next try may not. Stays inside this room: dial() turns the last one into an error. */
export class Transient extends Error {}

/**
 * A dial that failed in a way that another try would not mend. Stays inside this room too: each host that waited for it is
 * told in its own name, and how many milliseconds of its own wait were a queue.
 */
export class Final extends Error {
    constructor(
        private readonly place: Place,
        private readonly tell: (place: Place, queued: number) => HostError,
    ) {
        super();
    }

    toldTo(target: string, queued: number): HostError {
        return this.tell({ ...this.place, target }, queued);
    }
}

const WORDS: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    EPIPE: "connection reset",
    ETIMEDOUT: "timed out",
    EHOSTUNREACH: "no route to the host",
    ENETUNREACH: "no route to the network",
    ENOTFOUND: "the name does not resolve",
    EAI_AGAIN: "the name server does not answer",
};

/** The failure in words: known codes by name, everything else by its own message. */
export function wordsFor(error: unknown): string {
    if (!(error instanceof Error)) {
        return String(error);
    }
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    // A name with several addresses fails as an AggregateError, whose message is empty.
    return WORDS[code] ?? (error.message === "" ? code : error.message);
}

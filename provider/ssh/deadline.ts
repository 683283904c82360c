import { performance } from "node:perf_hooks";

/** A point in time, on the clock of performance.now(), in milliseconds. */
export interface Deadline {
    readonly at: number;
}

/** How long a host waits to be logged in to. */
export interface Wait {
    readonly deadline: Deadline;
    /** Milliseconds of it, so far, in which it was not its turn to log in. */
    queued: number;
}

/** The deadline so many seconds from now. */
export function deadlineIn(seconds: number): Deadline {
    return { at: performance.now() + seconds * 1000 };
}

/** Milliseconds left; 0 if it has passed. */
export function left(deadline: Deadline): number {
    return Math.max(0, deadline.at - performance.now());
}

/** What becomes of the promise, or, if the deadline passes first, the error that `late` makes. */
export function within<T>(deadline: Deadline, promise: Promise<T>, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
        const stop = after(left(deadline), () => reject(late()));
        void promise.then(resolve, reject).finally(stop);
    });
}

/** The longest that a timer of Node takes, 24 days. Anything longer would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls back after so many milliseconds; returns the function that stops it. */
export function after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.min(milliseconds, LONGEST_TIMER));
    return () => clearTimeout(timer);
}

/** Resolves after so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void after(milliseconds, resolve));
}

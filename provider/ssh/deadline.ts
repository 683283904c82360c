import { performance } from "node:perf_hooks";

/** A point in time, on the clock of performance.now(), in milliseconds. */
export interface Deadline {
    readonly at: number;
}

/** The deadline so many seconds from now. */
export function deadlineIn(seconds: number): Deadline {
    return { at: performance.now() + seconds * 1000 };
}

/** Milliseconds left; 0 if it has passed. */
export function left(deadline: Deadline): number {
    return Math.max(0, deadline.at - performance.now());
}

/** Milliseconds for one dial: perDialTimeout (seconds, 0 for none), never beyond the deadline, at least 1. */
export function dialBound(perDialTimeout: number, deadline: Deadline): number {
    const own = perDialTimeout > 0 ? perDialTimeout * 1000 : Number.POSITIVE_INFINITY;
    return Math.max(1, Math.min(own, left(deadline)));
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

/** How many nodes may be without a kubelet at once: a count, or a percentage of the whole fleet such as `25%`. */
export type Limit = number | `${number}%`;

/**
 * The count that a limit means in a fleet of so many nodes: a percentage is rounded down; never below 1, never above the
 * fleet. Trusts that {@link limitProblem} found nothing.
 */
export function limitOf(limit: Limit, fleet: number): number {
    // Multiplied first: 29 percent of 100 are 28.999… the other way round.
    const count = typeof limit === "number" ? limit : Math.floor((percentIn(limit) * fleet) / 100);
    return Math.max(1, Math.min(count, fleet));
}

/** What is wrong with a limit; undefined: nothing. */
export function limitProblem(limit: unknown): string | undefined {
    const isRight =
        typeof limit === "string"
            ? Number.isFinite(percentIn(limit))
            : typeof limit === "number" && Number.isInteger(limit) && limit >= 1;
    return isRight ? undefined : 'must be a whole number from 1 on, or a percentage of the nodes such as "25%"';
}

/** NaN where the text is no percentage. */
function percentIn(text: string): number {
    const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
    return Number(digits);
}

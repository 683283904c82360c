// All cells of the matrix, and what became of them.
import { FAULTS, type Fault } from "./faults";
import type { Place } from "../hosts/hold.js";
import { STEPS, type Step } from "./steps";

export interface CellName {
    readonly fault: Fault;
    readonly step: Step;
    readonly seed: number;
}

/** How many moments of a step a fault strikes at, where the moment counts. */
const SEEDS = 5;

export function allCells(): readonly CellName[] {
    return FAULTS.flatMap((fault) =>
        STEPS.filter((step) => fault.expected[step] !== undefined).flatMap((step) =>
            seedsOf(fault, step).map((seed) => ({ fault, step, seed })),
        ),
    );
}

/** One moment where every moment must end alike; five where it depends on the moment, or where the fault ends a program or the host. */
function seedsOf({ strike, isTimed, expected }: Fault, step: Step): readonly number[] {
    const isOne = strike === undefined || step === "dial" || step === "log in";
    // Before the lock nothing on the host has begun.
    const isBegun = STEPS.indexOf(step) >= STEPS.indexOf("lock");
    const isTimedHere = (isTimed === true && isBegun) || (expected[step] ?? []).length > 1;
    return Array.from({ length: !isOne && isTimedHere ? SEEDS : 1 }, (_, index) => index + 1);
}

/** One cell of each fault, at steps that cover all of them. */
export function partOfCells(): readonly CellName[] {
    const uses = new Map<Step, number>(STEPS.map((step) => [step, 0]));
    return FAULTS.map((fault) => {
        const met = STEPS.filter((step) => fault.expected[step] !== undefined);
        const step = met.reduce((rarest, other) => ((uses.get(other) ?? 0) < (uses.get(rarest) ?? 0) ? other : rarest));
        uses.set(step, (uses.get(step) ?? 0) + 1);
        return { fault, step, seed: 1 };
    });
}

export function titleOf({ fault, step, seed }: CellName): string {
    return `${fault.name} at ${step}, seed ${seed}`;
}

/** The first seed strikes at the beginning of the step, the others anywhere in it: the same at each run. */
export function placeOf({ fault, step, seed }: CellName, moments: readonly Place[]): Place | undefined {
    if (fault.strike === undefined || moments.length === 0) return undefined;
    return moments[seed === 1 ? 0 : Math.floor(chance(titleOf({ fault, step, seed })) * moments.length)];
}

/** A number from 0 to 1 that a text alone decides (FNV-1a). */
function chance(text: string): number {
    let hash = 0x811c9dc5;
    for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return hash / 2 ** 32;
}

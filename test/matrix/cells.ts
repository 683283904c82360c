// All cells of the matrix, and what became of them.
import { FAULTS, type Fault } from "./faults";
import type { Place } from "./hold";
import { STEPS, type Step } from "./steps";

export interface CellName {
    readonly fault: Fault;
    readonly step: Step;
    readonly seed: number;
}

/** How many moments of a step a fault strikes at. */
const SEEDS = 5;

export function allCells(): readonly CellName[] {
    return FAULTS.flatMap((fault) =>
        STEPS.filter((step) => fault.expected[step] !== undefined).flatMap((step) =>
            seedsOf(fault, step).map((seed) => ({ fault, step, seed })),
        ),
    );
}

/** A fault that lies in wait finds its own moment. */
function seedsOf({ strike }: Fault, step: Step): readonly number[] {
    const count = strike === undefined || step === "dial" || step === "log in" ? 1 : SEEDS;
    return Array.from({ length: count }, (_, index) => index + 1);
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

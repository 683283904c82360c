// A fixed part of the fault matrix, for every run of the tests: each fault once, and each step.
import { expect, test } from "vitest";
import { allCells, partOfCells } from "./cells";
import { FAULTS } from "./faults";
import { describeCells } from "./run";
import { STEPS } from "./steps";

const part = partOfCells();

test("the part holds each fault once, and each step", () => {
    expect(part.map(({ fault }) => fault.name)).toEqual(FAULTS.map(({ name }) => name));
    expect(new Set(part.map(({ step }) => step))).toEqual(new Set(STEPS));
});

test("each cell of the matrix has a name of its own", () => {
    const names = allCells().map(({ fault, step, seed }) => `${fault.name}/${step}/${seed}`);
    expect(new Set(names).size).toBe(names.length);
});

describeCells("a part of the fault matrix", part, () => undefined);

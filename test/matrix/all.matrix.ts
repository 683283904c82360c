// The whole matrix: `npm run fault-matrix`. A run that was stopped goes on; one cell alone: add `-t "power cut at arm, seed 2"`.
import { afterAll } from "vitest";
import { allCells, titleOf } from "./cells";
import { Results } from "./results";
import { describeCells } from "./run";
import { writeTable } from "./table";

const results = new Results();
const known = new Set(results.lines().map(({ title }) => title));
const cells = allCells().filter((cell) => !known.has(titleOf(cell)));

describeCells("the fault matrix", cells, (line) => results.add(line));

afterAll(() => writeTable(results.lines()));

// The whole matrix: `npm run fault-matrix`. A run that was stopped goes on; one cell alone: add `-t "power cut at arm, seed 2"`.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bed, hostsCanRun, type Bed } from "../hosts/bed.js";
import { runCell } from "./cell";
import { allCells, placeOf, titleOf } from "./cells";
import { follow, type Followed } from "./moments";
import { Results } from "./results";
import { writeTable } from "./table";

const reason = hostsCanRun();
if (reason !== undefined) throw new Error(reason);

const results = new Results();
const known = new Set(results.lines().map(({ title }) => title));
let hosts: Bed;
let followed: Followed;

beforeAll(async () => {
    hosts = await bed();
    followed = await follow(hosts);
    return () => hosts.destroy();
}, 300_000);

afterAll(() => writeTable(results.lines()));

describe.concurrent("fault matrix", () => {
    for (const [index, cell] of allCells().entries()) {
        const title = titleOf(cell);
        if (known.has(title)) continue;
        test(
            title,
            async () => {
                const place = placeOf(cell, followed.moments[cell.step]);
                const result = await runCell(hosts, `c${index}`, { ...cell, place }, followed);
                const held = place === undefined ? "" : `${place.command} + ${place.skip}`;
                results.add({ title, fault: cell.fault.name, step: cell.step, seed: cell.seed, held, ...result });
                expect(result.violations, result.told).toEqual([]);
                expect(cell.fault.expected[cell.step], result.told).toContain(result.outcome);
            },
            300_000,
        );
    }
});

import { beforeAll, describe, expect, test } from "vitest";
import { bed, hostsCanRun, type Bed } from "../hosts/bed.js";
import { runCell } from "./cell";
import { placeOf, titleOf, type CellName } from "./cells";
import { follow, type Followed } from "./moments";
import type { Line } from "./results";
import { endProviders } from "./stacks";

/** Makes a test of each cell; what became of it goes to `note` first. */
export function describeCells(name: string, cells: readonly CellName[], note: (line: Line) => void): void {
    const reason = hostsCanRun();
    const title = `${name}${reason === undefined ? "" : `: ${reason}`}`;
    describe.skipIf(reason !== undefined)(title, { concurrent: true }, () => {
        let hosts: Bed;
        let followed: Followed;

        beforeAll(async () => {
            hosts = await bed();
            followed = await follow(hosts);
            return async () => {
                await endProviders();
                await hosts.destroy();
            };
        }, 300_000);

        for (const [index, cell] of cells.entries()) {
            test(titleOf(cell), { timeout: 300_000 }, async () => {
                const { fault, step, seed } = cell;
                const place = placeOf(cell, followed.moments[step] ?? []);
                const result = await runCell(hosts, `c${index}`, { ...cell, place }, followed);
                const held = place === undefined ? "" : `${place.command} + ${place.skip}`;
                note({ title: titleOf(cell), fault: fault.name, step, seed, held, ...result });
                expect(result.violations, result.told).toEqual([]);
                expect(fault.expected[step], result.told).toContain(result.outcome);
            });
        }
    });
}

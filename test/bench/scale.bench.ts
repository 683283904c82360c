// What many hosts at once cost the provider process.
import { expect, test } from "vitest";
import { createOnMany } from "../engine/many";
import { keep, type ScaleSample } from "./figures";
import { report } from "./report";

const COUNTS = [1, 10, 50, 100, 200, 500];

const samples: ScaleSample[] = [];

test.each(COUNTS)("%i hosts at once", { timeout: 3_600_000 }, async (hosts) => {
    const { peak, seconds } = await createOnMany(hosts);
    samples.push({ hosts, seconds, peak });
    report(`${hosts} hosts at once, all on this machine`, {
        "time of the creates": `${seconds.toFixed(1)} s`,
        "peak memory of the provider": `${peak.toFixed(0)} MiB (goal for 100: less than 238 MiB, 250 MB)`,
    });
    if (hosts <= 100) expect(peak * 2 ** 20).toBeLessThan(250e6);
    keep("scale", samples);
});

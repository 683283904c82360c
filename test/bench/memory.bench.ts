// What many hosts at once cost the provider process.
import { expect, test } from "vitest";
import { createOnMany } from "../engine/many";
import { report } from "./report";

test("memory of the provider process", async () => {
    const [one, hundred] = [await createOnMany(1), await createOnMany(100)];
    report("Peak memory of the provider process", {
        "1 host": `${one.peak.toFixed(0)} MiB`,
        "100 hosts at once": `${hundred.peak.toFixed(0)} MiB (goal: less than 238 MiB, 250 MB)`,
    });
    expect(hundred.peak * 2 ** 20).toBeLessThan(250e6);
});

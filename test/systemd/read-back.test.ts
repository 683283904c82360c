import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { environmentLine, execLine, longestLine, LONGEST_LINE } from "../../provider/systemd/quote";
import { environmentOf, execOf, parseUnit, rawCommandsOf, valuesOf } from "../../provider/systemd/unit-file";
import { expressibleText, foreignValue } from "./support/arbitraries";
import { readBySystemd, systemdIsMissing } from "./support/manager";

const missing = systemdIsMissing();
const sample = {
    groups: fc.array(expressibleText, { minLength: 1, maxLength: 5 }),
    words: fc.array(expressibleText, { maxLength: 6 }),
};
// Batches, because each start of systemd costs more than a hundred units.
const batch = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(one, { minLength: 150, maxLength: 200, size: "max" });

describe.skipIf(missing !== undefined)(`what systemd itself reads (${missing ?? "asked"})`, () => {
    it("is, in the environment and on command lines, the text that was quoted", () => {
        fc.assert(
            fc.property(batch(fc.record(sample)), (samples) => {
                const units = samples.map(({ groups, words }) => {
                    return `[Service]\n${environmentLine("V", groups)}\n${execLine("ExecStart", ["/bin/x", ...words])}\n`;
                });
                readBySystemd(units).forEach(({ environment, commands }, index) => {
                    const { groups, words } = samples[index] ?? { groups: [], words: [] };
                    expect(environment).toEqual([`V=${groups.join(" ")}`]);
                    const doubled = words.map((word) => word.replaceAll("$", "$$$$"));
                    expect(commands).toEqual([["/bin/x", ...doubled]]);
                });
            }),
            { numRuns: 5, endOnFailure: true },
        );
    }, 120_000);

    it("is what our parser reads, faults included", () => {
        fc.assert(
            fc.property(batch(foreignValue), (values) => {
                const units = values.map((value) => {
                    return `[Service]\nEnvironment=${value}\n\nExecStartPre=-/bin/x ${value}\n\nExecStart=/bin/x\n`;
                });
                readBySystemd(units).forEach(({ environment, commands }, index) => {
                    const text = units[index] ?? "";
                    // A fault in a second command, which has no "-", makes systemd refuse the whole unit.
                    if (commands.length === 0) {
                        expect(text).toContain(";");
                        return;
                    }
                    const unit = parseUnit(text);
                    const variables = new Map(environmentOf(valuesOf(unit, "Service", "Environment")));
                    const [first] = valuesOf(unit, "Service", "ExecStartPre").map((each) => rawCommandsOf(each)[0]);
                    const words = first?.words.map((word) => word.replaceAll("%%", "%")) ?? ["/bin/x"];
                    const expected = { text, variables: new Map(environment.map(pairOf)), words: commands[0] };
                    expect({ text, variables, words }).toEqual(expected);
                });
            }),
            { numRuns: 10, endOnFailure: true },
        );
    }, 120_000);
});

describe("what our parser reads", () => {
    it("is the text that was quoted, on lines that no systemd cuts", () => {
        fc.assert(
            fc.property(fc.record(sample), ({ groups, words }) => {
                const text = `[Service]\n${environmentLine("V", groups)}\n${execLine("ExecStart", ["-/bin/x", ...words])}\n`;
                const unit = parseUnit(text);
                const variables = environmentOf(valuesOf(unit, "Service", "Environment"));
                expect([...variables]).toEqual([["V", groups.join(" ")]]);
                const [command] = valuesOf(unit, "Service", "ExecStart").map(execOf);
                expect(command).toEqual({ prefix: "-", words: ["/bin/x", ...words] });
            }),
        );
    });

    it("has no line over the limit, as long as no text without spaces is", () => {
        const word = fc.stringMatching(/^[a-z%"\\é]{1,300}$/);
        const line = fc.array(word, { minLength: 50, maxLength: 120, size: "max" });
        fc.assert(
            fc.property(line, (words) => {
                expect(longestLine(environmentLine("V", [words.join(" ")]))).toBeLessThanOrEqual(LONGEST_LINE);
                expect(longestLine(execLine("ExecStart", words, "row"))).toBeLessThanOrEqual(LONGEST_LINE);
            }),
        );
    });
});

function pairOf(assignment: string): readonly [string, string] {
    const equals = assignment.indexOf("=");
    return [assignment.slice(0, equals), assignment.slice(equals + 1)];
}

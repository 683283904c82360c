import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatLine, parseLine } from "../../provider/host/protocol";
import { quote } from "../../provider/host/programs";

const common = join(process.cwd(), "provider/host/programs/common.sh");

function bash(script: string): string {
    const { stdout, status, stderr } = spawnSync("bash", ["-c", `. ${common}; ${script}`], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    return stdout;
}

// NUL cannot be in a bash variable, nor half a surrogate pair in UTF-8.
const texts = fc.array(
    fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", "")),
    { minLength: 30, maxLength: 30 },
);

test("what the host emits is what we parse", () => {
    fc.assert(
        fc.property(texts, (values) => {
            const lines = bash(values.map((value) => `emit verb key ${quote(value)}`).join("\n")).split("\n");
            expect(values.map((_, at) => parseLine(lines[at] ?? "")?.fields["key"])).toEqual(values);
        }),
        { numRuns: 10 },
    );
});

test("what we format is what the host reads", () => {
    fc.assert(
        fc.property(texts, (values) => {
            const line = formatLine("plan", Object.fromEntries(values.map((value, at) => [`key${at}`, value])));
            const print = values.map((_, at) => `printf '%s\\0' "\${read[key${at}]}"`).join("\n");
            const read = bash(`declare -A read=(); fields_into read ${quote(line)}\n${print}`);
            expect(read.split("\0").slice(0, -1)).toEqual(values);
        }),
        { numRuns: 10 },
    );
});

test.each(["", "Welcome to CoreOS", "PCK1", "PCK1\t", "PCK2\tend", " PCK1\tend"])("%j is no record", (line) => {
    expect(parseLine(line)).toBeUndefined();
});

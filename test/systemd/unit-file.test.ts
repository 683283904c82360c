import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { environmentOf, execOf, parseUnit, rawCommandsOf, valuesOf } from "../../provider/systemd/unit-file";

describe("parseUnit", () => {
    const parse = (...lines: string[]): unknown => parseUnit(lines.join("\n"));
    const service = (key: string, value: string): unknown => ({ section: "Service", key, value });

    it("keeps the order, and the section of each assignment", () => {
        expect(parse("[Unit]", "A = x", "[Service]", "  B=y=z  ", "A=")).toEqual([
            { section: "Unit", key: "A", value: "x" },
            service("B", "y=z"),
            service("A", ""),
        ]);
    });

    it.each([
        ["comments", ["[Service]", "# A=1", "  ; A=2", "A=3"]],
        ["a comment that seems to go on", ["[Service]", "# a \\", "A=3"]],
        ["what stands before any section", ["A=1", "[Service]", "A=3"]],
        ["lines without an assignment", ["[Service]", "nonsense", "=1", "[broken", "A=3"]],
        ["a byte order mark and carriage returns", ["\ufeff[Service]\r", "A=3\r"]],
    ])("leaves out %s", (_, lines) => {
        expect(parse(...lines)).toEqual([service("A", "3")]);
    });

    it.each([
        ["a backslash at the end is a space", ["A=a\\", "b"], "a b"],
        ["spaces around it stay", ["A=a \\", "  b"], "a    b"],
        ["a comment between is skipped", ["A=a\\", "# c", " ; d \\", "b"], "a b"],
        ["two backslashes are no continuation", ["A=a\\\\", "b"], "a\\\\"],
        ["three are", ["A=a\\\\\\", "b"], "a\\\\ b"],
        ["an empty line ends it", ["A=a\\", "", "b"], "a"],
        ["so does the end of the file", ["A=a\\"], "a"],
    ])("joins lines: %s", (_, lines, value) => {
        expect(parse("[Service]", ...lines)).toEqual([service("A", value)]);
    });
});

it("valuesOf forgets what stands before an empty assignment", () => {
    const unit = parseUnit("[Service]\nA=1\nA=2\nA=\nA=3\nB=4\nA=5\n[Unit]\nA=6");
    expect(valuesOf(unit, "Service", "A")).toEqual(["3", "5"]);
    expect(valuesOf(parseUnit("[Service]\nA=1\nA="), "Service", "A")).toEqual([]);
});

describe("environmentOf", () => {
    it.each<[string, string[], Record<string, string>]>([
        ["several on a line", ["A=1 B=2"], { A: "1", B: "2" }],
        ["quotes of both kinds, anywhere", [`"A=1 2" 'B=3 "4"' C="5 6"`], { A: "1 2", B: '3 "4"', C: "5 6" }],
        ["escapes", ['"A=\\x41\\101\\u00e9\\U0001d4b3\\s\\t\\\\\\""'], { A: 'AAé𝒳 \t\\"' }],
        ["bytes that make a character", ["A=\\xc3\\xa9"], { A: "é" }],
        ["doubled percent signs", ["A=50%% $x"], { A: "50%" }],
        ["the later", ["A=1", "A=2"], { A: "2" }],
        ["nothing from before an empty assignment", ["A=1", "", "B=2"], { B: "2" }],
        ["no invalid names", ["1A=1 B C-D=2 =3 E=4"], { E: "4" }],
        ["no values that are no text", ["A=\\xff B=\\n C=\\u0001 D=1"], { D: "1" }],
        ["nothing after a bad escape", ["A=1 B=\\d C=3", "D=4"], { A: "1", D: "4" }],
        ["nothing after an open quote", ['A=1 "B=2'], { A: "1" }],
        ["no NUL, surrogate or number beyond Unicode", ["A=\\x00", "B=\\ud800", "C=\\U00110000", "D=\\000"], {}],
    ])("reads %s", (_, values, expected) => {
        expect(Object.fromEntries(environmentOf(values))).toEqual(expected);
    });
});

describe("execOf", () => {
    it.each<[string, string, string[]]>([
        ["-/bin/x a  b", "-", ["/bin/x", "a", "b"]],
        ["/bin/x \"a b\" '' $$HOME ${A} 50%%", "", ["/bin/x", "a b", "", "$HOME", "${A}", "50%"]],
        ["@-/bin/x y", "@-", ["/bin/x", "y"]],
        [":/bin/x $$a", ":", ["/bin/x", "$$a"]],
        ["/bin/x a ; /bin/y", "", ["/bin/x", "a"]],
        ['/bin/x ";" \\; a;', "", ["/bin/x", ";", ";", "a;"]],
        ["/bin/sed s/\\d\\x41/b/", "", ["/bin/sed", "s/\\dA/b/"]],
        ['/bin/x "open', "", []],
        ["", "", []],
    ])("reads %j", (value, prefix, words) => {
        expect(execOf(value)).toEqual({ prefix, words });
    });

    it("leaves a second command to rawCommandsOf, which keeps the whole ones", () => {
        const words = rawCommandsOf('/bin/x $$a ; -/bin/y %%h ; /bin/z "').map((command) => command.words);
        expect(words).toEqual([
            ["/bin/x", "$$a"],
            ["/bin/y", "%%h"],
        ]);
    });
});

it("no text makes a parser throw, or takes it long", () => {
    fc.assert(
        fc.property(fc.string({ unit: "binary" }), (text) => {
            parseUnit(`[Service]\nA=${text}`).forEach(({ value }) => [environmentOf([value]), execOf(value)]);
        }),
    );
    for (const char of ["\\", " ", '"', "\\\n", "a\n", ";", "%"]) parseUnit(`[Service]\nA=${char.repeat(100_000)}b`);
}, 60_000);

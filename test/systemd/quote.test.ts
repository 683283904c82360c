import { describe, expect, it } from "vitest";
import {
    environmentLine,
    execLine,
    execWord,
    expressible,
    longestLine,
    LONGEST_LINE,
} from "../../provider/systemd/quote";

describe("environmentLine", () => {
    it.each([
        ["a plain value", ["v1.3.4"], 'Environment="V=v1.3.4"'],
        ["nothing", [""], 'Environment="V="'],
        ["what systemd gives a meaning to", ['a%b\\c"d$e'], 'Environment="V=a%%b\\\\c\\"d$e"'],
        ["groups, a line each", ["--a x", "--b y", "--c"], 'Environment="V=--a x\\\n--b y\\\n--c"'],
        ["a group that would be a comment on its own line", ["a", "#b", " ;c"], 'Environment="V=a #b  ;c"'],
        ["a group that ends in a backslash", ["a\\", "b"], 'Environment="V=a\\\\\\\nb"'],
    ])("writes %s", (_, groups, line) => {
        expect(environmentLine("V", groups)).toBe(line);
    });

    it("breaks a long group at spaces, and leaves alone what has none", () => {
        expect(longestLine(environmentLine("V", ["é".repeat(700) + " " + "é".repeat(700)]))).toBeLessThan(LONGEST_LINE);
        expect(longestLine(environmentLine("V", ["x".repeat(3000)]))).toBeGreaterThan(3000);
    });

    it("refuses to write what would become a setting of its own, and does not repeat it", () => {
        expect(() => environmentLine("V", ["a\nExecStart=/bin/evil"])).toThrow(
            /^A unit file cannot hold this text of V\.$/,
        );
    });
});

describe("expressible", () => {
    it.each(["", "a\tb", "é𝒳\u0085", "\u2028", "\\ \" ' % $"])("takes %j", (value) =>
        expect(expressible(value)).toBe(true),
    );

    it.each(["\n", "\0", "\r", "\u001b", "\u007f", "\ud800", "\ufdd0", "\ufffe"])("refuses %j", (value) =>
        expect(expressible(value)).toBe(false),
    );
});

describe("execLine", () => {
    it("has a line for each word after the first, or one for all", () => {
        const words = ["/bin/x", "--a=1", "--b=2"];
        expect(execLine("ExecStart", words)).toBe("ExecStart=/bin/x \\\n  --a=1 \\\n  --b=2");
        expect(execLine("ExecStart", words, "row")).toBe("ExecStart=/bin/x --a=1 --b=2");
        expect(execLine("ExecStart", ["-/bin/x"])).toBe("ExecStart=-/bin/x");
    });

    it("does not put on one line what does not fit there", () => {
        const words = ["/bin/x", "a".repeat(1500), "b".repeat(1500)];
        expect(execLine("ExecStart", words, "row")).toBe(execLine("ExecStart", words));
    });

    it("refuses a line break", () => {
        expect(() => execLine("ExecStart", ["/bin/x", "a\nb"])).toThrow(RangeError);
    });
});

describe("execWord", () => {
    it.each([
        ["--a=b", "--a=b"],
        ["", '""'],
        ["a b", '"a b"'],
        ["a\tb", '"a\tb"'],
        ["it's", '"it\'s"'],
        ['say "x"', '"say \\"x\\""'],
        ["a\\d", '"a\\\\d"'],
        ["50%", "50%%"],
        ["${HOME}", "$${HOME}"],
        [";", '";"'],
        ["#a", '"#a"'],
        ["a;#", "a;#"],
    ])("writes %j as %s", (word, written) => {
        expect(execWord(word)).toBe(written);
    });
});

it("longestLine counts bytes, not characters", () => {
    expect(longestLine("ab\né𝒳\n\n")).toBe(6);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CUT_MARK, LineSplitter, LONGEST_LINE, Tail } from "../../provider/ssh/lines";

function split(...chunks: readonly (string | Buffer)[]): string[] {
    const splitter = new LineSplitter();
    return [...chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk as string))), ...splitter.end()];
}

describe("LineSplitter", () => {
    it.each<[string, readonly string[], readonly string[]]>([
        ["lines of one chunk", ["a\nb\n"], ["a", "b"]],
        ["a line across chunks", ["a", "b", "c\n"], ["abc"]],
        ["empty lines", ["\n\na\n"], ["", "", "a"]],
        ["what stands after the last \\n", ["a\nb"], ["a", "b"]],
        ["nothing", [], []],
        ["a carriage return stays", ["a\r\n"], ["a\r"]],
    ])("%s", (_what, chunks, lines) => expect(split(...chunks)).toEqual(lines));

    it("is the same however the bytes are cut, in the middle of characters too", () => {
        const text = fc.string({ unit: "binary" }).map((value) => Buffer.from(value).toString());
        fc.assert(
            fc.property(fc.array(text), fc.array(fc.nat(64)), (lines, cuts) => {
                const clean = lines.map((line) => line.replaceAll("\n", ""));
                const bytes = Buffer.from(clean.map((line) => `${line}\n`).join(""));
                const points = [
                    0,
                    ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
                    bytes.length,
                ];
                const chunks = points.slice(1).map((point, at) => bytes.subarray(points[at], point));
                expect(split(...chunks)).toEqual(clean);
            }),
        );
    });

    it.each([
        [LONGEST_LINE - 1, false],
        [LONGEST_LINE, false],
        [LONGEST_LINE + 1, true],
        [3 * LONGEST_LINE, true],
    ])("a line of %i characters is cut: %s", (length, isCut) => {
        const [line = "", next] = split(...("x".repeat(length).match(/.{1,40000}/g) ?? []), "\nnext\n");
        expect(line.length).toBe(isCut ? LONGEST_LINE + CUT_MARK.length : length);
        expect(line.endsWith(CUT_MARK)).toBe(isCut);
        expect(next).toBe("next");
    });
});

describe("Tail", () => {
    it("keeps the end", () => {
        const tail = new Tail(4);
        tail.push(Buffer.from("abc"));
        expect(tail.toString()).toBe("abc");
        tail.push(Buffer.from("defgh"));
        expect(tail.toString()).toBe("efgh");
    });

    it("drops half a character in front", () => {
        const tail = new Tail(4);
        tail.push(Buffer.from("€€"));
        expect(tail.toString()).toBe("€");
    });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FLAG_NAMES, flagOf } from "../../provider/rkt/flags";
import { parse, type Piece } from "../../provider/rkt/parse";
import { judge } from "../../provider/rkt/judge";
import { isPattern, wordsIn } from "../../provider/rkt/words";
import { RIG, RIG_FACTS, rowsOf } from "./rig";
import { rktOf } from "./support";

const read = (text: string): readonly Piece[] =>
    parse(wordsIn(text).map((word) => ({ text: word, path: "rkt.options" })));
const meaning = (piece: Piece): string =>
    piece.is === "option" ? `${piece.name}=${piece.value ?? "(none)"}` : `${piece.is} ${piece.tokens.join(" ")}`;

// Source: spf13/pflag parseArgs and parseLongArg.
describe("rkt's options", () => {
    it.each([
        ["--volume a --mount=b", ["volume=a", "mount=b"]],
        ["--mount=volume=a,target=/b", ["mount=volume=a,target=/b"]],
        ["--set-env=A=b=c", ["set-env=A=b=c"]],
        ["--set-env=", ["set-env="]],
        ["--net host", ["net=(none)", "image host"]],
        ["--net=host", ["net=host"]],
        ["--debug true", ["debug=(none)", "image true"]],
        ["--debug=false", ["debug=false"]],
        ["--hostname --debug", ["hostname=--debug"]],
        ["--hostname -- --debug", ["hostname=--", "debug=(none)"]],
        ["-- --debug", ["end --", "debug=(none)"]],
        ["--debug --mount", ["debug=(none)", "without-value --mount"]],
        ["foo -", ["image foo", "image -"]],
        ["--- --=x", ["syntax ---", "syntax --=x"]],
        ["-v a:b --debug", ["single-dash -v a:b", "debug=(none)"]],
        ["--foo bar --debug", ["unknown --foo bar", "debug=(none)"]],
        ["--foo=bar", ["unknown --foo=bar"]],
        ["--help", ["help --help"]],
        ["--constructor=x", ["unknown --constructor=x"]],
    ])("%s", (text, meanings) => {
        expect(read(text).map(meaning)).toEqual(meanings);
    });

    it("keep their words: all pieces together are the words again", () => {
        const word = fc.oneof(
            fc.constantFrom(...FLAG_NAMES.flatMap((name) => [`--${name}`, `--${name}=x`])),
            fc.string({ unit: fc.constantFrom(..."-=ab") }),
        );
        fc.assert(
            fc.property(fc.array(word), (all) => {
                const words = wordsIn(all.join(" "));
                expect(read(all.join(" ")).flatMap(({ tokens }) => tokens)).toEqual(words);
            }),
        );
    });
});

// What is fine is options only, of which --NAME VALUE and --NAME=VALUE are two spellings.
it("options that the judge finds fine mean the same in either spelling", () => {
    const rows = rowsOf("test/rkt/rkt-opts.tsv");
    const all = fc.array(fc.constantFrom(...rows.map(({ options }) => options)), { minLength: 1, maxLength: 3 });
    let fine = 0;
    fc.assert(
        fc.property(all, (some) => {
            const options = some.join(" ");
            const place = { rktVersion: "1.30.0", wrapperGeneration: RIG, hostFacts: RIG_FACTS };
            const isFine = judge({ rkt: rktOf({ options }), insecure: false }, place).length === 0;
            const pieces = read(options).filter((piece) => piece.is === "option");
            if (!isFine || pieces.length === 0) return;
            fine += 1;
            const spelled = pieces.map(({ name, value }) => `--${name}${value === undefined ? "" : `=${value}`}`);
            const parted = pieces.map(({ name, value }) =>
                flagOf(name)?.takes === "value" ? `--${name} ${value ?? ""}` : `--${name}`,
            );
            const isParted = pieces.every(({ name, value }) => flagOf(name)?.takes === "value" || value === undefined);
            expect(read(spelled.join(" ")).map(meaning)).toEqual(pieces.map(meaning));
            if (isParted) expect(read(parted.join(" ")).map(meaning)).toEqual(pieces.map(meaning));
        }),
        { numRuns: 300 },
    );
    expect(fine).toBeGreaterThan(20);
});

describe("what may be shown of them", () => {
    it.each([
        ["--set-env=PASSWORD=s3cret", ["--set-env"]],
        ["--set-env PASSWORD=s3cret", ["--set-env"]],
        ["--set-env-file=/s3cret", ["--set-env-file"]],
        ["--environment=PASSWORD=s3cret", ["--environment"]],
        ['--set-env="PASSWORD=my s3cret s3cret --s3cret -s3cret"', Array(5).fill(undefined)],
        ["--setenv=PASSWORD=s3cret", ["--setenv"]],
        ["--setenv PASSWORD=s3cret --debug", ["--setenv", "--debug"]],
        ["-e PASSWORD=s3cret", ["-e"]],
        ["-ePASSWORD=s3cret", ["-e"]],
        ["PASSWORD=s3cret", ["PASSWORD=…"]],
        ["--mount --set-env=PASSWORD=s3cret", ["--mount"]],
        ["--volume a,kind=host --mount volume=a", ["--volume a,kind=host", "--mount volume=a"]],
    ])("%s", (text, shown) => {
        const pieces = read(text).map((piece) => piece.shown);
        expect(pieces).toHaveLength(shown.length);
        expect(pieces).toEqual(shown.map((one: string | undefined, at) => one ?? pieces[at]));
        expect(pieces.join(" ")).not.toContain("s3cret");
    });

    it("is no value of an option that may hold a secret", () => {
        expect(FLAG_NAMES.filter((name) => flagOf(name)?.isSecret === true)).toEqual(
            expect.arrayContaining(["set-env", "set-env-file", "environment", "exec", "user-annotation"]),
        );
    });
});

// Source: bash(1), Pathname Expansion.
it.each([
    ["a*", true],
    ["a?b", true],
    ["[ab]", true],
    ["a[b", false],
    ["a]b[", false],
    ["--volume=a,kind=host,source=/x{a,b}", false],
])("a shell that globs takes %j for a pattern: %j", (word, is) => {
    expect(isPattern(word)).toBe(is);
});

// The page on errors: how its kinds are recognised, and that none can be forgotten. test/errors provokes each of them.
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { ERROR_KINDS } from "../../provider/errors";

const REPOSITORY = join(__dirname, "../..");

/** How a line of JavaScript ends that has the generator, the words and the kinds at hand. */
function run(line: string): SpawnSyncReturns<string> {
    const from = (path: string): string => JSON.stringify(pathToFileURL(join(REPOSITORY, path)).href);
    const script = `
import { errorsPage } from ${from("scripts/docs/errors.mjs")};
import { WORDS } from ${from("scripts/docs/error-words.mjs")};
import { ERROR_KINDS } from ${from("dist/errors.js")};
${line}`;
    return spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
}

interface Words {
    /** Parts by which a message is known, … for what varies. */
    readonly says: readonly string[];
    readonly example: string;
}

/** The parts of a text between what varies. */
const fixed = (text: string): readonly string[] => text.split("…").filter((part) => part.trim() !== "");

function sources(): string {
    const provider = join(REPOSITORY, "provider");
    const files = readdirSync(provider, { recursive: true, encoding: "utf8" });
    const told = files.filter((path) => /\.(ts|sh)$/.test(path) && !path.startsWith("testing/"));
    return told.map((path) => readFileSync(join(provider, path), "utf8")).join("\n");
}

/** Whether a text has these parts, in this order. */
function has(text: string, parts: readonly string[]): boolean {
    let at = 0;
    return parts.every((part) => {
        const found = text.indexOf(part, at);
        at = found + part.length;
        return found >= 0;
    });
}

test("what a message is known by is what is said, and finds the example", () => {
    const { stdout } = run("process.stdout.write(JSON.stringify(WORDS))");
    const words = Object.entries(JSON.parse(stdout) as Readonly<Record<string, Words>>);
    expect(words).toHaveLength(ERROR_KINDS.length);
    const all = sources();
    for (const [kind, { says, example }] of words) {
        const unsaid = says.flatMap(fixed).filter((part) => !all.includes(part));
        const isFound = says.some((text) => has(example, fixed(text)));
        expect({ kind, unsaid, isFound }).toEqual({ kind, unsaid: [], isFound: true });
    }
});

test.each([
    ["a kind without words", '[...ERROR_KINDS, "brand-new"], WORDS', "no words for brand-new: "],
    ["words of no kind", "ERROR_KINDS.slice(1), WORDS", `words of errors that do not exist: ${ERROR_KINDS[0]}`],
    [
        "a kind of which a part is not told",
        'ERROR_KINDS, { ...WORDS, deadline: { ...WORDS.deadline, not: "" } }',
        "no words for deadline: not",
    ],
])("the page is not made with %s", (_, given, says) => {
    const { stderr, status } = run(`errorsPage(${given})`);
    expect(status).toBe(1);
    expect(stderr).toContain(`Error: ${says}`);
});

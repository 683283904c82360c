/**
 * Longest physical line that every systemd reads whole, in bytes without the line feed: up to 234 a line is read with
 * `fgets` into 2048 bytes, and what is left over is a line of its own. Source: systemd/systemd src/shared/conf-parser.c@v225.
 */
export const LONGEST_LINE = 2046;

// A line break before these would make the line a comment, or change how many spaces are read back.
const BREAKABLE = / (?=[^\s#;])/;

/**
 * Whether a unit file can hold the value: UTF-8 text without control characters but tab. systemd drops the whole
 * assignment otherwise. Source: systemd/systemd src/basic/env-util.c, utf8.c@v225 (Unicode's noncharacters fail too).
 */
export function expressible(value: string): boolean {
    return !/[^\P{Cc}\t\u0080-\u009f]|\p{Cs}|\p{Noncharacter_Code_Point}/u.test(value);
}

/**
 * The line `Environment="NAME=group group"`, a group a line where that is possible; read back, one space joins the groups.
 * Throws RangeError where a group is not {@link expressible}.
 */
export function environmentLine(name: string, groups: readonly string[]): string {
    refuseInexpressible(name, groups);
    const [first = "", ...rest] = groups;
    const start = `Environment="${name}=${escaped(first)}`;
    const text = rest.reduce((line, group) => line + (/^[^\s#;]/.test(group) ? "\\\n" : " ") + escaped(group), start);
    return (text + '"').split("\\\n").map(wrapped).join("\\\n");
}

/**
 * The line `KEY=word word`, each word after the first on a line of its own, or all in a row where that is asked for and
 * fits. Words are literal, but the first keeps its prefixes (`-`, `@`). Throws RangeError as {@link environmentLine} does.
 */
export function execLine(key: string, words: readonly string[], layout: "column" | "row" = "column"): string {
    refuseInexpressible(key, words);
    const row = `${key}=${words.map(execWord).join(" ")}`;
    if (layout === "row" && longestLine(row) <= LONGEST_LINE) return row;
    return `${key}=${words.map(execWord).join(" \\\n  ")}`;
}

/** A literal word of a command line, quoted where it must be: read back and run, it is that very text. */
export function execWord(word: string): string {
    const text = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
    return /^$|^[#;]|[\s"'\\]/.test(word) ? `"${text.replace(/[\\"]/g, "\\$&")}"` : text;
}

/** Bytes of the longest physical line of a text. */
export function longestLine(text: string): number {
    return text.split("\n").reduce((longest, line) => Math.max(longest, Buffer.byteLength(line)), 0);
}

function escaped(text: string): string {
    return text.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%");
}

/** One line, broken at spaces where it is too long: the backslash of a broken line is read as that space. */
function wrapped(line: string): string {
    const [first = "", ...pieces] = Buffer.byteLength(line) < LONGEST_LINE ? [line] : line.split(BREAKABLE);
    const lines = [first];
    for (const piece of pieces) {
        const longer = `${lines.at(-1) ?? ""} ${piece}`;
        if (Buffer.byteLength(longer) < LONGEST_LINE) lines[lines.length - 1] = longer;
        else lines.push(piece);
    }
    return lines.join("\\\n");
}

function refuseInexpressible(name: string, texts: readonly string[]): void {
    if (!texts.every(expressible)) throw new RangeError(`A unit file cannot hold this text of ${name}.`);
}

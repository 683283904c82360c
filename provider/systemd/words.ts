import { isUtf8 } from "node:buffer";

const ESCAPES: Readonly<Record<string, string>> = {
    a: "\x07",
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
    s: " ",
    "\\": "\\",
    '"': '"',
    "'": "'",
};
const NUMERIC = /^(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/;

/** A word of a line: its text after unquoting, whether no quote or escape was in it, whether its escapes made UTF-8. */
export interface Word {
    readonly text: string;
    readonly isPlain: boolean;
    readonly isUtf8: boolean;
}

/**
 * The words of a line, unquoted and unescaped; specifiers and `$` stay. From the first fault on (an open quote; in settings
 * an escape that is none) the rest is left out and `isWhole` is false. A command keeps an escape that is none as it stands.
 * Source: systemd/systemd src/basic/extract-word.c, escape.c; src/core/load-fragment.c.
 */
export function wordsOf(
    line: string,
    use: "setting" | "command",
): { readonly words: readonly Word[]; readonly isWhole: boolean } {
    // Bytes, one a character: an escape is one byte of a character's several.
    const bytes = Buffer.from(line).toString("latin1");
    const words: Word[] = [];
    for (let at = skipSpace(bytes, 0); at < bytes.length;) {
        const word = semicolonAt(bytes, at, use) ?? wordAt(bytes, at, use);
        if (word === undefined) return { words, isWhole: false };
        words.push({ text: word.text, isPlain: word.isPlain, isUtf8: word.isUtf8 });
        at = skipSpace(bytes, word.end);
    }
    return { words, isWhole: true };
}

interface Found extends Word {
    readonly end: number;
}

/** In a command, a lone `\;` is the word `;`, which parts no commands. */
function semicolonAt(bytes: string, at: number, use: "setting" | "command"): Found | undefined {
    const isOne =
        use === "command" && bytes.startsWith("\\;", at) && (at + 2 === bytes.length || isSpace(bytes.charAt(at + 2)));
    return isOne ? { text: ";", isPlain: false, isUtf8: true, end: at + 2 } : undefined;
}

function wordAt(bytes: string, start: number, use: "setting" | "command"): Found | undefined {
    let text = "";
    let quote = "";
    let at = start;
    for (; at < bytes.length; at++) {
        const char = bytes.charAt(at);
        if (char === "\\") {
            const escape = unescaped(bytes.slice(at + 1, at + 10));
            if (escape === undefined && use === "setting") return undefined;
            text += escape?.text ?? bytes.slice(at, at + 2);
            at += escape?.length ?? 1;
        } else if (quote === "" && isSpace(char)) break;
        else if (quote === "" ? char === '"' || char === "'" : char === quote) quote = quote === "" ? char : "";
        else text += char;
    }
    if (quote !== "") return undefined;
    const decoded = Buffer.from(text, "latin1");
    const isPlain = !/["'\\]/.test(bytes.slice(start, at));
    return { text: decoded.toString(), isPlain, isUtf8: isUtf8(decoded), end: at };
}

/** What stands after a backslash: its text as bytes, and how many characters spell it. */
function unescaped(rest: string): { readonly text: string; readonly length: number } | undefined {
    const simple = ESCAPES[rest.charAt(0)];
    if (simple !== undefined) return { text: simple, length: 1 };
    const [all, hex, octal, short, long] = NUMERIC.exec(rest) ?? [];
    if (all === undefined) return undefined;
    const unicode = short ?? long;
    const code =
        unicode === undefined ? parseInt(hex ?? octal ?? "", hex === undefined ? 8 : 16) : parseInt(unicode, 16);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
    if (unicode === undefined) return { text: String.fromCharCode(code), length: all.length };
    return { text: Buffer.from(String.fromCodePoint(code)).toString("latin1"), length: all.length };
}

function skipSpace(text: string, from: number): number {
    let at = from;
    while (isSpace(text.charAt(at))) at++;
    return at;
}

function isSpace(char: string): boolean {
    return char === " " || char === "\t" || char === "\n" || char === "\r";
}

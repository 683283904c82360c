import { flagOf, type Flag } from "./flags";
import type { Word } from "./words";

interface Part {
    /** The words that it is made of, as they stand. */
    readonly tokens: readonly string[];
    /** Path of the argument that it comes from. */
    readonly path: string;
    /** The tokens as they may be shown: no value that may be secret. */
    readonly shown: string;
}

/** An option that some rkt knows, with its value as rkt reads it. */
export interface Option extends Part {
    readonly is: "option";
    readonly name: string;
    /** Undefined: none was given, and none is needed. */
    readonly value: string | undefined;
}

/** What rkt cannot read as an option, and what it does instead. */
export interface Unread extends Part {
    readonly is: "image" | "end" | "single-dash" | "syntax" | "unknown" | "help" | "without-value";
    /** The option's name, where there is one. */
    readonly name: string;
}

export type Piece = Option | Unread;

/**
 * What rkt reads in the words, each piece with its words; all pieces together are the words again. Rkt itself stops at the
 * first fault; here the words up to the next option are taken for a part of it, and reading goes on.
 * Source: spf13/pflag parseArgs, parseLongArg, without interspersed arguments; rkt/rkt rkt/cli_apps.go, parseApps.
 */
export function parse(words: readonly Word[]): readonly Piece[] {
    const pieces: Piece[] = [];
    for (let at = 0; at < words.length;) {
        const read = pieceAt(words, at);
        // A word of a value that was meant to be quoted is as secret as the rest of it.
        const isTail = pieces.at(-1)?.shown === HIDDEN_TAIL || isSecret(pieces.at(-1));
        const isHidden = isTail && read.is !== "option" && read.path === pieces.at(-1)?.path;
        pieces.push(isHidden ? { ...read, shown: HIDDEN_TAIL } : read);
        at += read.tokens.length;
    }
    return pieces;
}

const HIDDEN_TAIL = "a word behind a value that is not shown";

function isSecret(piece: Piece | undefined): boolean {
    return piece?.is === "option" && flagOf(piece.name)?.isSecret === true;
}

function pieceAt(words: readonly Word[], at: number): Piece {
    const { text, path } = words[at] ?? { text: "", path: "" };
    const alone = { tokens: [text], path, name: "" };
    // It may be NAME=VALUE of an environment.
    if (!/^-./s.test(text)) return { ...alone, is: "image", shown: text.replace(/=.*$/s, "=…") };
    if (text === "--") return { ...alone, is: "end", shown: text };
    const fault = { tokens: [text, ...valuesAfter(words, at)], path };
    if (!text.startsWith("--")) return { ...fault, is: "single-dash", name: text.slice(1, 2), shown: text.slice(0, 2) };
    const name = text.slice(2).split("=", 1)[0] ?? "";
    if (name === "" || name.startsWith("-")) return { ...fault, is: "syntax", name, shown: "--…" };
    const shown = `--${name}`;
    if (name === "help") return { ...alone, is: "help", name, shown };
    const flag = flagOf(name);
    return flag === undefined ? { ...fault, is: "unknown", name, shown } : optionAt(words, at, name, flag);
}

function optionAt(words: readonly Word[], at: number, name: string, { takes, isSecret: isHidden }: Flag): Piece {
    const [{ text, path } = { text: "", path: "" }, next] = words.slice(at, at + 2);
    const bare = `--${name}`;
    const option = (value: string | undefined, tokens: readonly string[]): Option => {
        // What looks like an option may be one whose value is secret.
        const isShown = isHidden !== true && tokens[1]?.startsWith("-") !== true;
        return { is: "option", name, value, tokens, path, shown: isShown ? tokens.join(" ") : bare };
    };
    if (text !== bare) return option(text.slice(bare.length + 1), [text]);
    if (takes !== "value") return option(undefined, [text]);
    if (next === undefined) return { is: "without-value", name, tokens: [text], path, shown: bare };
    return option(next.text, [text, next.text]);
}

/** The words behind one that is no option, up to the next that looks like one: most likely its values. */
function valuesAfter(words: readonly Word[], at: number): readonly string[] {
    const rest = words.slice(at + 1);
    const end = rest.findIndex(({ text }) => text.startsWith("-"));
    return (end === -1 ? rest : rest.slice(0, end)).map(({ text }) => text);
}

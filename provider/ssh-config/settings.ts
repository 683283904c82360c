import { readdirSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import type { Line } from "ssh-config";
import { matchesAny } from "../ssh/known-hosts";

declare const require: (name: string) => { readonly parse: (text: string) => readonly Line[] };

/** What an ssh_config says of one host: lower-case name to words. The first value counts; names of keys add up. */
export type Settings = Map<string, readonly string[]>;

/** Adds what the text says of a host to what is given. Errors: what cannot be told without running ssh. */
export function readInto(settings: Settings, text: string, alias: string): void {
    const { parse } = parser();
    // One block is inside another where a file is included by it.
    const read = (lines: readonly Line[], isActive: boolean, depth: number): void => {
        for (const line of lines) {
            if (!("param" in line)) continue;
            const name = line.param.toLowerCase();
            if ("config" in line) read(line.config, isActive && applies(line, alias, settings), depth);
            else if (name === "include") {
                if (depth === DEEPEST) throw new Error("Include goes too deep");
                for (const file of wordsOf(line).flatMap(filesOf)) read(parse(textOf(file)), isActive, depth + 1);
            } else if (isActive) set(settings, name, wordsOf(line));
        }
    };
    read(parse(text), true, 0);
}

// Source: openssh-portable readconf.c, READCONF_MAX_DEPTH.
const DEEPEST = 16;

function parser(): ReturnType<typeof require> {
    try {
        return require("ssh-config");
    } catch (cause) {
        throw new Error("it is read by the package ssh-config: npm install ssh-config", { cause });
    }
}

function set(settings: Settings, name: string, words: readonly string[]): void {
    // Whichever of the two comes first makes the other void, but for ProxyJump none, which a ProxyCommand outlives.
    const [key, value] = /^proxy(jump|command)$/.test(name) ? ["proxy", [name, ...words]] : [name, words];
    const before = settings.get(key);
    const isOutlived = name === "proxycommand" && /^proxyjump none$/i.test(before?.join(" ") ?? "");
    if (before === undefined || isOutlived) settings.set(key, value);
    else if (name === "identityfile") settings.set(name, [...before, ...words]);
}

type Directive = Extract<Line, { param: string }>;

function wordsOf({ value }: Pick<Directive, "value">): readonly string[] {
    return typeof value === "string" ? [value] : value.map(({ val }) => val);
}

function applies(section: Directive, alias: string, settings: Settings): boolean {
    if (!("criteria" in section)) return matchesAny(wordsOf(section), alias);
    const local = userInfo().username;
    const names: Readonly<Record<string, string>> = {
        all: "",
        originalhost: alias.toLowerCase(),
        host: hostOf(settings, alias),
        user: first(settings, "user") ?? local,
        localuser: local,
    };
    return Object.entries(section.criteria).every(([word, value]) => {
        const keyword = word.toLowerCase().replace(/^!/, "");
        const name = names[keyword];
        if (name === undefined) throw new Error(`"Match ${keyword}" cannot be judged without ssh`);
        const patterns = keyword === "all" ? "*" : wordsOf({ value }).join(",");
        const isMet = matchesAny((keyword.endsWith("host") ? patterns.toLowerCase() : patterns).split(","), name);
        return isMet !== word.startsWith("!");
    });
}

export function first(settings: Settings, name: string): string | undefined {
    return settings.get(name)?.[0];
}

/** The name or address to dial. */
export function hostOf(settings: Settings, alias: string): string {
    const name = first(settings, "hostname");
    return (name === undefined ? alias : expand(name, { h: alias })).toLowerCase();
}

/** Fills in `%` tokens, `${VARIABLE}` and a leading `~`. Source: ssh_config(5), TOKENS and ENVIRONMENT VARIABLES. */
export function expand(text: string, tokens: Readonly<Record<string, string | undefined>>): string {
    const filled = (what: string, value: string | undefined): string => {
        if (value === undefined) throw new Error(`${what} stands for nothing here`);
        return value;
    };
    return text
        .replace(/^~(?=\/|$)/, homedir())
        .replace(/\$\{(\w+)\}/g, (what, name: string) => filled(what, process.env[name]))
        .replace(/%(.)/g, (what, token: string) => (token === "%" ? token : filled(what, tokens[token])));
}

/** The text of a file; empty if it cannot be read, which ssh(1) passes over too. */
export function textOf(path: string): string {
    return attempt(() => readFileSync(path, "utf8"), "");
}

function filesOf(pattern: string): readonly string[] {
    const parts = resolve(homedir(), ".ssh", expand(pattern, {})).split("/");
    return parts.reduce<readonly string[]>(
        (folders, part) => folders.flatMap((folder) => namesIn(folder, part).map((name) => join(folder, name))),
        ["/"],
    );
}

function namesIn(folder: string, pattern: string): readonly string[] {
    if (!/[*?]|\[.+\]/.test(pattern)) return [pattern];
    const names = attempt(() => readdirSync(folder), []);
    const form = globOf(pattern);
    return names.filter((name) => !name.startsWith(".") && form.test(name)).sort();
}

/** Source: glob(7); ssh's own takes `!` alone for a negation. */
function globOf(pattern: string): RegExp {
    const source = pattern.replace(
        /\[(!?)([^\]]+)\]|[\\^$.|+()[\]{}*?]/g,
        (what, not: string | undefined, set: string | undefined) => {
            if (set !== undefined) return `[${not === "" ? "" : "^"}${set.replace(/[\\^[]/g, "\\$&")}]`;
            return { "*": ".*", "?": "." }[what] ?? `\\${what}`;
        },
    );
    return new RegExp(`^${source}$`);
}

function attempt<T>(read: () => T, otherwise: T): T {
    try {
        return read();
    } catch {
        return otherwise;
    }
}

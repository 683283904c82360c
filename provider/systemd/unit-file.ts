import { expressible } from "./quote";
import { wordsOf } from "./words";

/** An assignment of a unit file, its value as written but with continued lines joined. */
export interface Directive {
    readonly section: string;
    readonly key: string;
    readonly value: string;
}

/** A unit file: its assignments in their order. */
export type UnitFile = readonly Directive[];

/** A command: its prefixes (`-`, `@`, …) and its words. */
export interface Exec {
    readonly prefix: string;
    readonly words: readonly string[];
}

/**
 * The assignments of a unit text; what systemd ignores is left out, so any text has an answer. A comment inside a continued
 * value is skipped. Source: systemd/systemd src/shared/conf-parser.c, in which older versions take it into the value.
 */
export function parseUnit(text: string): UnitFile {
    const unit: Directive[] = [];
    let section = "";
    for (const line of logicalLines(text)) {
        if (line.startsWith("[")) {
            if (line.endsWith("]")) section = line.slice(1, -1);
            continue;
        }
        const equals = line.indexOf("=");
        if (section === "" || equals < 1) continue;
        unit.push({ section, key: trim(line.slice(0, equals)), value: trim(line.slice(equals + 1)) });
    }
    return unit;
}

/** The values of a key in their order; an empty assignment forgets those before it. */
export function valuesOf(unit: UnitFile, section: string, key: string): readonly string[] {
    const values = unit.filter((each) => each.section === section && each.key === key).map(({ value }) => value);
    return values.slice(values.lastIndexOf("") + 1);
}

/** The variables that values of `Environment=` set: the later wins, `%%` is `%`, what CoreOS's systemd ignores is left out. */
export function environmentOf(values: readonly string[]): ReadonlyMap<string, string> {
    return new Map([...rawEnvironmentOf(values)].map(([name, value]) => [name, value.replaceAll("%%", "%")]));
}

/** The same before specifiers are expanded: there, `%%h` and `%h` are two things. */
export function rawEnvironmentOf(values: readonly string[]): ReadonlyMap<string, string> {
    const words = values.slice(values.lastIndexOf("") + 1).flatMap((value) => wordsOf(value, "setting").words);
    const pairs = words.flatMap(({ text, isUtf8 }) => {
        const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
        if (name === undefined || value === undefined || !isUtf8 || !expressible(value)) return [];
        return [[name, value] as const];
    });
    return new Map(pairs);
}

/** The first command of a value of `Exec…=`, as it is run but for its specifiers and variables; no words: systemd ignores it. */
export function execOf(value: string): Exec {
    const { prefix, words } = rawCommandsOf(value)[0] ?? { prefix: "", words: [] };
    const withPercent = words.map((word) => word.replaceAll("%%", "%"));
    // Source: systemd.service(5): after ":" no variable is expanded.
    return {
        prefix,
        words: prefix.includes(":") ? withPercent : withPercent.map((word) => word.replaceAll("$$", "$")),
    };
}

/** The commands of a value, which a lone `;` parts, before specifiers and variables are expanded; a faulty one is left out. */
export function rawCommandsOf(value: string): readonly Exec[] {
    const { words, isWhole } = wordsOf(value, "command");
    const commands: string[][] = [[]];
    for (const { text, isPlain } of words) {
        if (isPlain && text === ";") commands.push([]);
        else commands.at(-1)?.push(text);
    }
    if (!isWhole) commands.pop();
    return commands
        .filter((command) => command.length > 0)
        .map(([first = "", ...rest]) => {
            const prefix = /^[-@:+!|]*/.exec(first)?.[0] ?? "";
            return { prefix, words: [first.slice(prefix.length), ...rest] };
        });
}

function logicalLines(text: string): readonly string[] {
    const lines: string[] = [];
    let parts: string[] = [];
    for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
        if (/^[ \t]*[#;]/.test(line)) continue;
        const isContinued = /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
        parts.push(isContinued ? line.slice(0, -1) : line);
        if (isContinued) continue;
        lines.push(trim(parts.join(" ")));
        parts = [];
    }
    return [...lines, trim(parts.join(" "))].filter((line) => line !== "");
}

/** What systemd counts as white space, which is less than JavaScript does. */
function trim(text: string): string {
    return text.replace(/^[ \t\r\n]+/, "").replace(/(?<![ \t\r\n])[ \t\r\n]+$/, "");
}

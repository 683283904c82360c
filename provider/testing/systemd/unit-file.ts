/** What one unit's files say, drop-ins last: section, key, value, in order. */
export type Assignment = readonly [section: string, key: string, value: string];

/** A unit's assignments with systemd's way to read them: later wins, lists grow, an empty value empties. */
export class Settings {
    constructor(readonly assignments: readonly Assignment[]) {}

    list(section: string, key: string): string[] {
        let values: string[] = [];
        for (const [inSection, name, value] of this.assignments) {
            if (inSection !== section || name !== key) continue;
            values = value === "" ? [] : [...values, value];
        }
        return values;
    }

    last(section: string, key: string): string | undefined {
        return this.list(section, key).at(-1);
    }

    /** Names in a list of units such as After=. */
    names(section: string, key: string): string[] {
        return this.list(section, key).flatMap((value) => value.split(/\s+/).filter(Boolean));
    }

    flag(section: string, key: string, fallback: boolean): boolean {
        const value = this.last(section, key);
        return value === undefined ? fallback : /^(1|y|yes|t|true|on)$/i.test(value);
    }

    /** Milliseconds of a time span such as `10`, `100ms`, `1min 30s`, `infinity`. */
    span(section: string, key: string, fallback: number): number {
        const value = this.last(section, key);
        return value === undefined ? fallback : (milliseconds(value) ?? fallback);
    }
}

const units = new Map([
    ["ms", 1],
    ["msec", 1],
    ["s", 1000],
    ["sec", 1000],
    ["", 1000],
    ["m", 60_000],
    ["min", 60_000],
    ["h", 3_600_000],
]);

function milliseconds(text: string): number | undefined {
    if (text === "infinity") return Infinity;
    let sum = 0;
    for (const [, amount, unit] of text.matchAll(/([\d.]+)\s*([a-z]*)/g)) {
        const factor = units.get(unit ?? "");
        if (factor === undefined) return undefined;
        sum += Number(amount) * factor;
    }
    return sum;
}

/** The assignments of one file. Before 235 a line longer than 2047 bytes falls apart. */
export function parseUnitFile(text: string, systemdVersion: number): Assignment[] {
    const found: Assignment[] = [];
    let section = "";
    for (const line of logicalLines(text, systemdVersion)) {
        const header = /^\[([^\]]+)\]\s*$/.exec(line);
        if (header?.[1] !== undefined) {
            section = header[1];
            continue;
        }
        const at = line.indexOf("=");
        if (at > 0) found.push([section, line.slice(0, at).trim(), line.slice(at + 1).trim()]);
    }
    return found;
}

function* logicalLines(text: string, systemdVersion: number): Generator<string> {
    let held = "";
    for (const physical of text.split("\n").flatMap((line) => pieces(line, systemdVersion))) {
        const line = held + (held === "" ? physical.trimStart() : physical);
        if (held === "" && (line === "" || line.startsWith("#") || line.startsWith(";"))) continue;
        if (line.endsWith("\\")) {
            held = line.slice(0, -1) + " ";
            continue;
        }
        held = "";
        yield line.trim();
    }
    if (held !== "") yield held.trim();
}

function pieces(line: string, systemdVersion: number): string[] {
    if (systemdVersion >= 235 || line.length <= 2047) return [line];
    return [line.slice(0, 2047), ...pieces(line.slice(2047), systemdVersion)];
}

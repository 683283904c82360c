/** The fields of os-release that identify a host; an absent field is empty. */
export interface OsRelease {
    readonly id: string;
    readonly versionId: string;
    readonly prettyName: string;
}

/** Reads os-release text; values may be bare or quoted. Source: os-release(5); flatcar/scripts d70cfcaab9 quotes ID. */
export function parseOsRelease(text: string): OsRelease {
    const fields = new Map<string, string>();
    for (const line of text.split("\n")) {
        const match = /^([A-Z_]+)=(.*)$/.exec(line.trim());
        if (match?.[1] !== undefined) fields.set(match[1], unquoted(match[2] ?? ""));
    }
    return {
        id: fields.get("ID") ?? "",
        versionId: fields.get("VERSION_ID") ?? "",
        prettyName: fields.get("PRETTY_NAME") ?? "",
    };
}

function unquoted(value: string): string {
    const match = /^(["'])(.*)\1$/.exec(value);
    return match === null ? value : (match[2] ?? "").replace(/\\(.)/g, "$1");
}

/** Orders two dotted versions by their numbers, component by component; a missing component counts as 0. */
export function compareVersions(a: string, b: string): number {
    const [left, right] = [numbersIn(a), numbersIn(b)];
    for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
        const difference = (left[at] ?? 0) - (right[at] ?? 0);
        if (difference !== 0) return difference;
    }
    return 0;
}

function numbersIn(version: string): readonly number[] {
    return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}

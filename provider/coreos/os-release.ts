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

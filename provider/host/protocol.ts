/** One record of the protocol: a line `PCK1 <verb> <key>=<value>…`, tab-separated, values percent-encoded. */
export interface Message {
    readonly verb: string;
    readonly fields: Readonly<Record<string, string>>;
}

const PREFIX = "PCK1";

/** The record that a line holds; undefined for anything else that a host may say on the channel, such as a banner. */
export function parseLine(line: string): Message | undefined {
    const [prefix, verb, ...fields] = line.split("\t");
    if (prefix !== PREFIX || verb === undefined || verb === "") return undefined;
    return { verb, fields: Object.fromEntries(fields.map(parseField)) };
}

/** The line of a record, as the programs on the host read it. */
export function formatLine(verb: string, fields: Readonly<Record<string, string>>): string {
    const parts = Object.entries(fields).map(([key, value]) => `${key}=${encode(value)}`);
    return [PREFIX, verb, ...parts].join("\t");
}

function parseField(field: string): readonly [string, string] {
    const at = field.indexOf("=");
    return at < 0 ? [field, ""] : [field.slice(0, at), decode(field.slice(at + 1))];
}

function encode(value: string): string {
    return value.replace(/[%\t\n\r]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function decode(value: string): string {
    return value.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

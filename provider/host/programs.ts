import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What looks at a host and starts operations there, on our channel. */
export const OBSERVATION = ["common", "record", "observe", "stage"] as const;
/** What is laid on a host, for systemd to call. */
export const OPERATION = [
    "common",
    "record",
    "undo",
    "recover",
    "image",
    "arm",
    "swap",
    "kubelet",
    "transaction",
] as const;

/**
 * The programs joined to one text, without comment lines and indentation: fewer bytes on the first round trip. Safe
 * because the programs hold no here-documents and no quoted text that spans lines.
 */
function joined(programs: readonly string[]): string {
    return programs
        .flatMap((name) => readFileSync(join(__dirname, "programs", `${name}.sh`), "utf8").split("\n"))
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
        .join("\n");
}

/** A word as bash reads it back, whatever it holds. */
export function quote(word: string): string {
    return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

const observation = once(() => joined(OBSERVATION));
const laidOnHost = once(() => `${joined([...OPERATION, "main"])}\n`);

/** A message is one brace group: of a message that was cut on the way, bash runs nothing. */
function message(...lines: readonly string[]): string {
    return `{\n${lines.join("\n")}\n}\n`;
}

/** The first message on a channel: defines what later ones call, then observes. */
export function observeMessage(sources: readonly string[]): string {
    return message(observation(), call("observe", sources));
}

/** Asks the kubelet how it is, unless the port is 0, and observes. */
export function lookMessage(port: number, sources: readonly string[]): string {
    return message(observation(), call("look", [String(port), ...sources]));
}

/** Reads the log of an operation that somebody else started to its end, then observes. */
export function followMessage(operation: string, sources: readonly string[]): string {
    return message(observation(), call("follow", [operation]), call("observe", sources));
}

export interface BeginMessage {
    readonly operation: string;
    readonly attempt: number;
    /** The plan as a line of the protocol. */
    readonly plan: string;
    readonly unit: string | undefined;
    readonly wrapper: string | undefined;
    readonly sources: readonly string[];
}

/** Starts an operation, or finds it started by an earlier copy of this message; reads it to its end, then observes. */
export function beginMessage({ operation, attempt, plan, unit, wrapper, sources }: BeginMessage): string {
    const files = [laidOnHost(), unit, wrapper].flatMap((text) =>
        text === undefined ? ["", ""] : [text, sha256(text)],
    );
    return message(
        observation(),
        call("begin", [operation, String(attempt), plan, ...files]),
        call("observe", sources),
    );
}

function call(name: string, args: readonly string[]): string {
    return [name, ...args.map(quote)].join(" ");
}

function once(make: () => string): () => string {
    let made: string | undefined;
    return () => (made ??= make());
}

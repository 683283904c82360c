// Makes a program on a bed host stand still before a certain command; test/hosts/holding is the other half.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { BedHost } from "./bed.js";

export interface Place {
    /** Pattern of the program's command line. */
    readonly program: string;
    /** Pattern of a command. */
    readonly command: string;
    /** How many further commands of the same program pass. */
    readonly skip: number;
}

const FOLDER = "/run/stand-in";

/** The next program that comes to the place stands still there; the first one only. */
export async function hold(host: BedHost, { program, command, skip }: Place): Promise<void> {
    await lay(host, [program, command, String(skip)]);
}

/** Writes down what programs do from a command on, for {@link traced}. */
export async function trace(host: BedHost, program: string): Promise<void> {
    await lay(host, [program, "*", "trace"]);
}

async function lay(host: BedHost, lines: readonly string[]): Promise<void> {
    const words = lines.map((line) => `'${line.replaceAll("'", String.raw`'\''`)}'`).join(" ");
    await must(
        host,
        `rm -rf ${FOLDER}/held; printf '%s\\n' ${words} >${FOLDER}/hold.new; mv ${FOLDER}/hold.new ${FOLDER}/hold`,
    );
}

/** Waits until a program stands still, and says before which command; undefined: `over` was settled first. */
export async function held(host: BedHost, over: Promise<unknown>): Promise<string | undefined> {
    const end = { isThere: false };
    const note = (): void => void (end.isThere = true);
    void over.then(note, note);
    for (;;) {
        const wasOver = end.isThere;
        const [, command] = whoIsHeld(host).split("\n");
        if (command !== undefined && command !== "") return command;
        if (wasOver) return undefined;
        await sleep(20);
    }
}

function whoIsHeld(host: BedHost): string {
    try {
        return readFileSync(host.path(`${FOLDER}/held/who`), "utf8");
    } catch {
        return "";
    }
}

/** What is held goes on, and nothing is held any more. */
export async function release(host: BedHost): Promise<void> {
    await must(host, `rm -f ${FOLDER}/hold`);
}

/** The commands of each traced program, in order. */
export async function traced(host: BedHost): Promise<readonly (readonly string[])[]> {
    const { stdout } = await host.inside(`tail -n +1 ${FOLDER}/trace.*`);
    return stdout
        .split(/^==> .* <==\n/m)
        .slice(1)
        .map((text) => text.trimEnd().split("\n"));
}

async function must(host: BedHost, script: string): Promise<void> {
    const { code, stderr } = await host.inside(script);
    if (code !== 0) throw new Error(`${host.name}: ${stderr}`);
}

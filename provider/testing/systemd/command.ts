import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
    accessSync,
    closeSync,
    constants,
    mkdirSync,
    openSync,
    readFileSync,
    realpathSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Machine } from "./machine";
import { movedExecutable, moveUnderRoot } from "./moved";
import { expandSpecifiers, expandVariables, splitWords } from "./words";

/** How a process ended; 203 is systemd's status for a program that could not be started. */
export interface Ended {
    readonly code: number;
    readonly signal: NodeJS.Signals | null;
}

/** A process that was started; its pid is 0 if there was nothing to start. */
export interface Running {
    readonly pid: number;
    readonly ended: Promise<Ended>;
}

/** One Exec line: whether its failure is ignored, and its words. */
export interface Command {
    readonly mayFail: boolean;
    readonly words: readonly string[];
}

/** Reads an Exec line. */
export function parseCommand(line: string, unit: string): Command {
    const prefix = /^[-@:+!]*/.exec(line)?.[0] ?? "";
    const words = splitWords(line.slice(prefix.length)).map((word) => expandSpecifiers(word, unit));
    return { mayFail: prefix.includes("-"), words };
}

/** Starts a command of a unit in a session of its own; what it prints goes to the unit's journal. */
export function startCommand(
    machine: Machine,
    unit: string,
    command: Command,
    variables: Readonly<Record<string, string>>,
): Running {
    const environment = { ...variables, ...machine.environment };
    const [file = "", ...rest] = expandVariables(command.words, environment);
    const executable = movedExecutable(file, machine.root);
    if (!isExecutable(executable)) {
        machine.note(unit, "exec-failed", file);
        appendJournal(machine, unit, `${unit}: Failed at step EXEC spawning ${file}: No such file or directory`);
        return { pid: 0, ended: Promise.resolve({ code: 203, signal: null }) };
    }
    const own = executable.startsWith(`${machine.root}/`);
    // What follows a program of the host is its own business; the machine's programs know nothing of a root.
    const words = own ? rest : rest.map((word) => moveUnderRoot(word, machine.root));
    const moved = own ? movedScript(machine, executable) : undefined;
    return launch(
        machine,
        unit,
        moved === undefined ? [executable, ...words] : ["/bin/bash", moved, ...words],
        environment,
    );
}

function launch(
    machine: Machine,
    unit: string,
    words: readonly string[],
    environment: Record<string, string>,
): Running {
    const [file = "", ...rest] = words;
    const journal = openSync(journalFile(machine, unit), "a");
    try {
        const child = spawn(file, rest, {
            cwd: machine.root,
            env: environment,
            detached: true,
            stdio: ["ignore", journal, journal],
        });
        const ended = new Promise<Ended>((resolve) => {
            child.on("error", () => resolve({ code: 203, signal: null }));
            child.on("exit", (code, signal) => resolve({ code: code ?? 0, signal }));
        });
        return { pid: child.pid ?? 0, ended };
    } finally {
        closeSync(journal);
    }
}

/** Adds a line that systemd itself would log. */
export function appendJournal(machine: Machine, unit: string, line: string): void {
    writeFileSync(journalFile(machine, unit), `${line}\n`, { flag: "a" });
}

function journalFile(machine: Machine, unit: string): string {
    const file = join(machine.root, "var/log/journal", unit);
    mkdirSync(dirname(file), { recursive: true });
    return file;
}

// The host's shell programs name absolute paths: a copy runs whose paths are under the root. Stand-ins know the root.
function movedScript(machine: Machine, executable: string): string | undefined {
    const home = join(machine.root, "usr/lib/stand-in");
    if (realpathSync(executable).startsWith(`${home}/`)) return undefined;
    const text = readFileSync(executable, "utf8");
    if (!/^#!.*\b(ba)?sh\b/.test(text)) return undefined;
    const moved = moveUnderRoot(text, machine.root);
    const copy = join(home, "moved", createHash("sha256").update(moved).digest("hex").slice(0, 16));
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, moved);
    return copy;
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}

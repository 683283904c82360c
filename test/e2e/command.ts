import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export interface Ran {
    /** null: it was ended by a signal */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A command that runs: its lines of stdout as they come, and its end. */
export class Command {
    readonly lines: string[] = [];
    readonly done: Promise<Ran>;
    readonly #child: ChildProcess;
    #ended = false;

    constructor(
        path: string,
        args: readonly string[],
        options: { readonly cwd: string; readonly env: Record<string, string> },
    ) {
        const child = spawn(path, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
        let stderr = "";
        createInterface({ input: child.stdout }).on("line", (line) => this.lines.push(line));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        this.#child = child;
        this.done = new Promise((resolve, reject) => {
            child.once("error", reject);
            child.once("close", (code) => {
                this.#ended = true;
                resolve({ code, stdout: this.lines.join("\n"), stderr });
            });
        });
    }

    /** The first line that matches, as soon as it is there. */
    async line(pattern: RegExp): Promise<string> {
        for (;;) {
            const ended = this.#ended;
            const found = this.lines.find((line) => pattern.test(line));
            if (found !== undefined) return found;
            if (ended) throw new Error(`ended without a line like ${String(pattern)}:\n${this.lines.join("\n")}`);
            await sleep(20);
        }
    }

    kill(signal: NodeJS.Signals = "SIGKILL"): void {
        this.#child.kill(signal);
    }
}

/** Throws what a command said if it did not end well. */
export function succeeded(ran: Ran): Ran {
    if (ran.code !== 0) throw new Error(`exit code ${String(ran.code)}\n${ran.stdout}\n${ran.stderr}`);
    return ran;
}

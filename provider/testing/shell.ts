import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { ServerChannel } from "ssh2";
import type { ScriptResult } from "./options";

/** Runs shells of the host's user, and knows which of them are still there. */
export class Shells {
    readonly #sessions = new Set<number>();

    constructor(
        readonly folder: string,
        readonly environment: Readonly<Record<string, string>>,
    ) {}

    /** Sessions that were started here and have not ended. */
    get sessions(): ReadonlySet<number> {
        return this.#sessions;
    }

    /** Joins a command, or a shell if there is none, to an SSH channel, as sshd does. */
    attach(channel: ServerChannel, command: string | undefined): void {
        const child = this.#start(command === undefined ? [] : ["-c", command]);
        for (const stream of [channel, child.stdin, child.stdout, child.stderr]) stream.on("error", () => undefined);
        channel.pipe(child.stdin);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        // A lost link does not end the command; it reads the end of its input and cannot print any more.
        channel.on("close", () => {
            child.stdin.destroy();
            child.stdout.destroy();
            child.stderr.destroy();
        });
        child.on("close", (code, signal) => {
            if (signal === null) channel.exit(code ?? 0);
            else channel.exit(signal.replace(/^SIG/, ""));
            channel.end();
        });
    }

    /** Runs a script to its end. */
    run(script: string): Promise<ScriptResult> {
        return new Promise((resolve) => {
            const child = this.#start(["-c", script]);
            let stdout = "";
            let stderr = "";
            child.stdin.end();
            child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
            child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
            child.on("close", (code) => resolve({ code: code ?? 137, stdout, stderr }));
        });
    }

    #start(words: readonly string[]): ChildProcessWithoutNullStreams {
        const child = spawn("/bin/bash", words, { cwd: this.folder, env: { ...this.environment }, detached: true });
        const { pid } = child;
        if (pid === undefined) return child;
        this.#sessions.add(pid);
        child.on("exit", () => this.#sessions.delete(pid));
        return child;
    }
}

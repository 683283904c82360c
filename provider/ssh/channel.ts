import type { ClientChannel } from "ssh2";
import { HostError } from "../errors";
import { after } from "./deadline";
import { LineSplitter, Tail } from "./lines";
import type { Link } from "./link";
import { seconds } from "./stream";
import { wordsFor } from "./transient";

/** How a command ended; both undefined if nobody said, as after a lost connection. */
export interface Exit {
    readonly code: number | undefined;
    readonly signal: string | undefined;
}

/** One command on the host, as a stream of bytes in and of lines out. */
export interface Channel {
    /** Queues text for the command's stdin. Without effect once the channel is closed. */
    write(bytes: string): void;
    /** Ends the command's stdin; output goes on. */
    end(): void;
    /**
     * The lines of stdout, UTF-8, without \n; longer than 1 MiB: cut and marked. One reader at a time; one that breaks off
     * leaves the rest to the next. Reading slowly slows the command down. Ends with the command's output.
     * Errors: connection-lost; a half line before it is dropped.
     */
    lines(): AsyncIterable<string>;
    /** The last 4 KiB of stderr. */
    readonly stderr: () => string;
    /** Settles as soon as the end of the command is known, read or not; never rejects. */
    readonly closed: Promise<Exit>;
    /** Closes the channel at once. The command sees its pipes close; it is not killed. */
    close(): void;
}

const STDERR_BYTES = 4096;
// The keepalive sees a dead connection; this is for a live server that never answers.
const OPEN_MILLISECONDS = 30_000;

/** Starts a command. Errors: connection-lost, no-channel (refused), deadline (no answer within 30 s). */
export function openChannel(link: Link, host: string, command: string): Promise<Channel> {
    return new Promise((resolve, reject) => {
        const undo: (() => void)[] = [];
        let isLate = false;
        const settle = (act: () => void): void => {
            isLate = true;
            for (const stop of undo.splice(0)) stop();
            act();
        };
        undo.push(after(OPEN_MILLISECONDS, () => settle(() => reject(noAnswer(host)))));
        undo.push(link.onEnd(() => settle(() => reject(lost(link, host)))));
        const answer = (error: Error | undefined, stream: ClientChannel): void => {
            if (error !== undefined) {
                settle(() => reject(link.ended ? lost(link, host) : refused(host, error)));
            } else if (isLate) {
                stream.on("error", () => undefined).close();
            } else {
                // At once, not after the await: one packet may hold the answer and the end of the command.
                const channel = channelOf(stream, link, host);
                settle(() => resolve(channel));
            }
        };
        try {
            link.client.exec(command, answer);
        } catch {
            settle(() => reject(lost(link, host)));
        }
    });
}

function channelOf(stream: ClientChannel, link: Link, host: string): Channel {
    const stderr = new Tail(STDERR_BYTES);
    stream.on("error", () => undefined);
    stream.stderr.on("error", () => undefined).on("data", (chunk: Buffer) => stderr.push(chunk));
    const closed = exitOf(stream, link);
    const lines = readLines(stream, link, host, closed);
    return {
        write: (bytes) => {
            if (stream.writable) stream.write(bytes);
        },
        end: () => {
            if (stream.writable) stream.end();
        },
        // Without return(), so that a loop that breaks off does not end the stream.
        lines: () => ({ [Symbol.asyncIterator]: () => ({ next: () => lines.next() }) }),
        stderr: () => stderr.toString(),
        closed,
        close: () => stream.close(),
    };
}

function exitOf(stream: ClientChannel, link: Link): Promise<Exit> {
    return new Promise((resolve) => {
        const settle = (code?: number | null, signal?: string): void =>
            resolve({ code: code ?? undefined, signal: signal?.replace(/^SIG/, "") });
        stream.once("exit", (code: number | null, signal?: string) => settle(code, signal));
        stream.once("close", () => settle());
        link.onEnd(() => settle());
    });
}

async function* readLines(stream: ClientChannel, link: Link, host: string, closed: Promise<Exit>) {
    const splitter = new LineSplitter();
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
        yield* splitter.push(chunk as Buffer);
    }
    if (link.lost !== undefined && (await closed).code === undefined) {
        throw lost(link, host);
    }
    yield* splitter.end();
}

function lost(link: Link, host: string): HostError {
    return new HostError({
        kind: "connection-lost",
        host,
        step: "run",
        happened: `the SSH connection was lost (${link.lost ?? "we closed it"})`,
        hostState: "What runs on the host goes on without us, its outcome is not known here",
        next: "Connect again",
    });
}

function refused(host: string, cause: Error): HostError {
    return new HostError({
        kind: "no-channel",
        host,
        step: "run",
        happened: `sshd refused to run a command (${wordsFor(cause)})`,
        hostState: "Nothing was started",
        next: "Look at MaxSessions, ForceCommand and the user's shell on the host",
        cause,
    });
}

function noAnswer(host: string): HostError {
    return new HostError({
        kind: "deadline",
        host,
        step: "run",
        happened: `sshd did not answer the request to run a command within ${seconds(OPEN_MILLISECONDS)}`,
        hostState: "Nothing was sent to it",
        next: "Look at the load of the host",
    });
}

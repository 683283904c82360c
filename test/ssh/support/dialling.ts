import { onTestFinished } from "vitest";
import { HostError } from "../../../provider/errors";
import { connectionOf, type ConnectionArgs } from "../../../provider/spec/connection";
import { dial, type Channel, type Session } from "../../../provider/ssh";
import { HOST_KEY, USER_KEY } from "./server";

export type Args = Omit<ConnectionArgs, "host"> & { readonly host?: string };

export interface Dialled {
    readonly session: Session;
    readonly log: readonly string[];
}

/** What a direct, proven connection to a test server needs; an empty agentSocketPath keeps the machine's own agent out. */
export const KNOWN = { privateKey: USER_KEY.private, hostKey: HOST_KEY.public, agentSocketPath: "" };

/** Dials loopback; the session ends with the test. */
export async function dialTest(
    args: Args,
    options: { pinned?: string; timeout?: number; linger?: number } = {},
): Promise<Dialled> {
    const log: string[] = [];
    const connection = connectionOf({ host: "127.0.0.1", agentSocketPath: "", ...args });
    const session = await dial({ connection, timeout: 10, log: (line) => log.push(line), ...options });
    onTestFinished(() => session.close());
    return { session, log };
}

/** The HostError that a promise is rejected with. */
export async function hostErrorOf(promise: Promise<unknown>): Promise<HostError> {
    const error: unknown = await promise.then(
        () => undefined,
        (reason: unknown) => reason,
    );
    if (!(error instanceof HostError)) {
        throw new Error("expected a HostError", { cause: error });
    }
    return error;
}

export async function allLines(channel: Channel): Promise<string[]> {
    const lines: string[] = [];
    for await (const line of channel.lines()) lines.push(line);
    return lines;
}

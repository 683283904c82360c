import {
    OpenSSHAgent,
    type AnyAuthMethod,
    type AuthenticationType,
    type AuthHandlerMiddleware,
    type ParsedKey,
} from "ssh2";
import type { Hop } from "../spec/connection";

/** One way to log in that we have the means for. */
export interface Method {
    readonly name: "key" | "password" | "keyboard-interactive" | "agent";
    /** What SSH calls it. */
    readonly wire: "publickey" | "password" | "keyboard-interactive";
    readonly attempt: AnyAuthMethod;
}

// A token may wait for a finger; a hung agent must not use up the whole deadline.
const AGENT_MILLISECONDS = 20_000;

type StreamCallback = Parameters<OpenSSHAgent["getStream"]>[0];

class BoundedAgent extends OpenSSHAgent {
    override getStream(callback: StreamCallback): void {
        super.getStream((error, stream) => {
            const socket: unknown = stream;
            if (isSocket(socket)) {
                socket.setTimeout(AGENT_MILLISECONDS, () => socket.destroy());
            }
            callback(error, stream);
        });
    }
}

interface Destroyable {
    setTimeout(milliseconds: number, callback: () => void): void;
    destroy(): void;
}

function isSocket(stream: unknown): stream is Destroyable {
    return typeof stream === "object" && stream !== null && "setTimeout" in stream && "destroy" in stream;
}

/** The methods that we have, in the order of @pulumi/command: key, password (twice), agent. */
export function methodsOf(hop: Hop, key: ParsedKey | undefined, agentSocket: string | undefined): readonly Method[] {
    const username = hop.user;
    const { password } = hop;
    const methods: Method[] = [];
    if (key !== undefined) {
        methods.push({ name: "key", wire: "publickey", attempt: { type: "publickey", username, key } });
    }
    if (password !== undefined) {
        const type = "keyboard-interactive";
        methods.push(
            { name: "password", wire: "password", attempt: { type: "password", username, password } },
            {
                name: type,
                wire: type,
                attempt: {
                    type,
                    username,
                    prompt: (_name, _instructions, _language, prompts, answer) => answer(prompts.map(() => password)),
                },
            },
        );
    }
    if (agentSocket !== undefined && agentSocket !== "") {
        const agent = new BoundedAgent(agentSocket);
        methods.push({ name: "agent", wire: "publickey", attempt: { type: "agent", username, agent } });
    }
    return methods;
}

/** What has been tried, for the error. */
export interface Progress {
    tried: Method["name"][];
    /** What the server said that it takes; undefined before its first answer. */
    offered: readonly string[] | undefined;
}

/** ssh2's question "what next?": our methods in order, without those that the server does not take, and no `none` probe. */
export function authHandlerOf(methods: readonly Method[], progress: Progress): AuthHandlerMiddleware {
    let left = [...methods];
    let last: Method | undefined;
    return (offered: AuthenticationType[] | null, partly: boolean | null, next) => {
        progress.offered = offered ?? undefined;
        if (partly === true) {
            // A server that wants several factors may want an early one again, in its own order.
            left = methods.filter((method) => method !== last);
        }
        const at = left.findIndex((method) => offered === null || offered.includes(method.wire));
        last = at < 0 ? undefined : left.splice(at, 1)[0];
        if (last !== undefined) {
            progress.tried.push(last.name);
        }
        next(last === undefined ? NO_MORE : last.attempt);
    };
}

// The types do not know the documented `false`, "no more methods to try".
const NO_MORE = false as unknown as AnyAuthMethod;

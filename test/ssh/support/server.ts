import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { Server, type Algorithms, type AuthContext, type Connection, type ServerChannel } from "ssh2";
import { onTestFinished } from "vitest";
import { ed25519, parsed, type Pair } from "./keys";

export const HOST_KEY = ed25519();
export const USER_KEY = ed25519();

export interface ServerOptions {
    readonly hostKeys?: readonly Pair[];
    /** Decides on each attempt; by default USER_KEY alone is let in. */
    readonly onAuth?: (context: AuthContext) => void;
    readonly onExec?: (command: string, channel: ServerChannel) => void;
    /** `forward` connects where it is asked to, `refuse` fails to, `forbid` does not allow it. */
    readonly tunnels?: "forward" | "refuse" | "forbid";
    /** Refuses channels, or commands, or answers neither. */
    readonly channels?: "refuse" | "refuse command" | "silent";
    readonly algorithms?: Algorithms;
    /** Does not say which signatures it takes, as sshd before 7.2. Source: release notes of OpenSSH 7.2, RFC 8308. */
    readonly isSilentOnSignatures?: boolean;
    /** The address that it listens on, 127.0.0.1 by default. */
    readonly address?: string;
    readonly greeting?: string;
    readonly banner?: string;
}

export interface TestServer {
    readonly port: number;
    /** `user method` of each attempt, in order. */
    readonly attempts: string[];
    readonly connections: Connection[];
    /** How many connections there ever were at once that had not logged in yet. */
    mostLoggingIn(): number;
    /** Resolves when the first connection is closed. */
    closed(): Promise<unknown>;
    close(): void;
}

/** An SSH server in this process, on loopback, that ends with the test. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
    const { hostKeys = [HOST_KEY], greeting, banner } = options;
    const attempts: string[] = [];
    const connections: Connection[] = [];
    const loggingIn = new Set<Connection>();
    let most = 0;
    const server = new Server(
        {
            hostKeys: hostKeys.map((pair) => pair.private),
            ...(greeting !== undefined && { greeting }),
            ...(banner !== undefined && { banner }),
            ...(options.algorithms !== undefined && { algorithms: options.algorithms }),
        },
        (connection) => {
            if (options.isSilentOnSignatures === true) silence(connection);
            connections.push(connection);
            most = Math.max(most, loggingIn.add(connection).size);
            connection.on("ready", () => loggingIn.delete(connection));
            connection.on("close", () => loggingIn.delete(connection));
            connection.on("error", () => undefined);
            connection.on("authentication", (context) => {
                attempts.push(`${context.username} ${context.method}`);
                (options.onAuth ?? byKey(USER_KEY))(context);
            });
            connection.on("session", (accept, reject) => serveSession(options, accept, reject));
            connection.on("tcpip", (accept, reject, info) => {
                if (options.tunnels === "forward") {
                    const channel = accept();
                    const socket = connect(info.destPort, info.destIP);
                    socket.on("error", () => channel.close());
                    channel.on("error", () => undefined);
                    channel.pipe(socket).pipe(channel);
                } else {
                    refuseTunnel(connection, options.tunnels === "refuse" ? 2 : 1, reject);
                }
            });
        },
    );
    server.listen(0, options.address ?? "127.0.0.1");
    await once(server, "listening");
    const close = (): void => {
        server.close();
        for (const connection of connections) connection.end();
    };
    onTestFinished(close);
    // Not node's once(): it would take the broken pipe of a client that is gone for a failure.
    const closed = (): Promise<unknown> =>
        new Promise((resolve) => {
            connections[0]?.once("close", () => resolve(undefined));
        });
    const { port } = server.address() as AddressInfo;
    return { port, attempts, connections, mostLoggingIn: () => most, closed, close };
}

function silence(connection: Connection): void {
    // ssh2's own server always says it to a client that wants to know.
    const protocol = (connection as unknown as { _protocol: Talking })._protocol;
    const real = protocol._onHandshakeComplete.bind(protocol);
    protocol._onHandshakeComplete = (...args) => {
        protocol._kex.remoteExtInfoEnabled = false;
        real(...args);
    };
}

interface Talking {
    _onHandshakeComplete: (...args: readonly unknown[]) => void;
    readonly _kex: { remoteExtInfoEnabled: boolean };
}

function refuseTunnel(connection: Connection, reason: number, reject: () => void): void {
    // ssh2's own reject() always says "administratively prohibited".
    const protocol = (connection as unknown as { _protocol: { channelOpenFail: (...args: unknown[]) => void } })
        ._protocol;
    const real = protocol.channelOpenFail.bind(protocol);
    protocol.channelOpenFail = (recipient, _reason, ...rest) => real(recipient, reason, ...rest);
    reject();
}

function serveSession(
    { channels, onExec }: ServerOptions,
    accept: () => import("ssh2").Session,
    reject: () => void,
): void {
    if (channels === "silent") {
        return;
    }
    if (channels === "refuse") {
        reject();
        return;
    }
    accept().on("exec", (acceptExec, rejectExec, { command }) => {
        if (channels === "refuse command") {
            rejectExec();
        } else {
            const channel = acceptExec();
            channel.on("error", () => undefined);
            (onExec ?? echo)(command, channel);
        }
    });
}

function echo(command: string, channel: ServerChannel): void {
    channel.write(`${command}\n`);
    channel.exit(0);
    channel.end();
}

/** Lets in who proves this key. */
export function byKey(pair: Pair): (context: AuthContext) => void {
    const key = parsed(pair.public);
    return (context) => {
        if (context.method !== "publickey" || !key.getPublicSSH().equals(context.key.data)) {
            context.reject(["publickey"]);
        } else if (context.signature === undefined || context.blob === undefined) {
            context.accept();
        } else if (key.verify(context.blob, context.signature, context.hashAlgo)) {
            context.accept();
        } else {
            context.reject(["publickey"]);
        }
    };
}

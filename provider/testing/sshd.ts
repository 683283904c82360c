import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from "node:net";
import { type AuthContext, type Connection, type ParsedKey, Server, type Session, utils } from "ssh2";
import type { Counters } from "./options";
import type { Shells } from "./shell";
import { type Link, Wire } from "./wire";

/** Who may log in, and what for. */
export interface SshdOptions {
    readonly user: string;
    readonly authorizedKeys: readonly string[];
    readonly password: string | undefined;
    readonly jump: boolean;
    readonly banner: string | undefined;
}

/** A host's sshd: listens on loopback, checks logins, runs commands. */
export class Sshd {
    #port: number;
    #server: Server;
    #listener: NetServer | undefined;
    readonly #sockets = new Set<Socket>();
    readonly #keys: readonly ParsedKey[];

    constructor(
        readonly options: SshdOptions,
        readonly shells: Shells,
        readonly link: Link,
        readonly counters: Counters,
        hostKey: string,
        port: number,
    ) {
        this.#port = port;
        this.#keys = options.authorizedKeys.map(parsed);
        this.#server = this.#serverWith(hostKey);
    }

    get port(): number {
        return this.#port;
    }

    /** New connections see this host key. */
    changeHostKey(hostKey: string): void {
        this.#server = this.#serverWith(hostKey);
    }

    /** Takes connections, on the same port each time. */
    async listen(): Promise<void> {
        if (this.#listener !== undefined) return;
        const listener = createServer({ allowHalfOpen: true }, (socket) => this.#connected(socket));
        this.#listener = listener;
        await new Promise<void>((resolve, reject) => {
            listener.once("error", reject);
            listener.listen(this.#port, "127.0.0.1", resolve);
        });
        this.#port = (listener.address() as AddressInfo).port;
    }

    /** Dials are refused from now on; connections stay. */
    close(): void {
        this.#listener?.close();
        this.#listener = undefined;
    }

    /** Every connection breaks. */
    drop(): void {
        for (const socket of this.#sockets) socket.resetAndDestroy();
    }

    #connected(socket: Socket): void {
        this.counters.tcpConnections++;
        this.#sockets.add(socket);
        socket.on("close", () => this.#sockets.delete(socket));
        const wire = new Wire(socket, this.link, this.counters);
        const server = this.#server;
        // ssh2 takes any Duplex here; its types say net.Socket because that is what `listen` gives it.
        wire.established(() => server.injectSocket(wire as unknown as Socket));
    }

    #serverWith(hostKey: string): Server {
        const { banner } = this.options;
        const server = new Server({
            hostKeys: [hostKey],
            ident: "OpenSSH_7.2",
            keepaliveInterval: 180_000,
            ...(banner === undefined ? {} : { banner }),
        });
        return server.on("connection", (client: Connection) => this.#serve(client));
    }

    #serve(client: Connection): void {
        client.on("error", () => undefined);
        client.on("authentication", (context) => this.#authenticate(context));
        client.on("ready", () => this.counters.logins++);
        client.on("session", (accept) => this.#session(accept()));
        client.on("tcpip", (accept, reject, { destIP, destPort }) => {
            if (!this.options.jump || !isLoopback(destIP)) {
                reject();
                return;
            }
            const target = connect({ host: destIP, port: destPort });
            target.once("error", () => reject());
            target.once("connect", () => {
                this.counters.forwarded++;
                const channel = accept();
                this.#sockets.add(target);
                target.removeAllListeners("error").on("error", () => channel.destroy());
                target.on("close", () => {
                    this.#sockets.delete(target);
                    channel.destroy();
                });
                channel.on("error", () => target.destroy()).on("close", () => target.destroy());
                channel.pipe(target).pipe(channel);
            });
        });
    }

    #authenticate(context: AuthContext): void {
        const methods: ("publickey" | "password")[] =
            this.options.password === undefined ? ["publickey"] : ["publickey", "password"];
        if (context.username !== this.options.user) context.reject(methods);
        else if (context.method === "password" && context.password === this.options.password) context.accept();
        else if (context.method === "publickey" && this.#knows(context)) context.accept();
        else context.reject(methods);
    }

    #knows(context: Extract<AuthContext, { method: "publickey" }>): boolean {
        const key = this.#keys.find((known) => known.getPublicSSH().equals(context.key.data));
        if (key === undefined) return false;
        if (context.signature === undefined || context.blob === undefined) return true;
        // ssh2 gives back an Error, which is true enough, for a signature that it cannot read; its types do not say so.
        const verdict: unknown = key.verify(context.blob, context.signature, context.hashAlgo);
        return verdict === true;
    }

    #session(session: Session): void {
        session.on("pty", (accept) => accept());
        session.on("env", (accept) => (accept as (() => void) | undefined)?.());
        session.on("exec", (accept, _reject, { command }) => {
            this.counters.channels++;
            this.shells.attach(accept(), command);
        });
        session.on("shell", (accept) => {
            this.counters.channels++;
            this.shells.attach(accept(), undefined);
        });
    }
}

function parsed(line: string): ParsedKey {
    const key = utils.parseKey(line);
    if (key instanceof Error) throw new Error(`not a public key: ${key.message}`);
    return key;
}

function isLoopback(address: string): boolean {
    return address === "localhost" || address === "::1" || address.startsWith("127.");
}

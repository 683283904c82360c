import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface Door {
    readonly port: number;
    /** TCP connections so far. */
    readonly count: () => number;
    /** Passes nothing on from now on, in either direction, and closes nothing. */
    freeze(): void;
    /** As freeze(), but for so many milliseconds: what arrives meanwhile comes as one piece. */
    hold(milliseconds: number): void;
    /** Says to those who came that no more follows, as the system does for a process that died. */
    hangUp(): void;
    /** Resets every connection. */
    cut(): void;
}

/** A TCP relay on loopback; `slam` closes that many connections at once, as sshd does above MaxStartups. */
export async function openDoor(target: number, { slam = 0 } = {}): Promise<Door> {
    let count = 0;
    const sockets: Socket[] = [];
    const server = createServer((near) => {
        count += 1;
        sockets.push(near);
        near.on("error", () => undefined);
        if (count <= slam) {
            near.end();
            return;
        }
        near.setNoDelay();
        const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
        far.on("error", () => near.destroy());
        far.on("close", () => near.destroy());
        near.on("close", () => far.destroy());
        sockets.push(far);
        near.pipe(far).pipe(near);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const cut = (): void => {
        for (const socket of sockets) socket.resetAndDestroy();
    };
    onTestFinished(() => {
        cut();
        server.close();
    });
    const hangUp = (): void => {
        for (const socket of sockets) socket.unpipe().end();
    };
    const freeze = (): void => {
        for (const socket of sockets) socket.unpipe().pause();
    };
    const hold = (milliseconds: number): void => {
        for (const socket of sockets) socket.pause();
        setTimeout(() => sockets.forEach((socket) => socket.resume()), milliseconds);
    };
    return { port: (server.address() as AddressInfo).port, count: () => count, freeze, hold, hangUp, cut };
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
}

/** A port that accepts and never says a word. */
export function silentPort(): Promise<number> {
    return serve(() => undefined);
}

/** A port that says an SSH version and hangs up. */
export function curtPort(): Promise<number> {
    return serve((socket) => socket.end("SSH-2.0-curt\r\n"));
}

/** A port that says an SSH version, and dismisses who comes with this reason. Source: RFC 4253, sections 6 and 11.1. */
export function dismissivePort(reason: number): Promise<number> {
    const payload = Buffer.from([1, 0, 0, 0, reason, 0, 0, 0, 0, 0, 0, 0, 0]);
    const padding = 8 - ((payload.length + 5 + 4) % 8) + 4;
    const head = Buffer.from([0, 0, 0, payload.length + padding + 1, padding]);
    const packet = Buffer.concat([head, payload, Buffer.alloc(padding)]);
    return serve((socket) => socket.end(Buffer.concat([Buffer.from("SSH-2.0-curt\r\n"), packet])));
}

async function serve(greet: (socket: Socket) => void): Promise<number> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
        sockets.push(socket.on("error", () => undefined).resume());
        greet(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
    });
    return (server.address() as AddressInfo).port;
}

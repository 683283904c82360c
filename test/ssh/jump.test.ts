import { describe, expect, it } from "vitest";
import { allLines, dialTest, hostErrorOf, KNOWN } from "./support/dialling";
import { closedPort, openDoor } from "./support/door";
import { JUMP_USER, startJump, via } from "./support/jump";
import { startServer } from "./support/server";

describe("jump host", () => {
    it("leads to the host, each with its own user and key", async () => {
        const jump = await startJump();
        const server = await startServer();
        const { session, log } = await dialTest({ port: server.port, ...KNOWN, proxy: via(jump.port) });
        expect(session.hostKey).toBe(KNOWN.hostKey);
        expect(await allLines(await session.exec("through"))).toEqual(["through"]);
        expect(jump.attempts).toEqual(["jumper publickey", "jumper publickey"]);
        expect(server.attempts).toEqual(["core publickey", "core publickey"]);
        expect(log).toEqual([]);
    });

    it("leads to the next jump host", async () => {
        const near = await startJump();
        const far = await startJump();
        const server = await startServer();
        const proxy = [via(near.port, { user: "near" }), via(far.port, { user: "far" })];
        const { session } = await dialTest({ port: server.port, ...KNOWN, proxy });
        expect(await allLines(await session.exec("through two"))).toEqual(["through two"]);
        expect([near, far, server].map(({ connections }) => connections.length)).toEqual([1, 1, 1]);
        expect(near.attempts[0]).toBe("near publickey");
        expect(far.attempts[0]).toBe("far publickey");
    });

    it("and everything behind it is closed with the session where nothing is to linger", async () => {
        const jump = await startJump();
        const server = await startServer();
        const { session } = await dialTest({ port: server.port, ...KNOWN, proxy: via(jump.port) }, { linger: 0 });
        const ended = [jump.closed(), server.closed()];
        session.close();
        await Promise.all(ended);
    });

    it("that is not checked is complained of, and never takes the host's pinned key for its own", async () => {
        const jump = await startJump();
        const server = await startServer();
        const { hostKey, ...target } = KNOWN;
        const proxy = { host: "127.0.0.1", port: jump.port, privateKey: JUMP_USER.private, agentSocketPath: "" };
        const args = { port: server.port, ...target, proxy };
        const { log } = await dialTest(args, { pinned: hostKey });
        expect(log).toHaveLength(1);
        expect(log[0]).toMatch(
            /jump host .* host key not checked, set connection\.proxy\.hostKey: ssh-ed25519 SHA256:/,
        );
    });

    it("with a changed key is refused, and the host is never asked for", async () => {
        const jump = await startJump();
        const server = await startServer();
        const proxy = via(jump.port, { hostKey: KNOWN.hostKey });
        const error = await hostErrorOf(dialTest({ port: server.port, ...KNOWN, proxy }));
        expect(error.kind).toBe("host-key-changed");
        expect(error.message).toContain("jump host");
        expect(error.message).toContain("connection.proxy.hostKey");
        expect(server.connections).toHaveLength(0);
    });

    it("that refuses the log-in is named", async () => {
        const jump = await startJump();
        const proxy = via(jump.port, { privateKey: KNOWN.privateKey });
        const error = await hostErrorOf(dialTest({ port: 1, ...KNOWN, proxy }));
        expect(error.kind).toBe("authentication");
        expect(error.message).toContain("jump host 127.0.0.1");
        expect(error.message).toContain("refused jumper");
    });

    it("that cannot connect is asked again, up to the host's own limit, in one log-in", async () => {
        const jump = await startJump("refuse");
        const proxy = via(jump.port);
        const args = { port: await closedPort(), ...KNOWN, proxy, dialErrorLimit: 2 };
        const error = await hostErrorOf(dialTest(args, { linger: 0 }));
        expect(error.kind).toBe("unreachable");
        expect(error.message).toContain("after 3 tries (the jump host answered");
        await jump.closed();
        expect(jump.connections).toHaveLength(1);
    });

    it("that forbids tunnels is an error at once", async () => {
        const jump = await startJump("forbid");
        const error = await hostErrorOf(dialTest({ port: 1, ...KNOWN, proxy: via(jump.port) }));
        expect(error.kind).toBe("no-channel");
        expect(error.message).toContain("AllowTcpForwarding");
    });

    it("that dies while the host is dialled is dialled again", async () => {
        const jump = await startJump();
        let isFirst = true;
        const server = await startServer({
            onAuth: (context) => {
                if (isFirst) {
                    isFirst = false;
                    door.cut();
                } else context.accept();
            },
        });
        const door = await openDoor(jump.port);
        const { session } = await dialTest({ port: server.port, ...KNOWN, proxy: via(door.port) });
        expect(await allLines(await session.exec("again"))).toEqual(["again"]);
        expect(door.count()).toBe(2);
    });
});

import { performance } from "node:perf_hooks";
import { describe, expect, it, vi } from "vitest";
import { allLines, dialTest, hostErrorOf, KNOWN } from "./support/dialling";
import { closedPort, curtPort, dismissivePort, openDoor, silentPort } from "./support/door";
import { startServer } from "./support/server";

async function took(work: Promise<unknown>): Promise<number> {
    const start = performance.now();
    await work;
    return performance.now() - start;
}

/** TCP sockets of this process, the servers' ends included. */
function openSockets(): number {
    return process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
}

describe("dial", () => {
    it("tries again where the connection is closed before the banner, as above MaxStartups", async () => {
        const server = await startServer();
        const door = await openDoor(server.port, { slam: 3 });
        const { log } = await dialTest({ port: door.port, ...KNOWN });
        expect(door.count()).toBe(4);
        expect(server.connections).toHaveLength(1);
        // Said once, not at each try.
        expect(log.filter((line) => line.includes("trying again"))).toHaveLength(1);
    });

    it.each([0, 1, 3])("with dialErrorLimit %i tries once more than that", async (dialErrorLimit) => {
        const door = await openDoor(0, { slam: 100 });
        const error = await hostErrorOf(dialTest({ port: door.port, ...KNOWN, dialErrorLimit }));
        expect(error.kind).toBe("unreachable");
        expect(error.message).toContain(`after ${dialErrorLimit === 0 ? "1 try" : `${dialErrorLimit + 1} tries`}`);
        expect(door.count()).toBe(dialErrorLimit + 1);
    });

    it("waits 100 ms, 150 ms, 225 ms between tries", async () => {
        const dialled = hostErrorOf(dialTest({ port: await closedPort(), ...KNOWN, dialErrorLimit: 3 }));
        expect(await took(dialled)).toBeGreaterThan(470);
        expect((await dialled).message).toContain("connection refused");
    });

    it("without a limit stops at the deadline", async () => {
        const dialled = hostErrorOf(
            dialTest({ port: await closedPort(), ...KNOWN, dialErrorLimit: -1 }, { timeout: 0.6 }),
        );
        expect(await took(dialled)).toBeLessThan(2000);
        const error = await dialled;
        expect(error.kind).toBe("unreachable");
        expect(error.message).toMatch(/within 0\.6 s after [34] tries/);
    });

    it("gives a silent server perDialTimeout, each time", async () => {
        const args = { port: await silentPort(), ...KNOWN, perDialTimeout: 0.2, dialErrorLimit: 1 };
        const dialled = hostErrorOf(dialTest(args));
        const milliseconds = await took(dialled);
        expect(milliseconds).toBeGreaterThan(490);
        expect(milliseconds).toBeLessThan(3000);
        expect((await dialled).message).toContain("no SSH handshake within 0.2 s");
    });

    it("sees at once that a server hung up after its version", async () => {
        const dialled = hostErrorOf(dialTest({ port: await curtPort(), ...KNOWN, dialErrorLimit: 1 }));
        expect(await took(dialled)).toBeLessThan(5000);
        expect((await dialled).kind).toBe("unreachable");
    });

    it("leaves a silent server to the deadline without perDialTimeout", async () => {
        const args = { port: await silentPort(), ...KNOWN, perDialTimeout: 0 };
        const error = await hostErrorOf(dialTest(args, { timeout: 0.4 }));
        expect(error.kind).toBe("unreachable");
        expect(error.message).toContain("after 1 try");
    });

    it("says that a name does not resolve", async () => {
        const error = await hostErrorOf(dialTest({ ...KNOWN, host: "no-such-host.invalid", dialErrorLimit: 0 }));
        expect(error.kind).toBe("unreachable");
        expect(error.message).toMatch(/no-such-host\.invalid: connect: .*(does not resolve|name server)/);
    });

    it("tries again after a reset in the middle of the log-in", async () => {
        let isFirst = true;
        const server = await startServer({
            onAuth: (context) => {
                if (isFirst) {
                    isFirst = false;
                    door.cut();
                } else context.accept();
            },
        });
        const door = await openDoor(server.port);
        await dialTest({ port: door.port, ...KNOWN });
        expect(door.count()).toBe(2);
    });

    it("does not try an incompatible server twice", async () => {
        const server = await startServer({ hostKeys: [] });
        const door = await openDoor(server.port);
        const error = await hostErrorOf(dialTest({ port: door.port, ...KNOWN }));
        expect(error.kind).toBe("unreachable");
        expect(error.message).toContain("handshake");
        expect(door.count()).toBe(1);
    });

    it("does not try a server twice that finds nothing in common first; one that is too busy it does", async () => {
        const [unlike, busy] = await Promise.all([3, 12].map((reason) => dismissivePort(reason)));
        const args = { ...KNOWN, dialErrorLimit: 1 };
        const error = await hostErrorOf(dialTest({ ...args, port: unlike ?? 0 }));
        expect(error.message).toMatch(/the SSH handshake with .* failed \(KEY_EXCHANGE_FAILED\)/);
        const other = await hostErrorOf(dialTest({ ...args, port: busy ?? 0 }));
        expect(other.message).toContain("after 2 tries (TOO_MANY_CONNECTIONS)");
    });

    it("is not disturbed by a greeting or a banner", async () => {
        const server = await startServer({
            greeting: "Welcome\r\nSSH is below",
            banner: "\u001b[2JAuthorized use only\n",
        });
        const { session } = await dialTest({ port: server.port, ...KNOWN });
        expect(await allLines(await session.exec("hello"))).toEqual(["hello"]);
    });

    it("close() ends the connection, once and for all", async () => {
        const server = await startServer();
        const door = await openDoor(server.port);
        const { session } = await dialTest({ port: door.port, ...KNOWN });
        const ended = server.closed();
        session.close();
        session.close();
        expect(await took(ended)).toBeLessThan(5000);
        expect((await hostErrorOf(session.exec("late"))).kind).toBe("connection-lost");
    });

    it("close() frees the socket even if the server neither reads nor answers any more", async () => {
        const server = await startServer();
        const door = await openDoor(server.port);
        const { session } = await dialTest({ port: door.port, ...KNOWN });
        const before = openSockets();
        door.freeze();
        session.close();
        await vi.waitFor(() => expect(openSockets()).toBe(before - 1), 5000);
    });

    it("leaves no socket behind, whatever went wrong", async () => {
        const before = openSockets();
        const port = await silentPort();
        await hostErrorOf(dialTest({ port, ...KNOWN, perDialTimeout: 0.1, dialErrorLimit: 2 }));
        // The silent server keeps its three ends until the test is over.
        expect(openSockets() - before).toBeLessThanOrEqual(3);
    });
});

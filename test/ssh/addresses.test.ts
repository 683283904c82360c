// IPv6, and names with several addresses.
import { spawn } from "node:child_process";
import dns from "node:dns";
import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { failuresOf } from "../../provider/spec/failures";
import { allLines, dialTest, hostErrorOf, KNOWN } from "./support/dialling";
import { closedPort } from "./support/door";
import { startJump, via } from "./support/jump";
import { HOST_KEY, startServer } from "./support/server";

const HAS_IPV6 = Object.values(networkInterfaces()).some((of) => of?.some(({ address }) => address === "::1"));

/** Until the test ends, every name has these addresses. */
function resolving(...addresses: readonly string[]): void {
    const all = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const lookup = vi.spyOn(dns, "lookup");
    lookup.mockImplementation(((_name: string, _options: object, tell: (error: null, found: object[]) => void) => {
        process.nextTick(tell, null, all);
    }) as never);
    onTestFinished(() => lookup.mockRestore());
}

// Listens and never looks: once its queue is full, the kernel drops whoever dials.
const DEAF = `
require("net").createServer().listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () => {
    require("fs").writeSync(1, "deaf");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000);
});
`;

/** A loopback address and port where dials vanish. */
async function blackHole(address: string, port: number): Promise<void> {
    const child = spawn(process.execPath, ["-e", DEAF, address, String(port)], {
        stdio: ["ignore", "pipe", "inherit"],
    });
    const queued = new Set<ReturnType<typeof connect>>();
    onTestFinished(() => {
        for (const socket of queued) socket.destroy();
        child.kill("SIGKILL");
    });
    await once(child.stdout, "data");
    // One connects after another until one does not.
    for (let isHeard = true; isHeard;) {
        const socket = connect(port, address).on("error", () => undefined);
        queued.add(socket);
        isHeard = await new Promise<boolean>((resolve) => {
            socket.once("connect", () => resolve(true));
            setTimeout(() => resolve(false), 500);
        });
    }
}

describe.skipIf(!HAS_IPV6)("IPv6", () => {
    it.each(["::1", "::1%lo"])("%s is dialled, and found in known_hosts", async (host) => {
        const server = await startServer({ address: "::1" });
        const key = HOST_KEY.public.split(" ").slice(0, 2).join(" ");
        const args = { privateKey: KNOWN.privateKey, host, port: server.port };
        const { session, log } = await dialTest({ ...args, knownHosts: `[${host}]:${server.port} ${key}\n` });
        expect(await allLines(await session.exec("six"))).toEqual(["six"]);
        expect(log).toEqual([]);
        const error = await hostErrorOf(dialTest({ ...args, knownHosts: `[::2]:${server.port} ${key}\n` }));
        expect(error.message).toContain(`no key for [${host}]:${server.port}, which shows`);
    });

    it("is reached through a jump host that has it too", async () => {
        const jump = await startJump();
        const server = await startServer({ address: "::1" });
        const { session } = await dialTest({ ...KNOWN, host: "::1", port: server.port, proxy: via(jump.port) });
        expect(await allLines(await session.exec("six"))).toEqual(["six"]);
    });

    it("of a name is dialled where its IPv4 address refuses, and the other way round", async () => {
        const [six, four] = [await startServer({ address: "::1" }), await startServer()];
        resolving("127.0.0.1", "::1");
        await dialTest({ ...KNOWN, host: "node-1", port: six.port });
        await dialTest({ ...KNOWN, host: "node-1", port: four.port });
        resolving("::1", "127.0.0.1");
        await dialTest({ ...KNOWN, host: "node-1", port: six.port });
        await dialTest({ ...KNOWN, host: "node-1", port: four.port });
        expect([six, four].map(({ connections }) => connections.length)).toEqual([2, 2]);
    });
});

describe("a name with several addresses", () => {
    it("is dialled at the next one, in the same try, where the first swallows everything", async () => {
        const server = await startServer();
        await blackHole("127.0.0.3", server.port);
        resolving("127.0.0.3", "127.0.0.2", "127.0.0.1");
        const begun = performance.now();
        const { session, log } = await dialTest({ ...KNOWN, host: "node-1", port: server.port, dialErrorLimit: 0 });
        expect(performance.now() - begun).toBeGreaterThan(900);
        expect(await allLines(await session.exec("here"))).toEqual(["here"]);
        expect(log).toEqual([]);
    });

    it("is given up in words where none answers", async () => {
        const port = await closedPort();
        resolving("127.0.0.2", "127.0.0.3");
        const error = await hostErrorOf(dialTest({ ...KNOWN, host: "node-1", port, dialErrorLimit: 0 }));
        expect(error.message).toContain(`no connection to node-1:${port} after 1 try (connection refused)`);
    });
});

it.each([
    ["::1", true],
    ["fd00::11", true],
    ["2001:DB8:0:0:0:0:0:1", true],
    ["::ffff:10.0.0.11", true],
    ["fe80::1%eth0", true],
    ["10.0.0.11", true],
    ["node-1.example.com", true],
    ["[::1]", false],
    ["[::1]:22", false],
    ["10.0.0.11:22", false],
    ["node-1:22", false],
    ["fe80::1%", false],
    ["node::1", false],
])("host %s may stand in a connection: %s", (host, isFine) => {
    const said = failuresOf({ connection: { host, proxy: { host, knownHosts: "k" } }, version: "v1" }).map(
        ({ reason }) => reason,
    );
    const why = "must be a DNS name or an address alone, without user, port, brackets or white space";
    // A list of jump hosts is judged as one thing.
    expect(said[0]).toEqual(isFine ? undefined : `connection.host: ${why}`);
    expect(said.length > 1).toBe(!isFine);
});

import { setTimeout as sleep } from "node:timers/promises";
import type { AuthContext } from "ssh2";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ConnectionArgs } from "../../provider/spec/connection";
import { HostError } from "../../provider/errors";
import { dialAlone } from "./support/alone";
import { allLines, dialTest, hostErrorOf, KNOWN } from "./support/dialling";
import { openDoor } from "./support/door";
import { JUMP_USER, startJump, via } from "./support/jump";
import { ed25519 } from "./support/keys";
import { byKey, startServer, USER_KEY, type ServerOptions, type TestServer } from "./support/server";
import { HAS_SSHD, startSshd } from "./support/sshd";

function startServers(count: number, options: ServerOptions = {}): Promise<TestServer[]> {
    return Promise.all(Array.from({ length: count }, () => startServer(options)));
}

function counts(servers: readonly TestServer[]): readonly number[] {
    return servers.map(({ connections }) => connections.length);
}

/** Dials every server at once, by way of the jump hosts. */
function dialAll(servers: readonly TestServer[], proxy: ConnectionArgs["proxy"], more: object = {}) {
    return Promise.all(servers.map(({ port }) => dialTest({ port, ...KNOWN, ...(proxy && { proxy }) }, more)));
}

/** Lets JUMP_USER in, or not, as soon as it is told to. */
function slowly(): { readonly onAuth: (context: AuthContext) => void; readonly decide: () => void } {
    let decided = false;
    const waiting: (() => void)[] = [];
    const onAuth = (context: AuthContext): void => {
        if (decided) byKey(JUMP_USER)(context);
        else waiting.push(() => byKey(JUMP_USER)(context));
    };
    const decide = (): void => {
        decided = true;
        for (const resume of waiting.splice(0)) resume();
    };
    return { onAuth, decide };
}

describe("a jump host is logged in to once", () => {
    it("for two users each, and never with the credentials or the host key rule of another", async () => {
        const other = ed25519();
        const jump = await startJump("forward", (context) =>
            (context.username === "jumper" ? byKey(JUMP_USER) : byKey(other))(context),
        );
        const servers = await startServers(4);
        const asOther = { user: "other", privateKey: other.private };
        await Promise.all([dialAll(servers, via(jump.port)), dialAll(servers, via(jump.port, asOther))]);
        expect(jump.connections).toHaveLength(2);
        await dialAll(servers, via(jump.port, { password: "another way to prove it" }));
        expect(jump.connections).toHaveLength(3);
        const { hostKey, ...unchecked } = via(jump.port);
        await dialAll(servers, { ...unchecked, knownHosts: `* ${hostKey}` });
        expect(jump.connections).toHaveLength(4);
        expect((await hostErrorOf(dialAll(servers, via(jump.port, { hostKey: KNOWN.hostKey })))).kind).toBe(
            "host-key-changed",
        );
        // How often somebody would try again is nothing that a connection depends on.
        await dialAll(servers, via(jump.port, { dialErrorLimit: 3 }));
        expect(jump.connections).toHaveLength(5);
    });

    it("on each way to it: one after another is not the same as the other alone", async () => {
        const [near, far] = [await startJump(), await startJump()];
        const servers = await startServers(6);
        await dialAll(servers, [via(near.port), via(far.port)]);
        expect(counts([near, far, ...servers])).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
        await dialAll(servers, via(far.port));
        await dialAll(servers, via(near.port));
        expect(counts([near, far])).toEqual([1, 2]);
        await dialAll(servers, [via(near.port, { user: "nearer" }), via(far.port)]);
        expect(counts([near, far])).toEqual([2, 3]);
    });

    it("and what is to be said of its key is said once", async () => {
        const jump = await startJump();
        const unchecked = { host: "127.0.0.1", port: jump.port, privateKey: JUMP_USER.private, agentSocketPath: "" };
        const dialled = await dialAll(await startServers(10), unchecked);
        const lines = dialled.flatMap(({ log }) => log);
        expect(lines).toHaveLength(1);
        expect(lines[0]).toContain("host key not checked");
    });

    it("and once more when the try that all waited for fails in a way that passes", async () => {
        const jump = await startJump();
        const door = await openDoor(jump.port, { slam: 1 });
        await dialAll(await startServers(20), via(door.port, { dialErrorLimit: 1 }));
        expect(door.count()).toBe(2);
    });

    it("and refuses in the name of each host that waited; the next dial asks it again", async () => {
        const jump = await startJump();
        const proxy = via(jump.port, { privateKey: KNOWN.privateKey });
        const errors = await Promise.all(
            ["127.0.0.1", "localhost", "127.0.0.2"].map((host) =>
                hostErrorOf(dialTest({ host, port: 1, ...KNOWN, proxy })),
            ),
        );
        expect(errors.map(({ kind, host, step }) => [kind, host, step])).toEqual([
            ["authentication", "127.0.0.1", "log-in"],
            ["authentication", "localhost", "log-in"],
            ["authentication", "127.0.0.2", "log-in"],
        ]);
        expect(errors[1]?.message).toMatch(/^localhost: log-in: jump host 127\.0\.0\.1:\d+ refused jumper, tried key/);
        expect(jump.connections).toHaveLength(1);
        expect((await hostErrorOf(dialTest({ port: 1, ...KNOWN, proxy }))).kind).toBe("authentication");
        expect(jump.connections).toHaveLength(2);
        await dialAll(await startServers(2), via(jump.port));
        expect(jump.connections).toHaveLength(3);
    });

    it("however short one of those who wait for it has time", async () => {
        const { onAuth, decide } = slowly();
        const jump = await startJump("forward", onAuth);
        const server = await startServer();
        const args = { port: server.port, ...KNOWN, proxy: via(jump.port) };
        const short = hostErrorOf(dialTest({ ...args, host: "localhost" }, { timeout: 0.3 }));
        const long = dialTest(args);
        const error = await short;
        expect(error).toMatchObject({ kind: "deadline", host: "localhost", step: "log-in" });
        expect(error.message).toContain("did not decide on the log-in of jumper in time, tried key");
        decide();
        expect(await allLines(await (await long).session.exec("in time"))).toEqual(["in time"]);
        expect(jump.connections).toHaveLength(1);
    });

    it("and left alone when the last of those who wait for it gives up", async () => {
        const { onAuth, decide } = slowly();
        const jump = await startJump("forward", onAuth);
        const args = { port: 1, ...KNOWN, proxy: via(jump.port) };
        const errors = [0.3, 0.6].map((timeout) => hostErrorOf(dialTest(args, { timeout })));
        expect((await Promise.all(errors)).map(({ kind }) => kind)).toEqual(["deadline", "deadline"]);
        await jump.closed();
        decide();
        await dialAll(await startServers(2), via(jump.port));
        expect(jump.connections).toHaveLength(2);
    });
});

describe("a shared jump host", () => {
    it("that is lost is dialled again, once, by all who were behind it", async () => {
        const jump = await startJump();
        const door = await openDoor(jump.port);
        let logins = 0;
        const servers = await startServers(40, {
            onAuth: (context) => {
                logins += context.method === "publickey" && context.signature !== undefined ? 1 : 0;
                if (logins === 20) door.cut();
                byKey(USER_KEY)(context);
            },
        });
        const lost: string[] = [];
        const work = async ({ port }: TestServer): Promise<string[]> => {
            for (;;) {
                const { session } = await dialTest({ port, ...KNOWN, proxy: via(door.port) });
                try {
                    return await allLines(await session.exec(`from ${port}`));
                } catch (error) {
                    lost.push(error instanceof HostError ? error.kind : String(error));
                    session.close();
                }
            }
        };
        const lines = await Promise.all(servers.map(work));
        expect(lines).toEqual(servers.map(({ port }) => [`from ${port}`]));
        expect(lost.filter((kind) => kind !== "connection-lost")).toEqual([]);
        expect(door.count()).toBe(2);
    });

    it("gives the sessions through it up as lost, and the next session gets a new one", async () => {
        const jump = await startJump();
        const servers = await startServers(5);
        const dialled = await dialAll(servers, via(jump.port));
        const channels = await Promise.all(dialled.map(({ session }) => session.exec("one")));
        jump.connections[0]?.end();
        await Promise.all(channels.map(({ closed }) => closed));
        for (const { session } of dialled) {
            expect((await hostErrorOf(session.exec("two"))).kind).toBe("connection-lost");
            session.close();
        }
        await dialAll(servers, via(jump.port));
        expect(jump.connections).toHaveLength(2);
    });

    it("stays for whoever comes next, and is closed after a while without one", async () => {
        const jump = await startJump();
        const server = await startServer();
        const args = { port: server.port, ...KNOWN, proxy: via(jump.port) };
        for (const command of ["one", "two"]) {
            const { session } = await dialTest(args, { linger: 0.5 });
            expect(await allLines(await session.exec(command))).toEqual([command]);
            session.close();
            session.close();
        }
        expect(jump.connections).toHaveLength(1);
        const begun = performance.now();
        await jump.closed();
        const waited = performance.now() - begun;
        expect(waited).toBeGreaterThan(300);
        expect(waited).toBeLessThan(20_000);
        await dialTest(args);
        expect(jump.connections).toHaveLength(2);
    });

    it("is not closed under those who still use it, nor by one who closes twice", async () => {
        const jump = await startJump();
        const args = { port: (await startServer()).port, ...KNOWN, proxy: via(jump.port) };
        const [one, two] = [await dialTest(args, { linger: 0 }), await dialTest(args, { linger: 0 })];
        one.session.close();
        one.session.close();
        await sleep(200);
        expect(await allLines(await two.session.exec("still"))).toEqual(["still"]);
        expect(jump.connections).toHaveLength(1);
        two.session.close();
        await jump.closed();
    });

    it("that died while nobody used it is known by its silence within seconds", async () => {
        const jump = await startJump();
        const door = await openDoor(jump.port);
        const server = await startServer();
        const args = { port: server.port, ...KNOWN, proxy: via(door.port) };
        (await dialTest(args)).session.close();
        door.freeze();
        const begun = performance.now();
        const { session } = await dialTest(args, { timeout: 60 });
        expect(performance.now() - begun).toBeLessThan(25_000);
        expect(await allLines(await session.exec("again"))).toEqual(["again"]);
        expect(door.count()).toBe(2);
    });

    it("that turns out to be gone is no failure of who comes next", async () => {
        const jump = await startJump();
        const once = { dialErrorLimit: 0 };
        const args = { port: (await startServer()).port, ...KNOWN, ...once, proxy: via(jump.port, once) };
        (await dialTest(args)).session.close();
        // It cannot be known yet by those who dial in the same breath.
        jump.connections[0]?.end();
        const dialled = await Promise.all([dialTest(args), dialTest(args)]);
        for (const { session, log } of dialled) {
            expect(await allLines(await session.exec("again"))).toEqual(["again"]);
            expect(log).toEqual([]);
        }
        expect(jump.connections).toHaveLength(2);
    });

    it("keeps the process alive while it is used, and no longer", async () => {
        const jump = await startJump();
        const server = await startServer({
            onExec: (command, channel) => {
                setTimeout(() => {
                    channel.write(`${command}\n`);
                    channel.exit(0);
                    channel.end();
                }, 500);
            },
        });
        const args = { host: "127.0.0.1", port: server.port, ...KNOWN, proxy: via(jump.port) };
        const { lines, seconds } = await dialAlone(args);
        expect(lines).toEqual(["one", "two", "idle"]);
        expect(seconds).toBeLessThan(50);
        expect(jump.connections).toHaveLength(1);
    });
});

describe.skipIf(!HAS_SSHD)("OpenSSH", () => {
    it("takes a hundred dials at once through one connection to it", async () => {
        const sshd = await startSshd([JUMP_USER.public]);
        onTestFinished(() => sshd.stop());
        const door = await openDoor(sshd.port);
        const servers = await startServers(100);
        const warnings: string[] = [];
        const warn = (warning: Error): void => void warnings.push(warning.message);
        process.on("warning", warn);
        onTestFinished(() => void process.off("warning", warn));
        const proxy = via(door.port, { user: sshd.user, hostKey: sshd.hostKeys["ed25519"] ?? "" });
        const dialled = await dialAll(servers, proxy);
        const lines = await Promise.all(
            dialled.map(async ({ session }, at) => allLines(await session.exec(`from ${String(at)}`))),
        );
        expect(lines).toEqual(servers.map((_, at) => [`from ${String(at)}`]));
        expect(door.count()).toBe(1);
        expect(counts(servers)).toEqual(servers.map(() => 1));
        expect(warnings).toEqual([]);
    });

    it("answers whether it is still there, and stays in use", async () => {
        const sshd = await startSshd([JUMP_USER.public]);
        onTestFinished(() => sshd.stop());
        const door = await openDoor(sshd.port);
        const proxy = via(door.port, { user: sshd.user, hostKey: sshd.hostKeys["ed25519"] ?? "" });
        const args = { port: (await startServer()).port, ...KNOWN, proxy };
        (await dialTest(args)).session.close();
        const { session } = await dialTest(args);
        // Longer than the answer may take.
        await sleep(11_000);
        expect(await allLines(await session.exec("still"))).toEqual(["still"]);
        expect(door.count()).toBe(1);
    });
});

import type { AuthContext } from "ssh2";
import { describe, expect, it, onTestFinished } from "vitest";
import { dialTest, hostErrorOf, KNOWN, type Args } from "./support/dialling";
import { startJump, via } from "./support/jump";
import { ed25519 } from "./support/keys";
import { byKey, startServer, USER_KEY } from "./support/server";
import { HAS_SSHD, startSshd } from "./support/sshd";

const AT_ONCE = 8;
const OTHER = ed25519();

/** Decides on no log-in before it is told to; from then on at once. */
function held(): { readonly onAuth: (context: AuthContext) => void; readonly letGo: () => void } {
    let isHeld = true;
    const waiting: (() => void)[] = [];
    const onAuth = (context: AuthContext): void => {
        if (isHeld) waiting.push(() => byKey(USER_KEY)(context));
        else byKey(USER_KEY)(context);
    };
    const letGo = (): void => {
        isHeld = false;
        for (const decide of waiting.splice(0)) decide();
    };
    return { onAuth, letGo };
}

const dials = (count: number, args: Args): Promise<unknown>[] =>
    Array.from({ length: count }, () => dialTest(args, { timeout: 60 }));

describe("log-ins to one server", () => {
    it("are eight at once, however many there are; those who are in make room", async () => {
        const server = await startServer({
            onAuth: (context) => void setTimeout(() => byKey(USER_KEY)(context), 20),
        });
        await Promise.all(dials(60, { port: server.port, ...KNOWN }));
        expect(server.connections).toHaveLength(60);
        expect(server.mostLoggingIn()).toBe(AT_ONCE);
    });

    it("make room too when they are refused, or were given up", async () => {
        const { onAuth, letGo } = held();
        const server = await startServer({ onAuth });
        const args = { port: server.port, ...KNOWN };
        const late = Array.from({ length: 20 }, () => hostErrorOf(dialTest(args, { timeout: 0.5 })));
        expect(new Set((await Promise.all(late)).map(({ kind }) => kind))).toEqual(
            new Set(["deadline", "unreachable"]),
        );
        expect(server.connections).toHaveLength(AT_ONCE);
        letGo();
        const refused = Array.from({ length: 20 }, () => hostErrorOf(dialTest({ ...args, privateKey: OTHER.private })));
        expect(new Set((await Promise.all(refused)).map(({ kind }) => kind))).toEqual(new Set(["authentication"]));
        await Promise.all(dials(20, args));
    });

    it("to another server do not wait", async () => {
        const { onAuth, letGo } = held();
        const busy = await startServer({ onAuth });
        const waiting = dials(AT_ONCE + 1, { port: busy.port, ...KNOWN });
        const idle = await startServer();
        await dialTest({ port: idle.port, ...KNOWN });
        // Nor does who reaches a server of that address by way of a jump host: it is another one, as far as we know.
        const jump = await startJump();
        const far = hostErrorOf(dialTest({ port: busy.port, ...KNOWN, proxy: via(jump.port) }, { timeout: 1 }));
        expect((await far).kind).toBe("deadline");
        letGo();
        await Promise.all(waiting);
    });

    it("that wait for their turn lose nothing of perDialTimeout", async () => {
        const { onAuth, letGo } = held();
        const server = await startServer({ onAuth });
        const args = { port: server.port, ...KNOWN, perDialTimeout: 2, dialErrorLimit: 0 };
        const all = dials(AT_ONCE + 1, args);
        setTimeout(letGo, 2500);
        await Promise.all(all);
        expect(server.connections).toHaveLength(AT_ONCE + 1);
    });

    it("whose turn does not come before the deadline say that they waited for it", async () => {
        const { onAuth, letGo } = held();
        const server = await startServer({ onAuth });
        const args = { port: server.port, ...KNOWN };
        const all = dials(AT_ONCE, args);
        const error = await hostErrorOf(dialTest(args, { timeout: 0.5 }));
        expect(error.message).toBe(
            `127.0.0.1: connect: no connection to 127.0.0.1:${server.port} within 0.5 s ` +
                "(0.5 s of it waiting for a turn, 8 log-ins at once) after 1 try " +
                "(its turn did not come, 8 log-ins at once). Nothing on the host was changed by this attempt. " +
                "Check that it is up and that sshd listens; timeouts.connect sets how long we try.",
        );
        expect(error.kind).toBe("unreachable");
        letGo();
        await Promise.all(all);
    });

    it("whose turn comes too late for the log-in say so too", async () => {
        const { onAuth, letGo } = held();
        const server = await startServer({
            onAuth: (context) => {
                if (server.connections.length <= AT_ONCE) onAuth(context);
            },
        });
        const args = { port: server.port, ...KNOWN };
        const all = dials(AT_ONCE, args);
        const last = hostErrorOf(dialTest(args, { timeout: 2 }));
        setTimeout(letGo, 500);
        await Promise.all(all);
        expect((await last).kind).toBe("deadline");
        expect((await last).message).toMatch(
            /did not decide on the log-in of core in time \(0\.\d s of it waiting for a turn, 8 log-ins at once\), tried key/,
        );
    });
});

describe.skipIf(!HAS_SSHD)("OpenSSH", () => {
    it("that drops connections above MaxStartups is dialled again by each, until all are in", async () => {
        const sshd = await startSshd([USER_KEY.public], ["MaxStartups 4:100:4", "LogLevel DEBUG"]);
        onTestFinished(() => sshd.stop());
        await Promise.all(dials(16, { port: sshd.port, user: sshd.user, privateKey: USER_KEY.private }));
        expect(sshd.log()).toContain("past MaxStartups");
    });

    it("as it is by default has no reason to drop one of a hundred", async () => {
        const sshd = await startSshd([USER_KEY.public], ["LogLevel DEBUG"]);
        onTestFinished(() => sshd.stop());
        await Promise.all(dials(100, { port: sshd.port, user: sshd.user, privateKey: USER_KEY.private }));
        expect(sshd.log()).not.toContain("past MaxStartups");
    });
});

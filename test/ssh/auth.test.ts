import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuthContext } from "ssh2";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { dialTest, hostErrorOf, KNOWN } from "./support/dialling";
import { ed25519 } from "./support/keys";
import { byKey, HOST_KEY, startServer, USER_KEY } from "./support/server";

const { privateKey } = KNOWN;
const hostKey = HOST_KEY.public;
const PASSWORD = "open sesame";

function byPassword(context: AuthContext): void {
    if (context.method === "password" && context.password === PASSWORD) context.accept();
    else context.reject(["publickey", "password", "keyboard-interactive"]);
}

function byPrompts(context: AuthContext): void {
    if (context.method !== "keyboard-interactive") {
        context.reject(["keyboard-interactive"]);
        return;
    }
    context.prompt(["Password: ", "Again: "], (answers) => {
        if (answers.every((answer) => answer === PASSWORD)) context.accept();
        else context.reject(["keyboard-interactive"]);
    });
}

afterEach(() => void vi.unstubAllEnvs());

describe("log-in", () => {
    it("offers the key at once, without the none probe", async () => {
        const server = await startServer();
        await dialTest({ port: server.port, hostKey, privateKey });
        // Once to ask, once to sign.
        expect(server.attempts).toEqual(["core publickey", "core publickey"]);
        expect(server.connections).toHaveLength(1);
    });

    it("uses the password", async () => {
        const server = await startServer({ onAuth: byPassword });
        await dialTest({ port: server.port, hostKey, user: "root", password: PASSWORD });
        expect(server.attempts).toEqual(["root password"]);
    });

    it("answers every prompt with the password", async () => {
        const server = await startServer({ onAuth: byPrompts });
        await dialTest({ port: server.port, hostKey, password: PASSWORD });
        expect(server.attempts).toEqual(["core password", "core keyboard-interactive"]);
    });

    it("tries key, password, prompts, in this order", async () => {
        const server = await startServer({
            onAuth: (context) => context.reject(["publickey", "password", "keyboard-interactive"]),
        });
        const dialled = dialTest({ port: server.port, hostKey, privateKey, password: "wrong" });
        const error = await hostErrorOf(dialled);
        expect(server.attempts).toEqual(["core publickey", "core password", "core keyboard-interactive"]);
        expect(error.message).toContain("tried key, password, keyboard-interactive");
    });

    it("does not send the password to a server that takes keys alone", async () => {
        const server = await startServer();
        const dialled = dialTest({ port: server.port, hostKey, privateKey: ed25519().private, password: PASSWORD });
        const error = await hostErrorOf(dialled);
        expect(server.attempts).toEqual(["core publickey"]);
        expect(error.message).toContain("it takes publickey");
    });

    it("gives two factors to a server that wants both, in the server's order", async () => {
        let hasPassword = false;
        const server = await startServer({
            onAuth: (context) => {
                if (hasPassword) byKey(USER_KEY)(context);
                else if (context.method === "password" && context.password === PASSWORD) {
                    hasPassword = true;
                    context.reject(["publickey"], true);
                } else context.reject(["password"]);
            },
        });
        await dialTest({ port: server.port, hostKey, privateKey, password: PASSWORD });
        expect(server.attempts).toEqual(["core publickey", "core password", "core publickey", "core publickey"]);
    });

    it("is refused once, without a second try, and names user and means but no secret", async () => {
        const server = await startServer({ onAuth: byPassword });
        const error = await hostErrorOf(dialTest({ port: server.port, hostKey, user: "root", password: "my-secret" }));
        expect(error.kind).toBe("authentication");
        expect(error.message).toContain("refused root, tried password");
        expect(error.message).not.toContain("my-secret");
        expect(server.connections).toHaveLength(1);
    });

    it("takes a dismissal in the middle for a refusal", async () => {
        const server = await startServer({
            onAuth: () => {
                const [connection] = server.connections;
                (connection as unknown as { _protocol: { disconnect: (reason: number) => void } })._protocol.disconnect(
                    2,
                );
            },
        });
        const error = await hostErrorOf(dialTest({ port: server.port, hostKey, privateKey }));
        expect(error.kind).toBe("authentication");
        expect(server.connections).toHaveLength(1);
    });

    it("fails when the password has expired", async () => {
        const server = await startServer({
            onAuth: (context) => {
                if (context.method === "password") context.requestChange("change it", () => undefined);
                else context.reject(["password"]);
            },
        });
        const error = await hostErrorOf(dialTest({ port: server.port, hostKey, password: PASSWORD }));
        expect(error.kind).toBe("authentication");
        expect(error.message).toContain("expired");
    });

    it("takes as long as the server needs, as with a slow PAM, whatever perDialTimeout is", async () => {
        const server = await startServer({ onAuth: (context) => void setTimeout(() => context.accept(), 1200) });
        const { session } = await dialTest({ port: server.port, hostKey, privateKey, perDialTimeout: 1 });
        expect(session.hostKey).toBe(hostKey);
        expect(server.connections).toHaveLength(1);
    });

    it("ends at the deadline when the server never decides", async () => {
        const server = await startServer({ onAuth: () => undefined });
        const error = await hostErrorOf(dialTest({ port: server.port, hostKey, privateKey }, { timeout: 0.5 }));
        expect(error.kind).toBe("deadline");
    });

    it("dials nobody without any means", async () => {
        const server = await startServer();
        const error = await hostErrorOf(dialTest({ port: server.port, hostKey }));
        expect(error.kind).toBe("authentication");
        expect(server.connections).toHaveLength(0);
    });

    it("dials nobody with a key that cannot be read", async () => {
        const server = await startServer();
        const dialled = dialTest({ port: server.port, hostKey, privateKey: "secret-but-broken" });
        const error = await hostErrorOf(dialled);
        expect(error.kind).toBe("key-unusable");
        expect(error.message).not.toContain("secret-but-broken");
        expect(server.connections).toHaveLength(0);
    });
});

describe("agent", () => {
    it("that is dead does not matter where the key works", async () => {
        vi.stubEnv("SSH_AUTH_SOCK", "/nonexistent/agent.sock");
        const server = await startServer();
        const { session } = await dialTest({ port: server.port, ...KNOWN });
        expect(session.hostKey).toBe(hostKey);
    });

    it("that is dead is named with the refusal", async () => {
        const server = await startServer();
        const error = await hostErrorOf(
            dialTest({ port: server.port, hostKey, privateKey: ed25519().private, agentSocketPath: "/nonexistent" }),
        );
        expect(error.kind).toBe("authentication");
        expect(error.message).toContain("tried key, agent");
    });

    it("of the environment is looked up when dialling", async () => {
        const folder = mkdtempSync(join(tmpdir(), "agent-"));
        const path = join(folder, "socket");
        let asked = 0;
        const agent = createServer((socket) => {
            asked += 1;
            socket.on("error", () => undefined).destroy();
        }).listen(path);
        onTestFinished(() => {
            agent.close();
            rmSync(folder, { recursive: true });
        });
        vi.stubEnv("SSH_AUTH_SOCK", path);
        const server = await startServer();
        const connection = { port: server.port, hostKey, agentSocketPath: undefined };
        const error = await hostErrorOf(dialTest(connection as object));
        expect(error.message).toContain("tried agent");
        expect(asked).toBe(1);
    });
});

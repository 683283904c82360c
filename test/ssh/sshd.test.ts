import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { privateKeyOf } from "../../provider/ssh/private-key";
import { authorizedLine, publicKeyOf } from "../../provider/ssh/public-key";
import { allLines, dialTest, hostErrorOf, KNOWN } from "./support/dialling";
import { openDoor, type Door } from "./support/door";
import { ecdsa, ed25519, rsa } from "./support/keys";
import { startServer } from "./support/server";
import { HAS_SSHD, startSshd, type Sshd } from "./support/sshd";

const PASSPHRASE = "correct horse";
const ENCRYPTED = ed25519(PASSPHRASE);
const PKCS8 = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const KEYS = { ed25519: ed25519(), ecdsa: ecdsa(), rsa: rsa(), pkcs8: { private: PKCS8, public: publicHalf(PKCS8) } };

function publicHalf(text: string): string {
    const key = privateKeyOf(text, undefined);
    const half = key instanceof Error ? undefined : publicKeyOf(key.getPublicSSH());
    return half === undefined ? "" : authorizedLine(half);
}

/** An ssh-agent of the test's own that holds this key. */
function startAgent(key: string): string {
    const folder = mkdtempSync(join(tmpdir(), "agent-"));
    const socket = join(folder, "socket");
    const said = execFileSync("ssh-agent", ["-a", socket, "-s"], { encoding: "utf8" });
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]);
    onTestFinished(() => {
        process.kill(pid);
        rmSync(folder, { recursive: true });
    });
    const added = spawnSync("ssh-add", ["-"], { input: key, env: { ...process.env, SSH_AUTH_SOCK: socket } });
    expect(added.status, added.stderr.toString()).toBe(0);
    return socket;
}

describe.skipIf(!HAS_SSHD)("OpenSSH", () => {
    let sshd: Sshd;
    let at: { port: number; user: string };

    beforeAll(async () => {
        const all = [...Object.values(KEYS), ENCRYPTED].map((pair) => pair.public);
        sshd = await startSshd(all, ["MaxAuthTries 2", "MaxSessions 2"]);
        at = { port: sshd.port, user: sshd.user };
    });

    afterAll(() => sshd.stop());

    it.each(["ed25519", "ecdsa", "rsa", "pkcs8"] as const)("takes a key of type %s", async (type) => {
        const { session } = await dialTest({ ...at, privateKey: KEYS[type].private });
        expect(session.hostKey).toBe(sshd.hostKeys["ed25519"]);
        const channel = await session.exec("echo hello; exit 5");
        expect(await allLines(channel)).toEqual(["hello"]);
        expect(await channel.closed).toEqual({ code: 5, signal: undefined });
    });

    it("takes an encrypted key", async () => {
        const args = { ...at, privateKey: ENCRYPTED.private, privateKeyPassword: PASSPHRASE };
        const { session } = await dialTest(args);
        expect(await allLines(await session.exec("echo $((6 * 7))"))).toEqual(["42"]);
    });

    it("takes a key that an agent holds, of each type", async () => {
        for (const type of ["ed25519", "ecdsa", "rsa"] as const) {
            const { session } = await dialTest({ ...at, agentSocketPath: startAgent(KEYS[type].private) });
            expect(await allLines(await session.exec(`echo ${type}`))).toEqual([type]);
        }
    });

    it.each(["ed25519", "ecdsa", "rsa"])("shows its %s host key where that is the known one", async (type) => {
        const hostKey = sshd.hostKeys[type] ?? "";
        const { session } = await dialTest({ ...at, privateKey: KEYS.ed25519.private, hostKey });
        expect(session.hostKey).toBe(hostKey);
    });

    it("is known by what ssh-keyscan prints, hashed or not", async () => {
        const { privateKey } = { privateKey: KEYS.ed25519.private };
        for (const flags of [[], ["-H"]]) {
            const scan = spawnSync("ssh-keyscan", [...flags, "-p", String(sshd.port), "127.0.0.1"], {
                encoding: "utf8",
            });
            expect(scan.stdout).toContain("ssh-");
            const { log } = await dialTest({ ...at, privateKey, knownHosts: scan.stdout });
            expect(log).toEqual([]);
        }
    });

    it("refuses a stranger once", async () => {
        const error = await hostErrorOf(dialTest({ ...at, privateKey: ed25519().private }));
        expect(error.kind).toBe("authentication");
        expect(error.message).toContain("it takes publickey");
    });

    it("runs bash -s on 200 kB of stdin and says what happened", async () => {
        const { session } = await dialTest({ ...at, privateKey: KEYS.ed25519.private });
        const channel = await session.exec("bash -s");
        const data = "0123456789abcdef".repeat(12_500);
        channel.write(`size() { printf '%s\\n' "\${#1}" >&1; printf 'noise\\n' >&2; }\nsize '${data}'\n`);
        channel.write("for n in 1 2 3; do echo line $n; done\nkill -TERM $$\n");
        channel.end();
        expect(await allLines(channel)).toEqual(["200000", "line 1", "line 2", "line 3"]);
        expect(channel.stderr()).toBe("noise\n");
        expect(await channel.closed).toEqual({ code: undefined, signal: "TERM" });
    });

    it("opens no more channels than MaxSessions", async () => {
        const { session } = await dialTest({ ...at, privateKey: KEYS.ed25519.private });
        const first = await session.exec("cat");
        await session.exec("cat");
        expect((await hostErrorOf(session.exec("cat"))).kind).toBe("no-channel");
        first.write("still here\n");
        first.end();
        expect(await allLines(first)).toEqual(["still here"]);
    });

    it("is its own jump host", async () => {
        const { privateKey } = { privateKey: KEYS.ed25519.private };
        const hop = { ...at, host: "127.0.0.1", privateKey, agentSocketPath: "", hostKey: sshd.hostKeys["rsa"] ?? "" };
        const { session } = await dialTest({ ...at, privateKey, proxy: [hop, hop] });
        expect(await allLines(await session.exec("echo far"))).toEqual(["far"]);
    });

    it("passes on that a host behind it hung up in the middle of the log-in: it is dialled again", async () => {
        const server = await startServer({
            onAuth: (context) => {
                if (door.count() === 1) door.hangUp();
                else context.accept();
            },
        });
        const door: Door = await openDoor(server.port);
        const proxy = { ...at, host: "127.0.0.1", privateKey: KEYS.ed25519.private, agentSocketPath: "" };
        const { session } = await dialTest({ port: door.port, ...KNOWN, proxy });
        expect(await allLines(await session.exec("again"))).toEqual(["again"]);
        expect(door.count()).toBe(2);
    });

    it("passes on at once that a host behind it hung up under a command", async () => {
        const server = await startServer({ onExec: () => door.hangUp() });
        const door: Door = await openDoor(server.port);
        const proxy = { ...at, host: "127.0.0.1", privateKey: KEYS.ed25519.private, agentSocketPath: "" };
        const { session } = await dialTest({ port: door.port, ...KNOWN, proxy });
        expect((await hostErrorOf(session.exec("x").then(allLines))).kind).toBe("connection-lost");
    }, 20_000);

    it("says that nobody listens behind it", async () => {
        const { privateKey } = { privateKey: KEYS.ed25519.private };
        const proxy = { ...at, host: "127.0.0.1", privateKey, agentSocketPath: "" };
        const error = await hostErrorOf(dialTest({ port: 1, privateKey, proxy, dialErrorLimit: 0 }));
        expect(error.kind).toBe("unreachable");
        expect(error.message).toContain("Connection refused");
    });
});

describe.skipIf(!HAS_SSHD)("OpenSSH that is strict", () => {
    it("that forbids tunnels is named as the reason", async () => {
        const sshd = await startSshd([KEYS.ed25519.public], ["AllowTcpForwarding no"]);
        onTestFinished(() => sshd.stop());
        const hop = { port: sshd.port, user: sshd.user, privateKey: KEYS.ed25519.private };
        const proxy = { ...hop, host: "127.0.0.1", agentSocketPath: "" };
        expect((await hostErrorOf(dialTest({ ...hop, proxy }))).kind).toBe("no-channel");
    });

    it("with MaxSessions 1 and a banner is host enough, and jump host for several", async () => {
        const sshd = await startSshd([KEYS.ed25519.public], ["MaxSessions 1", "Banner /etc/os-release"]);
        onTestFinished(() => sshd.stop());
        const hop = { port: sshd.port, user: sshd.user, privateKey: KEYS.ed25519.private };
        const proxy = { ...hop, host: "127.0.0.1", agentSocketPath: "" };
        const all = await Promise.all([1, 2, 3].map(() => dialTest({ ...hop, proxy })));
        const said = await Promise.all(all.map(async ({ session }) => allLines(await session.exec("echo here"))));
        expect(said).toEqual([["here"], ["here"], ["here"]]);
    });

    it("that takes certificates alone refuses the key of one: ssh2 has no certificates", async () => {
        const folder = mkdtempSync(join(tmpdir(), "certificate-"));
        onTestFinished(() => rmSync(folder, { recursive: true }));
        const [ca, mine] = [join(folder, "ca"), join(folder, "mine")];
        writeFileSync(ca, ed25519().private, { mode: 0o600 });
        writeFileSync(`${ca}.pub`, execFileSync("ssh-keygen", ["-y", "-f", ca]));
        writeFileSync(mine, KEYS.ed25519.private, { mode: 0o600 });
        writeFileSync(`${mine}.pub`, KEYS.ed25519.public);
        execFileSync("ssh-keygen", ["-q", "-s", ca, "-I", "test", "-n", userInfo().username, `${mine}.pub`]);
        const sshd = await startSshd([], [`TrustedUserCAKeys ${ca}.pub`]);
        onTestFinished(() => sshd.stop());
        const at = { port: sshd.port, user: sshd.user };
        const options = ["-F", "none", "-i", mine, "-p", String(at.port), "-o", "BatchMode=yes"];
        const unchecked = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
        const ssh = spawnSync("ssh", [...options, ...unchecked, `${at.user}@127.0.0.1`, "echo by certificate"]);
        expect(ssh.stdout.toString()).toBe("by certificate\n");
        const agentSocketPath = startAgent(KEYS.ed25519.private);
        spawnSync("ssh-add", [mine], { env: { ...process.env, SSH_AUTH_SOCK: agentSocketPath } });
        const dialled = dialTest({ ...at, privateKey: KEYS.ed25519.private, agentSocketPath });
        const error = await hostErrorOf(dialled);
        expect(error.kind).toBe("authentication");
        expect(error.message).toContain(`refused ${at.user}, tried key, agent, it takes publickey`);
    });

    it("that dismisses an agent with too many keys is a refusal, not a lost connection", async () => {
        const sshd = await startSshd([KEYS.ed25519.public], ["MaxAuthTries 1"]);
        onTestFinished(() => sshd.stop());
        const agentSocketPath = startAgent(KEYS.ecdsa.private);
        const error = await hostErrorOf(
            dialTest({ port: sshd.port, user: sshd.user, privateKey: ed25519().private, agentSocketPath }),
        );
        expect(error.kind).toBe("authentication");
        expect(error.message).toContain("Too many authentication failures");
    });
});

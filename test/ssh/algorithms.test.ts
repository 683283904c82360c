// Old and new servers: which algorithms they have in common with us.
import type { Algorithms, AuthContext } from "ssh2";
import { describe, expect, it, onTestFinished } from "vitest";
import { allLines, dialTest, hostErrorOf } from "./support/dialling";
import { ed25519, rsa } from "./support/keys";
import { byKey, startServer } from "./support/server";
import { HAS_SSHD, startSshd } from "./support/sshd";

const HOST = rsa();
const USER = rsa();
const ED25519 = ed25519();

/**
 * What sshd of CoreOS 899 (OpenSSH 6.9) offers. Source: OpenBSD myproposal.h 1.41 (OpenSSH 6.7), KEX_SERVER_KEX, _ENCRYPT,
 * _MAC; release notes of OpenSSH 6.8 and 6.9 name no other change of a server's defaults than the order of the ciphers.
 * rsa-sha2 came with 7.2 (its release notes).
 */
const OLD = {
    kex: [
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group-exchange-sha256",
        "diffie-hellman-group14-sha1",
    ],
    serverHostKey: ["ssh-rsa"],
    cipher: [
        "chacha20-poly1305@openssh.com",
        "aes128-ctr",
        "aes192-ctr",
        "aes256-ctr",
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
    ],
    hmac: [
        "umac-64-etm@openssh.com",
        "umac-128-etm@openssh.com",
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "hmac-sha1-etm@openssh.com",
        "umac-64@openssh.com",
        "umac-128@openssh.com",
        "hmac-sha2-256",
        "hmac-sha2-512",
        "hmac-sha1",
    ],
} as const;

/**
 * A strict choice from what sshd 9.2 offers: no SHA-1, no CBC, no NIST curve. Source: `sshd -T` and `ssh -Q` of OpenSSH
 * 9.2p1; ssh-rsa is off by default since 8.8, sntrup761x25519 is preferred since 9.0 (their release notes).
 */
const STRICT = {
    kex: ["sntrup761x25519-sha512@openssh.com", "curve25519-sha256"],
    serverHostKey: ["rsa-sha2-512", "rsa-sha2-256"],
    cipher: ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com"],
    hmac: ["hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com"],
} as const;

type Lists = Readonly<Record<keyof typeof OLD, readonly string[]>>;

/** Without what ssh2's server does not have, as long as any is left. */
function forServer(lists: Lists): Algorithms {
    const kept = Object.entries(lists).map(([what, names]) => [
        what,
        names.filter((name) => !/^(umac|sntrup)/.test(name)),
    ]);
    return Object.fromEntries(kept) as Algorithms;
}

/** Lets in who proves USER by a signature with one of these hashes; none stands for SHA-1. */
function bySignature(...hashes: readonly (string | undefined)[]): (context: AuthContext) => void {
    const decide = byKey(USER);
    return (context) => {
        const isSigned = context.method === "publickey" && context.signature !== undefined;
        if (isSigned && !hashes.includes(context.hashAlgo)) context.reject(["publickey"]);
        else decide(context);
    };
}

const MEANS = { privateKey: USER.private, hostKey: HOST.public };

describe("a server with the algorithms of", () => {
    it("OpenSSH 6.9 takes our RSA key by SHA-1, and shows its own by SHA-1", async () => {
        const server = await startServer({
            hostKeys: [HOST],
            algorithms: forServer(OLD),
            isSilentOnSignatures: true,
            onAuth: bySignature(undefined),
        });
        const { session } = await dialTest({ ...MEANS, port: server.port });
        expect(await allLines(await session.exec("old"))).toEqual(["old"]);
    });

    // ssh2's server knows no group exchange; sshd below does.
    it.each(OLD.kex.filter((name) => !name.includes("group-exchange")))("OpenSSH 6.9 and %s alone", async (kex) => {
        const algorithms = { ...forServer(OLD), kex: [kex] };
        const server = await startServer({ hostKeys: [HOST], algorithms, onAuth: byKey(USER) });
        const dialled = dialTest({ ...MEANS, port: server.port });
        if (!kex.endsWith("sha1")) {
            expect((await dialled).session.hostKey).toBe(HOST.public.split(" ").slice(0, 2).join(" "));
            return;
        }
        // Every sshd since 6.5 has a better one, and ssh2 offers none by SHA-1 unless it is told to.
        expect((await hostErrorOf(dialled)).message).toContain("no matching key exchange algorithm");
    });

    it("a strict OpenSSH 9 takes our RSA key by SHA-2", async () => {
        const server = await startServer({
            hostKeys: [HOST],
            algorithms: forServer(STRICT),
            onAuth: bySignature("sha256", "sha512"),
        });
        const { session } = await dialTest({ ...MEANS, port: server.port });
        expect(await allLines(await session.exec("strict"))).toEqual(["strict"]);
    });
});

function settings(lists: Lists, accepted: readonly string[]): readonly string[] {
    return [
        `KexAlgorithms ${lists.kex.join(",")}`,
        `HostKeyAlgorithms ${lists.serverHostKey.join(",")}`,
        `Ciphers ${lists.cipher.join(",")}`,
        `MACs ${lists.hmac.join(",")}`,
        `PubkeyAcceptedAlgorithms ${accepted.join(",")}`,
    ];
}

describe.skipIf(!HAS_SSHD)("sshd that is set to", () => {
    it.each<[what: string, lists: Lists, accepted: readonly string[], key: typeof USER]>([
        // Not ssh-rsa alone, as 6.9: this sshd says that it takes rsa-sha2 whatever it is set to, and then refuses it.
        ["what 6.9 has, and an RSA key", OLD, ["ssh-rsa", "rsa-sha2-256"], USER],
        ["what 6.9 has, and an ed25519 key", OLD, ["ssh-ed25519", "ssh-rsa"], ED25519],
        ["a group exchange alone", { ...OLD, kex: ["diffie-hellman-group-exchange-sha256"] }, ["ssh-ed25519"], ED25519],
        ["a strict choice, and an RSA key", STRICT, ["rsa-sha2-512", "rsa-sha2-256"], USER],
        ["a strict choice, and an ed25519 key", STRICT, ["ssh-ed25519"], ED25519],
    ])("%s", async (_what, lists, accepted, key) => {
        const sshd = await startSshd([key.public], settings(lists, accepted));
        onTestFinished(() => sshd.stop());
        const hostKey = sshd.hostKeys["rsa"] ?? "";
        const at = { port: sshd.port, user: sshd.user, privateKey: key.private };
        const { session } = await dialTest({ ...at, hostKey });
        expect(session.hostKey).toBe(hostKey);
        expect(await allLines(await session.exec("echo here"))).toEqual(["here"]);
    });

    it("key exchanges against quantum computers alone is refused, in one try", async () => {
        const post = { ...STRICT, kex: ["sntrup761x25519-sha512@openssh.com"] };
        const sshd = await startSshd([USER.public], settings(post, ["rsa-sha2-512"]));
        onTestFinished(() => sshd.stop());
        const error = await hostErrorOf(dialTest({ port: sshd.port, user: sshd.user, privateKey: USER.private }));
        expect(error.kind).toBe("unreachable");
        expect(error.message).toContain("no matching key exchange algorithm");
        expect(error.message).toContain("Compare the algorithms of its sshd with those of ssh2");
    });
});

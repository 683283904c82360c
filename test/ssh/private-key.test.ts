import { execFileSync } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { legacyForm } from "../../provider/ssh/pkcs8";
import { privateKeyOf } from "../../provider/ssh/private-key";
import { publicKeyIn } from "../../provider/ssh/public-key";
import { ecdsa, ed25519, HAS_KEYGEN, rsa } from "./support/keys";

const PASSPHRASE = "correct horse";

function pkcs8(key: KeyObject, passphrase?: string): string {
    const lock = passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase };
    return key.export({ type: "pkcs8", format: "pem", ...lock }).toString();
}

const ED = generateKeyPairSync("ed25519");
const EC = generateKeyPairSync("ec", { namedCurve: "P-256" });
const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Whether the parsed key signs what its own public half accepts. */
function works(text: string, passphrase?: string): boolean {
    const key = privateKeyOf(text, passphrase);
    if (key instanceof Error) {
        throw key;
    }
    const [open] = [utils.parseKey(`${key.type} ${key.getPublicSSH().toString("base64")}`)].flat();
    return open !== undefined && !(open instanceof Error) && open.verify("message", key.sign("message"));
}

describe("privateKeyOf", () => {
    it.each<[string, string, string?]>([
        ["ed25519", ed25519().private],
        ["ecdsa", ecdsa().private],
        ["rsa", rsa().private],
        ["encrypted", ed25519(PASSPHRASE).private, PASSPHRASE],
        ["open key with a needless passphrase", ed25519().private, PASSPHRASE],
        ["without its last newline", ed25519().private.trim()],
        ["with Windows line ends", ed25519().private.replaceAll("\n", "\r\n")],
        ["PKCS#1", RSA.privateKey.export({ type: "pkcs1", format: "pem" }).toString()],
        ["SEC1", EC.privateKey.export({ type: "sec1", format: "pem" }).toString()],
        ["PKCS#8 rsa", pkcs8(RSA.privateKey)],
        ["PKCS#8 ecdsa", pkcs8(EC.privateKey)],
        ["PKCS#8 ed25519", pkcs8(ED.privateKey)],
        ["PKCS#8 encrypted", pkcs8(ED.privateKey, PASSPHRASE), PASSPHRASE],
    ])("reads %s", (_what, text, passphrase) => expect(works(text, passphrase)).toBe(true));

    it("keeps the public half of a PKCS#8 ed25519 key", () => {
        const key = privateKeyOf(pkcs8(ED.privateKey), undefined);
        const point = ED.publicKey.export({ type: "spki", format: "der" }).subarray(-32);
        expect(key instanceof Error ? key : key.getPublicSSH().subarray(-32)).toEqual(point);
    });

    it.skipIf(!HAS_KEYGEN)("writes a PKCS#8 ed25519 key as ssh-keygen reads it", () => {
        const folder = mkdtempSync(join(tmpdir(), "key-"));
        onTestFinished(() => rmSync(folder, { recursive: true }));
        const file = join(folder, "key");
        writeFileSync(file, legacyForm(pkcs8(ED.privateKey), undefined), { mode: 0o600 });
        const point = ED.publicKey.export({ type: "spki", format: "der" }).subarray(-32);
        const line = execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" });
        expect(publicKeyIn(line)?.blob.subarray(-32)).toEqual(point);
    });

    it.each<[string, string, string?]>([
        ["a path", "/home/core/.ssh/id_rsa"],
        ["nothing", ""],
        ["a public key", ed25519().public],
        ["an encrypted key without passphrase", ed25519(PASSPHRASE).private],
        ["a wrong passphrase", ed25519(PASSPHRASE).private, "wrong"],
        ["PKCS#8 with a wrong passphrase", pkcs8(ED.privateKey, PASSPHRASE), "wrong"],
        ["PKCS#8 without its passphrase", pkcs8(ED.privateKey, PASSPHRASE)],
        ["a key for nothing but signatures", pkcs8(generateKeyPairSync("ed448").privateKey)],
    ])("says why it cannot read %s", (_what, text, passphrase) => {
        const answer = privateKeyOf(text, passphrase);
        expect(answer).toBeInstanceOf(Error);
        expect(answer instanceof Error ? answer.message : "").not.toContain(PASSPHRASE);
    });

    it("opens an encrypted key once, and each passphrase anew", () => {
        const { private: text } = ed25519(PASSPHRASE);
        const parse = vi.spyOn(utils, "parseKey");
        const first = privateKeyOf(text, PASSPHRASE);
        expect(privateKeyOf(text, PASSPHRASE)).toBe(first);
        expect(parse).toHaveBeenCalledTimes(1);
        expect(privateKeyOf(text, "wrong")).toBeInstanceOf(Error);
        expect(privateKeyOf(text, "wrong")).toBeInstanceOf(Error);
        expect(parse).toHaveBeenCalledTimes(2);
        parse.mockRestore();
    });
});

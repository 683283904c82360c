import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { keyProblem } from "../../provider/spec/private-key";
import { openSshKey } from "./support";

const LOCKED = "is encrypted: give its passphrase as privateKeyPassword";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
const pem = (type: "pkcs1" | "pkcs8", cipher?: string): string =>
    privateKey.export({ type, format: "pem", ...(cipher !== undefined && { cipher, passphrase: "x" }) }).toString();
const putty = (encryption: string): string =>
    `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: ${encryption}\nComment: x\n`;

describe("keyProblem", () => {
    it.each([
        ["OpenSSH", openSshKey("none"), undefined],
        ["OpenSSH, encrypted", openSshKey("aes256-ctr"), LOCKED],
        ["OpenSSH with Windows line ends", openSshKey("aes256-ctr").replaceAll("\n", "\r\n"), LOCKED],
        ["PEM", pem("pkcs1"), undefined],
        ["PEM, encrypted", pem("pkcs1", "aes-128-cbc"), LOCKED],
        ["PKCS#8", pem("pkcs8"), undefined],
        ["PKCS#8, encrypted", pem("pkcs8", "aes-128-cbc"), LOCKED],
        ["PuTTY", putty("none"), undefined],
        ["PuTTY, encrypted", putty("aes256-cbc"), LOCKED],
    ])("%s", (_, text, problem) => {
        expect(keyProblem(text, false)).toBe(problem);
        expect(keyProblem(text, true)).toBeUndefined();
    });

    it.each([
        ["a path", "~/.ssh/id_ed25519", /is no private key.*not its path/],
        ["nothing", "", /is no private key/],
        ["a public key", "ssh-ed25519 AAAA", /is no private key/],
        ["a certificate", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", /is no private key/],
        ["half a key", openSshKey("none").slice(0, 120), /is cut off/],
        [
            "another body",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
            /is damaged/,
        ],
    ])("%s", (_, text, problem) => {
        expect(keyProblem(text, true)).toMatch(problem);
    });
});

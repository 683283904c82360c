import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** A key pair in OpenSSH's formats: the private key as PEM, the public one as a line of authorized_keys. */
export interface KeyPair {
    readonly private: string;
    readonly public: string;
}

/** A new ed25519 key pair. Not made by ssh2: its generator spoils a key whose first byte is 0, one in 256. */
export function newKeyPair(): KeyPair {
    // Not by way of JWK: Node 20 hangs where it collects garbage while it exports a key that it has just made.
    const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
        publicKeyEncoding: { type: "spki", format: "der" },
        privateKeyEncoding: { type: "pkcs8", format: "der" },
    });
    // Both end with the bytes of the key. Source: RFC 8410, sections 4 and 7.
    const [publicBytes, seed] = [publicKey.subarray(-32), privateKey.subarray(-32)];
    const blob = fields("ssh-ed25519", publicBytes);
    const check = randomBytes(4);
    const secret = Buffer.concat([
        check,
        check,
        fields("ssh-ed25519", publicBytes, Buffer.concat([seed, publicBytes]), ""),
    ]);
    const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (secret.length % 8)) % 8);
    const file = Buffer.concat([
        Buffer.from("openssh-key-v1\0"),
        fields("none", "none", ""),
        Buffer.from([0, 0, 0, 1]),
        fields(blob, Buffer.concat([secret, padding])),
    ]);
    const lines = file.toString("base64").replace(/.{70}/g, "$&\n").trimEnd();
    return {
        private: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
        public: `ssh-ed25519 ${blob.toString("base64")}`,
    };
}

/** The key pair in this file, made at first use. */
export function keyPairIn(file: string, replace = false): KeyPair {
    if (!replace && existsSync(file)) {
        return { private: readFileSync(file, "utf8"), public: readFileSync(`${file}.pub`, "utf8").trim() };
    }
    const pair = newKeyPair();
    writeFileSync(file, pair.private, { mode: 0o600 });
    writeFileSync(`${file}.pub`, `${pair.public}\n`);
    return pair;
}

/** Each with its length before it, as SSH writes strings. */
function fields(...values: readonly (string | Buffer)[]): Buffer {
    const pieces = values.flatMap((value) => {
        const bytes = Buffer.from(value);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return [length, bytes];
    });
    return Buffer.concat(pieces);
}

import { createHash } from "node:crypto";
import type { ServerHostKeyAlgorithm } from "ssh2";

/** A public key as it travels: its type and its wire form. */
export interface PublicKey {
    readonly type: string;
    readonly blob: Buffer;
}

/** The key in a line of authorized_keys, known_hosts or ssh-keyscan; undefined if there is none. */
export function publicKeyIn(line: string): PublicKey | undefined {
    const words = line.trim().split(/\s+/);
    for (const [at, type] of words.entries()) {
        const key = publicKeyOf(Buffer.from(words[at + 1] ?? "", "base64"));
        if (key?.type === type) {
            return key;
        }
    }
    return undefined;
}

/** The key of a wire form; undefined if it does not begin with a type. Source: RFC 4253, section 6.6. */
export function publicKeyOf(blob: Buffer): PublicKey | undefined {
    const length = blob.length > 4 ? blob.readUInt32BE(0) : 0;
    const type = blob.subarray(4, 4 + length).toString("latin1");
    return length > 0 && blob.length > 4 + length && /^[\w@.-]+$/.test(type) ? { type, blob } : undefined;
}

/** Such as `ssh-ed25519 AAAA…`. */
export function authorizedLine(key: PublicKey): string {
    return `${key.type} ${key.blob.toString("base64")}`;
}

/** Such as `ssh-ed25519 SHA256:…`, the digest as ssh-keygen -l prints it. */
export function fingerprint(key: PublicKey): string {
    return `${key.type} SHA256:${createHash("sha256").update(key.blob).digest("base64").replace(/=+$/, "")}`;
}

export function sameKey(one: PublicKey, other: PublicKey): boolean {
    return one.blob.equals(other.blob);
}

// RFC 8332: one RSA key, three signature algorithms. Order and content otherwise as ssh2's own default.
const ALGORITHMS: readonly (readonly [type: string, algorithms: readonly ServerHostKeyAlgorithm[]])[] = [
    ["ssh-ed25519", ["ssh-ed25519"]],
    ["ecdsa-sha2-nistp256", ["ecdsa-sha2-nistp256"]],
    ["ecdsa-sha2-nistp384", ["ecdsa-sha2-nistp384"]],
    ["ecdsa-sha2-nistp521", ["ecdsa-sha2-nistp521"]],
    ["ssh-rsa", ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]],
];

/**
 * Host key algorithms to offer, those of the known keys first, so that a server with several keys shows the known one.
 * The others follow: a server that lost the known key then shows what it has, and the error can name it.
 */
export function algorithmsFor(known: readonly PublicKey[]): ServerHostKeyAlgorithm[] {
    const types = new Set(known.map((key) => key.type));
    const preferred = ALGORITHMS.filter(([type]) => types.has(type));
    const others = ALGORITHMS.filter(([type]) => !types.has(type));
    return [...preferred, ...others].flatMap(([, algorithms]) => algorithms);
}

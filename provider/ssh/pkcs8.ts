import { createPrivateKey, type KeyObject } from "node:crypto";

/**
 * A PKCS#8 key in a form that ssh2 reads; any other text as it is. `tls.PrivateKey` of Pulumi writes its ed25519 keys in
 * PKCS#8, and @pulumi/command takes them. Errors: those of node:crypto, for a wrong passphrase or a broken key.
 */
export function legacyForm(text: string, passphrase: string | undefined): string {
    if (!/^\s*-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) {
        return text;
    }
    const key = createPrivateKey({ key: text, format: "pem", ...(passphrase !== undefined && { passphrase }) });
    if (key.asymmetricKeyType === "rsa") {
        return key.export({ type: "pkcs1", format: "pem" }).toString();
    }
    if (key.asymmetricKeyType === "ec") {
        return key.export({ type: "sec1", format: "pem" }).toString();
    }
    if (key.asymmetricKeyType === "ed25519") {
        return ed25519Form(key);
    }
    throw new Error(`SSH knows no ${key.asymmetricKeyType ?? "such"} keys`);
}

/** Source: OpenSSH PROTOCOL.key. */
function ed25519Form(key: KeyObject): string {
    const { d = "", x = "" } = key.export({ format: "jwk" });
    const [seed, point] = [Buffer.from(d, "base64url"), Buffer.from(x, "base64url")];
    const type = string(Buffer.from("ssh-ed25519"));
    const none = string(Buffer.from("none"));
    const check = Buffer.alloc(8);
    const secret = [check, type, string(point), string(Buffer.concat([seed, point])), string(Buffer.alloc(0))];
    const length = secret.reduce((sum, part) => sum + part.length, 0);
    const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (length % 8)) % 8));
    const whole = Buffer.concat([
        Buffer.from("openssh-key-v1\0"),
        none,
        none,
        string(Buffer.alloc(0)),
        Buffer.from([0, 0, 0, 1]),
        string(Buffer.concat([type, string(point)])),
        string(Buffer.concat([...secret, padding])),
    ]).toString("base64");
    const lines = whole.match(/.{1,70}/g) ?? [];
    return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n");
}

function string(bytes: Buffer): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
}

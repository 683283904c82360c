/** Why a text is no private key that we can use; undefined: by its header it is one. Nothing is decrypted. */
export function keyProblem(text: string, hasPassphrase: boolean): string | undefined {
    if (/^PuTTY-User-Key-File-\d/.test(text)) {
        return /^Encryption: (?!none)/m.test(text) && !hasPassphrase ? LOCKED : undefined;
    }
    const kind = /^\s*-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----/.exec(text)?.[1];
    if (kind === undefined) return NO_KEY;
    if (!text.includes(`-----END ${kind}-----`)) return "is cut off: it has no END line";
    if (kind === "OPENSSH PRIVATE KEY") return openSshProblem(text, hasPassphrase);
    const isEncrypted = kind.startsWith("ENCRYPTED") || /^Proc-Type: 4,ENCRYPTED/m.test(text);
    return isEncrypted && !hasPassphrase ? LOCKED : undefined;
}

const NO_KEY =
    "is no private key: it must be the key's text, which begins with -----BEGIN … PRIVATE KEY-----, not its path";

const LOCKED = "is encrypted: give its passphrase as privateKeyPassword";

function openSshProblem(text: string, hasPassphrase: boolean): string | undefined {
    const cipher = cipherOf(text.replace(/-----[^-]*-----/g, ""));
    if (cipher === undefined) return "is damaged: what stands between BEGIN and END is no OpenSSH key";
    return cipher !== "none" && !hasPassphrase ? LOCKED : undefined;
}

/** Name of the cipher in the header of an OpenSSH key; undefined: no such header. Source: openssh-portable PROTOCOL.key. */
function cipherOf(base64: string): string | undefined {
    const bytes = Buffer.from(base64.slice(0, HEADER), "base64");
    const start = MAGIC.length + 4;
    if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC || bytes.length < start) return undefined;
    return bytes.toString("latin1", start, start + bytes.readUInt32BE(MAGIC.length));
}

const MAGIC = "openssh-key-v1\0";

/** More characters than magic and cipher take; the rest of the key is not looked at. */
const HEADER = 256;

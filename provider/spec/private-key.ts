/** Why a text is no private key that we can use; undefined: by its header it is one. Nothing is decrypted. */
export function keyProblem(text: string, hasPassphrase: boolean): string | undefined {
    if (/^PuTTY-User-Key-File-/.test(text)) {
        return /^Encryption: (?!none)/m.test(text) && !hasPassphrase ? LOCKED : undefined;
    }
    const kind = /^\s*-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----/.exec(text)?.[1];
    if (kind === undefined) {
        return "is no private key: it must be the key's text, which begins with -----BEGIN … PRIVATE KEY-----, not its path";
    }
    return isEncrypted(kind, text) && !hasPassphrase ? LOCKED : undefined;
}

const LOCKED = "is encrypted: give its passphrase as privateKeyPassword";

function isEncrypted(kind: string, text: string): boolean {
    if (kind.startsWith("ENCRYPTED")) return true;
    if (kind !== "OPENSSH PRIVATE KEY") return /^Proc-Type: 4,ENCRYPTED/m.test(text);
    return cipherOf(text.replace(/-----[^-]*-----/g, "")) !== "none";
}

/** Name of the cipher in the header of an OpenSSH key. Source: openssh-portable PROTOCOL.key. */
function cipherOf(base64: string): string {
    const bytes = Buffer.from(base64, "base64");
    const magic = "openssh-key-v1\0";
    if (bytes.toString("latin1", 0, magic.length) !== magic || bytes.length < magic.length + 4) return "none";
    const length = bytes.readUInt32BE(magic.length);
    return bytes.toString("latin1", magic.length + 4, magic.length + 4 + length);
}

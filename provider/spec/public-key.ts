/** Why a text is no public key in authorized_keys form; undefined: it is one, as far as its first field tells. */
export function publicKeyProblem(text: string): string | undefined {
    const line = text.trim();
    if (/[\r\n]/.test(line)) return "must be one line: for several keys there is knownHosts";
    if (/^(SHA256|MD5):/.test(line)) return `is a fingerprint: ${WANTED}`;
    return line.split(/\s+/).some(isKey) ? undefined : WANTED;
}

const WANTED = "must be type and base64, such as ssh-ed25519 AAAA…, as ssh-keyscan prints them";

// The wire form begins with the type's name, so the word before must repeat it. Source: RFC 4253, section 6.6.
function isKey(type: string, at: number, words: readonly string[]): boolean {
    const blob = Buffer.from(words[at + 1] ?? "", "base64");
    const name = blob.subarray(4, 4 + type.length).toString("latin1");
    return blob.length > 4 + type.length && blob.readUInt32BE(0) === type.length && name === type;
}

import { createHash } from "node:crypto";
import { utils, type ParsedKey } from "ssh2";
import { legacyForm } from "./pkcs8";

// Opening an encrypted key is half a second of bcrypt on the only thread; a fleet shares one key.
const opened = new Map<string, ParsedKey | Error>();

/** The parsed private key, or an Error that says why not. Opened once per key and process, failures too. */
export function privateKeyOf(text: string, passphrase: string | undefined): ParsedKey | Error {
    // The digest stands for the key so that no second copy of the text lives as long as the process.
    const name = createHash("sha256")
        .update(JSON.stringify([text, passphrase ?? null]))
        .digest("base64");
    const known = opened.get(name);
    if (known !== undefined) {
        return known;
    }
    const key = parse(text, passphrase);
    opened.set(name, key);
    return key;
}

function parse(text: string, passphrase: string | undefined): ParsedKey | Error {
    try {
        // At run time ssh2 may answer with a list, which holds one key.
        const answer: ParsedKey | Error | readonly ParsedKey[] = utils.parseKey(
            legacyForm(text, passphrase),
            passphrase,
        );
        const key = answer instanceof Error ? answer : [answer].flat()[0];
        if (key === undefined || key instanceof Error) {
            return key ?? new Error("it holds no key");
        }
        return key.isPrivateKey() ? key : new Error("it is a public key");
    } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
    }
}

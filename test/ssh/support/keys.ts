import { spawnSync } from "node:child_process";
import { utils, type ParsedKey } from "ssh2";
import { newKeyPair } from "../../../provider/testing/keys";

/** A key pair in OpenSSH form. */
export interface Pair {
    readonly private: string;
    /** As in authorized_keys. */
    readonly public: string;
}

/** In CI a machine without ssh-keygen must fail, so the tests run there whatever is missing. */
export const HAS_KEYGEN = process.env["CI"] !== undefined || spawnSync("ssh-keygen", ["-?"]).error === undefined;

export function ed25519(passphrase?: string): Pair {
    if (passphrase === undefined) return newKeyPair();
    // ssh2's generator spoils a key whose first byte is 0, one in 256.
    for (;;) {
        const pair = utils.generateKeyPairSync("ed25519", { passphrase, cipher: "aes256-ctr", rounds: 16 });
        if (!(utils.parseKey(pair.private, passphrase) instanceof Error)) return pair;
    }
}

export function ecdsa(): Pair {
    return utils.generateKeyPairSync("ecdsa", { bits: 256 });
}

export function rsa(): Pair {
    return utils.generateKeyPairSync("rsa", { bits: 2048 });
}

export function parsed(key: string): ParsedKey {
    const answer = utils.parseKey(key);
    if (answer instanceof Error) {
        throw answer;
    }
    return answer;
}

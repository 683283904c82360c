import { utils } from "ssh2";
import { expect, test } from "vitest";
import { newKeyPair } from "../../provider/testing/keys";

test("key pairs can be read and belong together, those whose public key begins with 0 too", () => {
    let leadingZeros = 0;
    for (let round = 0; leadingZeros === 0 && round < 20_000; round++) {
        const pair = newKeyPair();
        const [secret, known] = [utils.parseKey(pair.private), utils.parseKey(pair.public)];
        if (secret instanceof Error || known instanceof Error) throw new Error(`unreadable: ${pair.public}`);
        expect(secret.getPublicSSH()).toEqual(known.getPublicSSH());
        if (known.getPublicSSH().at(-32) === 0) leadingZeros++;
    }
    expect(leadingZeros).toBeGreaterThan(0);
});

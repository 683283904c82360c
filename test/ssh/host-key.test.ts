import { describe, expect, it } from "vitest";
import { fingerprint, publicKeyIn } from "../../provider/ssh/public-key";
import { dialTest, hostErrorOf, KNOWN } from "./support/dialling";
import { ecdsa, ed25519, rsa } from "./support/keys";
import { HOST_KEY, startServer } from "./support/server";

const { privateKey } = KNOWN;
const OTHER = ed25519();
const KEYS = { ed25519: HOST_KEY, ecdsa: ecdsa(), rsa: rsa() };

function printOf(line: string): string {
    const key = publicKeyIn(line);
    return key === undefined ? "no key" : fingerprint(key);
}

describe("host key", () => {
    it("is pinned on first use, with a word about it", async () => {
        const server = await startServer();
        const { session, log } = await dialTest({ port: server.port, privateKey });
        expect(session.hostKey).toBe(HOST_KEY.public);
        expect(log).toEqual([`127.0.0.1: host key pinned on first use: ${printOf(HOST_KEY.public)}`]);
    });

    it.each<[string, object, { pinned?: string }]>([
        ["hostKey", { hostKey: HOST_KEY.public }, {}],
        ["hostKey with a comment", { hostKey: `${HOST_KEY.public} core@node` }, {}],
        ["hostKey over a pinned one", { hostKey: HOST_KEY.public }, { pinned: OTHER.public }],
        ["knownHosts", { knownHosts: `127.0.0.1 ${HOST_KEY.public}` }, {}],
        ["knownHosts over a pinned one", { knownHosts: `* ${HOST_KEY.public}` }, { pinned: OTHER.public }],
        ["hostKey over knownHosts", { hostKey: HOST_KEY.public, knownHosts: `* ${OTHER.public}` }, {}],
        ["the pinned one", {}, { pinned: HOST_KEY.public }],
    ])("is accepted by %s, silently", async (_what, args, options) => {
        const server = await startServer();
        const { log } = await dialTest({ port: server.port, privateKey, ...args }, options);
        expect(log).toEqual([]);
    });

    it.each<[string, object, { pinned?: string }, string]>([
        ["hostKey", { hostKey: OTHER.public }, {}, "If you expect this key, set connection.hostKey."],
        ["knownHosts", { knownHosts: `* ${OTHER.public}` }, {}, "If you expect this key, set connection.knownHosts."],
        ["state", {}, { pinned: OTHER.public }, "set connection.hostKey, or create the resource anew with --replace."],
    ])("that is not that of %s is refused before any log-in, once", async (source, args, options, advice) => {
        const server = await startServer();
        const error = await hostErrorOf(dialTest({ port: server.port, privateKey, ...args }, options));
        expect(error.kind).toBe("host-key-changed");
        expect(error.message).toContain(`${printOf(OTHER.public)} by ${source}`);
        expect(error.message).toContain(`it shows ${printOf(HOST_KEY.public)}`);
        expect(error.message).toContain(advice);
        expect(error.message.length).toBeLessThan(500);
        expect(server.attempts).toEqual([]);
        expect(server.connections).toHaveLength(1);
    });

    it("that knownHosts does not have is refused, even with one pinned", async () => {
        const server = await startServer();
        const args = { port: server.port, privateKey, knownHosts: `elsewhere ${HOST_KEY.public}` };
        const error = await hostErrorOf(dialTest(args, { pinned: HOST_KEY.public }));
        expect(error.kind).toBe("host-key-unknown");
        expect(server.attempts).toEqual([]);
    });

    it("that is revoked is refused, although it is trusted too", async () => {
        const server = await startServer();
        const knownHosts = `* ${HOST_KEY.public}\n@revoked * ${HOST_KEY.public}`;
        const error = await hostErrorOf(dialTest({ port: server.port, privateKey, knownHosts }));
        expect(error.kind).toBe("host-key-unknown");
        expect(error.message).toContain("revoked");
    });

    it("that cannot be read as one is said to be so, and nobody is dialled", async () => {
        const server = await startServer();
        const error = await hostErrorOf(dialTest({ port: server.port, privateKey, hostKey: "ssh-ed25519 nonsense" }));
        expect(error.kind).toBe("key-unusable");
        expect(server.connections).toHaveLength(0);
    });

    it.each(["ed25519", "ecdsa", "rsa"] as const)("of type %s is shown by a server with several", async (type) => {
        const server = await startServer({ hostKeys: Object.values(KEYS) });
        const known = KEYS[type].public;
        const { session } = await dialTest({ port: server.port, privateKey, hostKey: known });
        expect(session.hostKey).toBe(known.split(" ").slice(0, 2).join(" "));
        await dialTest({ port: server.port, privateKey, knownHosts: `* ${known}` });
        await dialTest({ port: server.port, privateKey }, { pinned: known });
    });

    it("of a type that the server has no more is a changed one, and the error names what it has", async () => {
        const server = await startServer({ hostKeys: [KEYS.ecdsa] });
        const error = await hostErrorOf(dialTest({ port: server.port, privateKey, hostKey: HOST_KEY.public }));
        expect(error.kind).toBe("host-key-changed");
        expect(error.message).toContain(printOf(KEYS.ecdsa.public));
    });
});

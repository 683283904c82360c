import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requestOf, UsageError, type Request } from "../../provider/inspect/arguments";
import { PASSPHRASE } from "../../provider/inspect/help";
import { ed25519 } from "../ssh/support/keys";

const KEY = ed25519();
const LOCKED = ed25519("s3cret-passphrase");
let folder: string;

beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "arguments-"));
    writeFileSync(join(folder, "key"), KEY.private);
    writeFileSync(join(folder, "locked"), LOCKED.private);
    writeFileSync(join(folder, "known"), `10.0.0.1 ${KEY.public}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is asked for by these words; `@name` is a file of ours. */
function request(words: readonly string[], env: NodeJS.ProcessEnv = {}): Request | undefined {
    return requestOf(
        words.map((word) => (word.startsWith("@") ? join(folder, word.slice(1)) : word)),
        env,
    );
}

describe("a host", () => {
    test.each<readonly [text: string, host: string, user: string, port: number]>([
        ["10.0.0.1", "10.0.0.1", "core", 22],
        ["node-1.example.com:2222", "node-1.example.com", "core", 2222],
        ["root@node-1", "node-1", "root", 22],
        ["ops@[fe80::1%eth0]:2222", "fe80::1%eth0", "ops", 2222],
        ["[::1]", "::1", "core", 22],
    ])("%s", (text, host, user, port) => {
        const asked = request([text]);
        expect(asked?.hosts).toHaveLength(1);
        expect(asked?.hosts[0]).toMatchObject({ name: text, connection: { host, user, port, proxy: [] } });
        expect(asked).toMatchObject({ port: 10248, json: false });
    });
});

test("all that may be said", () => {
    const words = ["a", "b:23", "--identity", "@locked", "--known-hosts", "@known", "--password-from-env", "PW"];
    const more = ["--jump", "ops@j:24", "--jump", "k", "--healthz-port", "0", "--json"];
    const root = ["--sudo-password-from-env", "ROOT"];
    const env = { [PASSPHRASE]: "s3cret-passphrase", PW: "s3cret-password", ROOT: "s3cret-root" };
    const asked = request([...words, ...more, ...root], env);
    const credentials = {
        privateKey: LOCKED.private,
        privateKeyPassword: "s3cret-passphrase",
        password: "s3cret-password",
        knownHosts: `10.0.0.1 ${KEY.public}\n`,
    };
    expect(asked).toMatchObject({ port: false, json: true });
    expect(asked?.hosts.map(({ name }) => name)).toEqual(["a", "b:23"]);
    for (const { connection } of asked?.hosts ?? []) {
        expect(connection).toMatchObject({ ...credentials, sudoPassword: "s3cret-root" });
        expect(JSON.stringify(connection.proxy)).not.toContain("s3cret-root");
        expect(connection.proxy).toMatchObject([
            { host: "j", user: "ops", port: 24, ...credentials },
            { host: "k", user: "core", port: 22, ...credentials },
        ]);
    }
});

test("the key of the one host takes the place of the known ones, not of those of jump hosts", () => {
    const asked = request(["a", "--host-key", KEY.public, "--known-hosts", "@known", "--jump", "j"]);
    const connection = asked?.hosts[0]?.connection;
    expect(connection?.hostKey).toBe(KEY.public);
    expect(connection?.knownHosts).toBeUndefined();
    expect(connection?.proxy[0]).toMatchObject({ knownHosts: `10.0.0.1 ${KEY.public}\n` });
});

test("a passphrase without a key is none", () => {
    expect(request(["a"], { [PASSPHRASE]: "s3cret" })?.hosts[0]?.connection.privateKeyPassword).toBeUndefined();
});

test("help is wanted, whatever else is said", () => {
    expect(request(["--help", "a:b:c"])).toBeUndefined();
    expect(request(["-h"])).toBeUndefined();
});

const HOST = "HOST must be [user@]host[:port], an IPv6 address in brackets";

test.each<readonly [words: readonly string[], said: string]>([
    [[], "no HOST is given"],
    [["--token=s3cret", "a"], "Unknown option '--token'"],
    [["a", "--identity"], "Option '--identity <value>' argument missing"],
    [["a", "--json=s3cret"], "Option '--json' does not take an argument"],
    [["core:s3cret@a"], HOST],
    [["fe80::1"], HOST],
    [["a:s3cret"], HOST],
    [["a b"], HOST],
    [["a", ""], HOST],
    [["a:0"], "connection.port: must be a whole number from 1 to 65535"],
    [["a", "--jump", "j:s3cret"], "--jump must be [user@]host[:port], an IPv6 address in brackets"],
    [["a", "--jump", "j:70000"], "connection.proxy[0].port: must be a whole number from 1 to 65535"],
    [["a", "--healthz-port", "s3cret"], "--healthz-port must be a number"],
    [["a", "--healthz-port", "70000"], "health.port: must be a port from 1 to 65535"],
    [["a", "b", "--host-key", "s3cret"], "--host-key is the key of one host: give --known-hosts for several"],
    [["a", "--host-key", "s3cret"], "connection.hostKey: "],
    [["a", "--identity", "@none"], "--identity: the file cannot be read (ENOENT)"],
    [["a", "--known-hosts", "@"], "--known-hosts: the file cannot be read (EISDIR)"],
    [["a", "--identity", "@known"], "connection.privateKey: is no private key"],
    [["a", "--identity", "@locked"], `connection.privateKey: is encrypted: give its passphrase as ${PASSPHRASE}`],
    [["a", "--password-from-env", "S3CRET"], "--password-from-env: the environment has no such variable"],
    [["a", "--sudo-password-from-env", "S3CRET"], "--sudo-password-from-env: the environment has no such variable"],
])("%j is refused", (words, said) => {
    const attempt = (): unknown => request(words);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(said);
    expect(attempt).not.toThrow(/s3cret/i);
    expect(attempt).not.toThrow("\n");
});

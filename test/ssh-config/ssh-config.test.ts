import { execFileSync, spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { failuresOf } from "../../provider/spec/failures";
import { sshConnection } from "../../provider/ssh-config";
import { ecdsa, ed25519 } from "../ssh/support/keys";
import { home } from "./support";

const KEY = ed25519().private;
const OTHER = ecdsa().private;
const PASSPHRASE = "correct horse";
const LOCKED = ed25519(PASSPHRASE).private;
const TOKEN = tokenKey();
const HOST_KEY = ed25519().public.split(" ").slice(0, 2).join(" ");
const OLD_KEY = ecdsa().public.split(" ").slice(0, 2).join(" ");
const ME = userInfo().username;

/** The private half, such as it is, of a key that a security token holds. Source: openssh-portable PROTOCOL.key, PROTOCOL.u2f. */
function tokenKey(): string {
    const string = (value: string | Buffer): Buffer => {
        const bytes = Buffer.from(value);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return Buffer.concat([length, bytes]);
    };
    const half = [string("sk-ssh-ed25519@openssh.com"), string(Buffer.alloc(32, 7)), string("ssh:")];
    const rest = [Buffer.from([1]), string("handle"), string(""), string("comment"), Buffer.from([1, 2, 3, 4])];
    const body = [
        ...[Buffer.from("openssh-key-v1\0"), string("none"), string("none"), string(""), Buffer.from([0, 0, 0, 1])],
        ...[string(Buffer.concat(half)), string(Buffer.concat([Buffer.alloc(8, 1), ...half, ...rest]))],
    ];
    const base64 = Buffer.concat(body).toString("base64").replace(/.{70}/g, "$&\n");
    return `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

const plain = (alias: string, config: string): object => {
    home();
    return sshConnection(alias, { config });
};

describe("where to", () => {
    it.each<[what: string, config: string, alias: string, wanted: object]>([
        ["nothing said of it", "Host other\n Port 1", "node-1", { host: "node-1", port: 22, user: ME }],
        [
            "all said",
            "Host n\n HostName 10.0.0.1\n Port 2222\n User core",
            "n",
            { host: "10.0.0.1", port: 2222, user: "core" },
        ],
        [
            "lower case, quotes, equals signs",
            'host n\nhostname="10.0.0.1"\nport = 23\nuser core # c',
            "n",
            { host: "10.0.0.1", port: 23, user: "core" },
        ],
        ["the first value counts", "Host n\n User a\nHost *\n User b\n Port 7", "n", { host: "n", port: 7, user: "a" }],
        ["a pattern that is taken back", "Host n* !n2\n User a", "n2", { host: "n2", port: 22, user: ME }],
        ["tokens", "Host n\n HostName %h.example.com", "n", { host: "n.example.com", port: 22, user: ME }],
        ["IPv6", "Host n\n HostName 2001:DB8::1", "n", { host: "2001:db8::1", port: 22, user: ME }],
        [
            "Match host, by HostName",
            "Host n\n hostname 10.0.0.1\nMatch host 10.*\n User m",
            "n",
            { host: "10.0.0.1", port: 22, user: "m" },
        ],
        [
            "Match originalhost and user",
            "Host n\n User core\nMatch originalhost n user core\n Port 9",
            "n",
            { host: "n", port: 9, user: "core" },
        ],
        ["an alias that is an address with a zone", "", "fe80::1%eth0", { host: "fe80::1%eth0", port: 22, user: ME }],
        [
            "ProxyJump none before another",
            "ProxyJump none\nProxyCommand none\nProxyCommand nc %h",
            "n",
            { host: "n", port: 22, user: ME },
        ],
        ["what is switched off", "CanonicalizeHostname False", "n", { host: "n", port: 22, user: ME }],
        ["Match, not met", "Match !originalhost n\n Port 9", "n", { host: "n", port: 22, user: ME }],
        ["Match all", "Match all\n Port 9", "n", { host: "n", port: 9, user: ME }],
        [
            "Match exec where it does not matter",
            "Match originalhost x exec false\n Port 9",
            "n",
            { host: "n", port: 22, user: ME },
        ],
        ["ProxyJump none", "Host n\n ProxyJump none\nHost *\n ProxyJump j", "n", { host: "n", port: 22, user: ME }],
        [
            "ProxyCommand none first",
            "Host n\n ProxyCommand none\nHost *\n ProxyJump j",
            "n",
            { host: "n", port: 22, user: ME },
        ],
    ])("%s", (_what, config, alias, wanted) => {
        const connection = plain(alias, config);
        expect(connection).toEqual(wanted);
        expect(failuresOf({ connection, version: "v1" })).toEqual([]);
    });

    it("reads ~/.ssh/config where no text is given, and what that includes", () => {
        home({
            ".ssh/config": "Include config.d/*.conf nowhere\nHost n\n Include in-n\n Port 3\nHost *\n User last",
            ".ssh/config.d/b.conf": "Host n\n HostName from-b",
            ".ssh/config.d/a.conf": "Host n\n HostName from-a",
            ".ssh/config.d/.c.conf": "Port 1",
            ".ssh/config.d/d.txt": "Port 1",
            ".ssh/in-n": "Host other\n Port 1\nHost n\n User from-n",
        });
        expect(sshConnection("n")).toEqual({ host: "from-a", port: 3, user: "from-n" });
        expect(sshConnection("other")).toEqual({ host: "other", port: 22, user: "last" });
    });

    it("includes what a pattern with brackets names", () => {
        home({
            ".ssh/config": "Include [0-9]-[!a].conf\nInclude [x\nInclude b^+[b^].conf",
            ".ssh/1-b.conf": "Port 3",
            ".ssh/1-a.conf": "User wrong",
            ".ssh/x-b.conf": "User wrong",
            ".ssh/[x": "HostName literal",
            ".ssh/b^+^.conf": "User right",
        });
        expect(sshConnection("n")).toEqual({ host: "literal", port: 3, user: "right" });
    });
});

describe("jump hosts", () => {
    const config = `
Host target
  ProxyJump a,ops@[fd00::2]:2222
Host a
  HostName 10.0.0.1
  User alice
  ProxyJump ssh://gate.example.com:24
Host fd00::2
  User not-asked
  ProxyJump not-asked-either
Host gate.example.com
  User %r-is-no-token
`;

    it("are those of the list, before them those of its first, nearest to us first", () => {
        expect(plain("target", config)).toEqual({
            host: "target",
            port: 22,
            user: ME,
            proxy: [
                { host: "gate.example.com", port: 24, user: "%r-is-no-token" },
                { host: "10.0.0.1", port: 22, user: "alice" },
                { host: "fd00::2", port: 2222, user: "ops" },
            ],
        });
    });

    it("that lead in a circle are an error", () => {
        const circle = "Host a\n ProxyJump b\nHost b\n ProxyJump a";
        expect(() => plain("a", circle)).toThrow("ssh_config: a: b: a: ProxyJump leads back to it");
        expect(() => plain("x", "Host *\n ProxyJump x")).toThrow("ProxyJump leads back to it");
    });
});

describe("keys", () => {
    const files = {
        ".ssh/id_rsa": LOCKED,
        ".ssh/id_ecdsa": OTHER,
        ".ssh/mine": KEY,
        ".ssh/mine.pub": ed25519().public,
    };

    it.each<[what: string, config: string, wanted: object]>([
        ["the usual one that can be used", "", { privateKey: OTHER }],
        ["the one that is named, by tokens", "User mine\nIdentityFile ~/.ssh/%r", { privateKey: KEY }],
        [
            "the first that is there and private",
            "IdentityFile /nowhere\nIdentityFile ~/.ssh/mine.pub\nIdentityFile %d/.ssh/mine",
            { privateKey: KEY },
        ],
        ["none", "IdentityFile none", {}],
        ["a locked one is left to the agent", "IdentityFile ~/.ssh/id_rsa\nIdentitiesOnly no", {}],
        ["no key and no agent", "IdentityFile none\nIdentityAgent none\nIdentitiesOnly yes", { agentSocketPath: "" }],
        ["a key alone", "IdentityFile ~/.ssh/mine\nIdentitiesOnly yes", { privateKey: KEY, agentSocketPath: "" }],
        [
            "a key alone, in other words",
            "IdentityFile ~/.ssh/mine\nIdentitiesOnly True",
            { privateKey: KEY, agentSocketPath: "" },
        ],
        ["an agent", "IdentityFile none\nIdentityAgent ~/agent", { agentSocketPath: "HOME/agent" }],
        ["an agent by a variable", "IdentityFile none\nIdentityAgent $PCK_AGENT", { agentSocketPath: "/a b" }],
        [
            "an agent by a variable in braces",
            "IdentityFile none\nIdentityAgent ${PCK_AGENT}",
            { agentSocketPath: "/a b" },
        ],
        ["the agent of the environment", "IdentityFile none\nIdentityAgent SSH_AUTH_SOCK", {}],
        ["no agent", "IdentityFile none\nIdentityAgent none", { agentSocketPath: "" }],
    ])("%s", (_what, config, wanted) => {
        const folder = home(files);
        vi.stubEnv("PCK_AGENT", "/a b");
        const more = JSON.parse(JSON.stringify(wanted).replace("HOME", folder)) as object;
        const user = expect.any(String) as string;
        expect(sshConnection("n", { config })).toEqual({ host: "n", port: 22, user, ...more });
    });

    it("that cannot be used are passed over: of a token, or by another passphrase", () => {
        home({ ...files, ".ssh/token": TOKEN, ".ssh/other": ed25519("another").private });
        const both = "IdentityFile ~/.ssh/token\nIdentityFile ~/.ssh/other\n";
        const keyOf = (config: string, passphrase?: string): unknown =>
            sshConnection("n", { config, ...(passphrase !== undefined && { passphrase }) }).privateKey;
        expect(keyOf(`${both}IdentityFile ~/.ssh/mine`, PASSPHRASE)).toBe(KEY);
        expect(keyOf(`${both}IdentityFile ~/.ssh/id_rsa`, PASSPHRASE)).toBe(LOCKED);
        // The log-in then says what is wrong with it.
        expect(keyOf(both)).toBe(TOKEN);
    });

    it("that are locked are taken with the passphrase", () => {
        home(files);
        expect(sshConnection("n", { config: "", passphrase: PASSPHRASE })).toMatchObject({
            privateKey: LOCKED,
            privateKeyPassword: PASSPHRASE,
        });
        const open = sshConnection("n", { config: "IdentityFile ~/.ssh/mine", passphrase: PASSPHRASE });
        expect(open).not.toHaveProperty("privateKeyPassword");
    });
});

describe("host keys", () => {
    const known = `n ${HOST_KEY}\n[n]:2222 ${OLD_KEY}\nother ${OLD_KEY}\n[other]:7 ${HOST_KEY}\n`;
    const knownHostsOf = (config: string): string | undefined => sshConnection("n", { config }).knownHosts;

    it("are those of this host and port, and nobody else's", () => {
        home({ ".ssh/known_hosts": known });
        expect(knownHostsOf("")).toBe(`n ${HOST_KEY}\n`);
        expect(knownHostsOf("Port 2222")).toBe(`[n]:2222 ${OLD_KEY}\n`);
        expect(knownHostsOf("HostName unheard-of")).toBeUndefined();
    });

    it("are found where names are hashed", () => {
        const folder = home({ ".ssh/known_hosts": known });
        execFileSync("ssh-keygen", ["-H", "-f", join(folder, ".ssh/known_hosts")], { stdio: "ignore" });
        expect(knownHostsOf("Port 2222")).toBe(`[n]:2222 ${OLD_KEY}\n`);
    });

    it("are found by HostKeyAlias, and stand by the name that is dialled", () => {
        home({ ".ssh/known_hosts": known });
        expect(knownHostsOf("HostName 10.0.0.1\nPort 7\nHostKeyAlias other")).toBe(`[10.0.0.1]:7 ${OLD_KEY}\n`);
    });

    it("are read from each file that is named, revoked ones too", () => {
        home({ n: `n ${HOST_KEY}\n`, "t w o": `@revoked * ${OLD_KEY}\n` });
        const files = 'UserKnownHostsFile ~/%k /nowhere\nGlobalKnownHostsFile "~/t w o"';
        expect(knownHostsOf(files)).toBe(`n ${HOST_KEY}\n@revoked n ${OLD_KEY}\n`);
    });

    it.each(["n", "N,m", "*", "[n]:7"])("that an authority for %s vouches for are none of a first use", (hosts) => {
        const authority = `@cert-authority ${hosts} ${OLD_KEY}\n`;
        home({ ".ssh/known_hosts": authority.replace(hosts, "other") });
        expect(knownHostsOf("Port 7")).toBeUndefined();
        home({ ".ssh/known_hosts": authority });
        expect(() => knownHostsOf("Port 7")).toThrow("n: @cert-authority cannot be followed without ssh");
        home({ ".ssh/known_hosts": `${authority}n ${HOST_KEY}\n` });
        expect(knownHostsOf("Port 7")).toBe(`[n]:7 ${HOST_KEY}\n`);
    });

    it("that are revoked for the plain name are so on each port", () => {
        home({ ".ssh/known_hosts": `[n]:7 ${HOST_KEY}\n@revoked n ${OLD_KEY}\n` });
        expect(knownHostsOf("Port 7")).toBe(`[n]:7 ${HOST_KEY}\n@revoked [n]:7 ${OLD_KEY}\n`);
    });

    it.each(["yes", "Yes", "true", "TRUE"])("must be known where StrictHostKeyChecking says %s", (word) => {
        home({ ".ssh/known_hosts": known });
        expect(knownHostsOf(`HostName x\nStrictHostKeyChecking ${word}`)).toBe("");
    });

    it.each(["no", "False", "ask", "accept-new"])("may be new where StrictHostKeyChecking says %s", (word) => {
        home({ ".ssh/known_hosts": known });
        expect(knownHostsOf(`HostName x\nStrictHostKeyChecking ${word}`)).toBeUndefined();
    });
});

describe("errors", () => {
    it("without the package that reads, say which", () => {
        const program = `
const Module = require("node:module");
const load = Module._load;
Module._load = (request, ...rest) => {
    if (request !== "ssh-config") return load(request, ...rest);
    throw Object.assign(new Error("Cannot find module 'ssh-config'"), { code: "MODULE_NOT_FOUND" });
};
require(process.argv[1]).sshConnection("n", { config: "" });
`;
        const file = join(process.cwd(), "dist/ssh-config.js");
        const { stderr } = spawnSync(process.execPath, ["-e", program, file], { encoding: "utf8" });
        expect(stderr).toContain("ssh_config: n: it is read by the package ssh-config: npm install ssh-config");
    });

    it.each([
        [
            "ProxyCommand nc -X connect %h %p",
            "n: proxycommand cannot be followed without ssh; a jump host can be named by ProxyJump",
        ],
        [
            "Host n\n ProxyJump none\nHost *\n ProxyCommand nc %h %p\n ProxyJump j",
            "n: proxycommand cannot be followed without ssh; a jump host can be named by ProxyJump",
        ],
        ["CertificateFile ~/.ssh/id-cert.pub", "n: certificatefile cannot be followed without ssh"],
        ["PKCS11Provider /lib/x.so", "n: pkcs11provider cannot be followed without ssh"],
        ["KnownHostsCommand /bin/x %H", "n: knownhostscommand cannot be followed without ssh"],
        ["CanonicalizeHostname yes", "n: canonicalizehostname cannot be followed without ssh"],
        [
            "IdentityFile ~/.ssh/locked\nIdentitiesOnly yes",
            "n: identitiesonly cannot be followed without ssh where no IdentityFile is a private key that can be used (a locked one: give its passphrase)",
        ],
        ["RevokedHostKeys /etc/ssh/revoked", "n: revokedhostkeys cannot be followed without ssh"],
        ["Match exec true\n Port 9", 'n: "Match exec" cannot be judged without ssh'],
        ["Match final all\n Port 9", 'n: "Match final" cannot be judged without ssh'],
        ["IdentityFile ~/.ssh/%C", "n: %C stands for nothing here"],
        ["IdentityFile ${PCK_NO_SUCH}/id", "n: ${PCK_NO_SUCH} stands for nothing here"],
        ["ProxyJump user@", "n: ProxyJump names no host"],
        ["Include ~/self", "n: Include goes too deep"],
        [
            "ProxyJump j\nMatch originalhost j\n CertificateFile x",
            "n: j: certificatefile cannot be followed without ssh",
        ],
        ['IdentityFile "open', "n: "],
    ])("%s", (config, message) => {
        home({ self: "Include ~/self", ".ssh/locked": LOCKED });
        expect(() => sshConnection("n", { config })).toThrow(`ssh_config: ${message}`);
    });
});

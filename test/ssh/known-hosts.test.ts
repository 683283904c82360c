import { execFileSync, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { knownKeys } from "../../provider/ssh/known-hosts";
import { authorizedLine } from "../../provider/ssh/public-key";
import { ecdsa, ed25519, HAS_KEYGEN, rsa } from "./support/keys";

const A = ed25519().public.split(" ").slice(0, 2).join(" ");
const B = ecdsa().public.split(" ").slice(0, 2).join(" ");
const C = rsa().public.split(" ").slice(0, 2).join(" ");

function hashed(name: string): string {
    const salt = Buffer.from("01234567890123456789");
    return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

const TABLE: readonly [what: string, line: string, host: string, port: number, isTrusted: boolean][] = [
    ["plain name", `node-1 ${A}`, "node-1", 22, true],
    ["another name", `node-1 ${A}`, "node-10", 22, false],
    ["name in a list", `node-1,10.0.0.1 ${A}`, "10.0.0.1", 22, true],
    ["name of other case", `Node-1 ${A}`, "nODE-1", 22, true],
    ["comment after the key", `node-1 ${A} core@node`, "node-1", 22, true],
    ["tabs and spaces", `  node-1\t${A}`, "node-1", 22, true],
    ["carriage return", `node-1 ${A}\r`, "node-1", 22, true],
    ["commented line", `#node-1 ${A}`, "node-1", 22, false],
    ["star", `*.example.com ${A}`, "a.example.com", 22, true],
    ["a dot is only a dot", `*.example.com ${A}`, "aXexample.com", 22, false],
    ["question mark", `node-? ${A}`, "node-1", 22, true],
    ["question mark is one character", `node-? ${A}`, "node-10", 22, false],
    ["negation after", `node-*,!node-2 ${A}`, "node-2", 22, false],
    ["negation before", `!node-2,node-* ${A}`, "node-2", 22, false],
    ["negation of another", `node-*,!node-2 ${A}`, "node-3", 22, true],
    ["port", `[node-1]:2222 ${A}`, "node-1", 2222, true],
    ["other port", `[node-1]:2222 ${A}`, "node-1", 2223, false],
    ["port asked, 22 wanted", `[node-1]:2222 ${A}`, "node-1", 22, false],
    ["plain name serves any port", `node-1 ${A}`, "node-1", 2222, true],
    ["wildcard with port", `[*.example.com]:2222 ${A}`, "a.example.com", 2222, true],
    ["IPv6", `fe80::1 ${A}`, "fe80::1", 22, true],
    ["IPv6 with port", `[fe80::1]:2222 ${A}`, "fe80::1", 2222, true],
    ["hashed name", `${hashed("node-1")} ${A}`, "node-1", 22, true],
    ["hashed other name", `${hashed("node-2")} ${A}`, "node-1", 22, false],
    ["hashed name with port", `${hashed("[node-1]:2222")} ${A}`, "node-1", 2222, true],
    ["hash of an unknown kind", `${hashed("node-1").replace("|1|", "|2|")} ${A}`, "node-1", 22, false],
    ["certificate authority", `@cert-authority node-1 ${A}`, "node-1", 22, false],
    ["revoked", `@revoked node-1 ${A}`, "node-1", 22, false],
    ["type and key do not agree", `node-1 ssh-rsa ${A.split(" ")[1] ?? ""}`, "node-1", 22, false],
    ["no key", "node-1 ssh-ed25519", "node-1", 22, false],
    ["broken base64", "node-1 ssh-ed25519 %%%%", "node-1", 22, false],
];

describe("knownKeys", () => {
    it.each(TABLE)("%s", (_what, line, host, port, isTrusted) => {
        expect(knownKeys(line, host, port).trusted.map(authorizedLine)).toEqual(isTrusted ? [A] : []);
    });

    it("gives every key of the host, in the order of the file", () => {
        const text = [`node-1 ${B}`, "", "# comment", `node-2 ${C}`, `*,!x ${A}`].join("\n");
        expect(knownKeys(text, "node-1", 22).trusted.map(authorizedLine)).toEqual([B, A]);
    });

    it("prefers the lines that name the port to those that do not", () => {
        const text = [`node-1 ${B}`, `[node-1]:2222 ${A}`].join("\n");
        expect(knownKeys(text, "node-1", 2222).trusted.map(authorizedLine)).toEqual([A]);
    });

    it("keeps revoked keys apart", () => {
        const text = [`node-1 ${A}`, `@revoked * ${B}`].join("\n");
        const keys = knownKeys(text, "node-1", 22);
        expect(keys.trusted.map(authorizedLine)).toEqual([A]);
        expect(keys.revoked.map(authorizedLine)).toEqual([B]);
    });

    it.each([
        ["node-1", 2222],
        ["[node-1]:2222", 2222],
        ["*", 2222],
        [hashed("node-1"), 2222],
        [hashed("[node-1]:2222"), 2222],
    ])("takes what is revoked for %s as revoked on port %i, whether or not a line names the port", (hosts, port) => {
        for (const trusted of [`node-1 ${A}`, `[node-1]:2222 ${A}`]) {
            const keys = knownKeys(`${trusted}\n@revoked ${hosts} ${B}`, "node-1", port);
            expect(keys.revoked.map(authorizedLine)).toEqual([B]);
        }
    });
});

// -F looks up the exact name alone, where ssh(1) and we fall back to the plain name and to lower case. It also lists
// authorities, and lines whose key it cannot read.
const NOT_F = [
    "plain name serves any port",
    "name of other case",
    "certificate authority",
    "type and key do not agree",
    "broken base64",
];
const COMPARED = TABLE.filter(([what]) => !NOT_F.includes(what));

describe.skipIf(!HAS_KEYGEN)("knownKeys and ssh-keygen -F", () => {
    it.each(COMPARED)("agree: %s", (_what, line, host, port) => {
        const folder = mkdtempSync(join(tmpdir(), "known-hosts-"));
        onTestFinished(() => rmSync(folder, { recursive: true }));
        const file = join(folder, "known_hosts");
        writeFileSync(file, `${line}\n`);
        const name = port === 22 ? host : `[${host}]:${String(port)}`;
        const found = spawnSync("ssh-keygen", ["-F", name, "-f", file], { encoding: "utf8" });
        const { trusted, revoked } = knownKeys(line, host, port);
        expect(found.stdout !== "").toBe(trusted.length + revoked.length > 0);
    });

    it("agree on what ssh-keygen -H wrote", () => {
        const folder = mkdtempSync(join(tmpdir(), "known-hosts-"));
        onTestFinished(() => rmSync(folder, { recursive: true }));
        const file = join(folder, "known_hosts");
        writeFileSync(file, `node-1 ${A}\n[node-1]:2222 ${B}\n`);
        execFileSync("ssh-keygen", ["-H", "-f", file], { stdio: "ignore" });
        const text = execFileSync("cat", [file], { encoding: "utf8" });
        expect(text).toMatch(/^\|1\|/);
        expect(knownKeys(text, "node-1", 22).trusted.map(authorizedLine)).toEqual([A]);
        expect(knownKeys(text, "node-1", 2222).trusted.map(authorizedLine)).toEqual([B]);
    });
});

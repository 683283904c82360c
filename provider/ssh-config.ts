import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import type { ConnectionArgs, HopArgs } from "./spec/connection";
import { keyProblem } from "./spec/private-key";
import { expand, first, hostOf, readInto, textOf, type Settings } from "./ssh-config/settings";
import { knownKeys } from "./ssh/known-hosts";
import { privateKeyOf } from "./ssh/private-key";
import { authorizedLine, type PublicKey } from "./ssh/public-key";

/** How to read an ssh_config. */
export interface SshConfigOptions {
    /** Its text (not path). Default: that of ~/.ssh/config. */
    readonly config?: string;
    /** Passphrase of the private keys that are encrypted. Default none: they are left to an ssh-agent. Secret. */
    readonly passphrase?: string;
}

/**
 * The `connection` by which `ssh ALIAS` logs in: HostName, Port, User (your own name, unless it is set), the first
 * IdentityFile that can be used, IdentityAgent, ProxyJump, and the keys that its known_hosts files have for these hosts. A
 * host that they do not know has its key pinned on first use, unless StrictHostKeyChecking is `yes`; a jump host must be
 * known. Needs the package ssh-config. The system's ssh_config is not read, and settings that do not matter here are passed
 * over.
 *
 * @throws Error where it asks for what only ssh can do: ProxyCommand, CertificateFile, `Match exec`, `IdentitiesOnly yes`
 * for keys that only an agent has, ….
 */
export function sshConnection(alias: string, options: SshConfigOptions = {}): ConnectionArgs {
    try {
        const config = options.config ?? textOf(join(homedir(), ".ssh/config"));
        const [target, ...jumps] = route({ alias }, { ...options, config }, []);
        return { ...target, ...(jumps.length > 0 && { proxy: jumps.reverse() }) };
    } catch (cause) {
        throw new Error(`ssh_config: ${(cause as Error).message}`, { cause });
    }
}

/** A machine as ProxyJump names it. */
interface Named {
    readonly alias: string;
    readonly user?: string | undefined;
    readonly port?: string | undefined;
    /** Jump hosts that take the place of its own. */
    readonly jumps?: string;
}

type Reading = SshConfigOptions & { readonly config: string };

/** The machines on the way, the farthest first. */
function route(named: Named, reading: Reading, seen: readonly string[]): [HopArgs, ...HopArgs[]] {
    const { alias, user, port } = named;
    const name = JSON.stringify(named);
    try {
        if (seen.includes(name)) throw new Error("ProxyJump leads back to it");
        const settings: Settings = new Map();
        if (user !== undefined) settings.set("user", [user]);
        if (port !== undefined) settings.set("port", [port]);
        readInto(settings, reading.config, alias);
        const refused = REFUSED.find((word) => !/^(no|none|false)$/i.test(first(settings, word) ?? "no"));
        if (refused !== undefined) throw beyond(refused);
        const hop = hopOf(alias, settings, reading.passphrase);
        const { jumps = jumpsOf(settings, hop) } = named;
        return jumps === undefined ? [hop] : [hop, ...route(jumpOf(jumps), reading, [...seen, name])];
    } catch (cause) {
        throw new Error(`${alias}: ${(cause as Error).message}`, { cause });
    }
}

const REFUSED = ["certificatefile", "revokedhostkeys", "pkcs11provider", "knownhostscommand", "canonicalizehostname"];

function beyond(name: string, instead = ""): Error {
    return new Error(`${name} cannot be followed without ssh${instead}`);
}

function jumpsOf(settings: Settings, { host, port, user }: HopArgs): string | undefined {
    const [name, value = "none"] = settings.get("proxy") ?? [];
    if (/^none$/i.test(value)) return undefined;
    if (name === "proxycommand") throw beyond(name, "; a jump host can be named by ProxyJump");
    return expand(value, { h: host, p: String(port), r: user });
}

/** Source: openssh-portable readconf.c, parse_jump: the last leads to the host, and is reached by the others. */
function jumpOf(list: string): Named {
    const [last = "", ...others] = list.split(",").reverse();
    const form = /^\s*(?:ssh:\/\/)?(?:(.+)@)?(?:\[(.+)\]|([^@:]+?))(?::(\d+))?\/?\s*$/;
    const [, user, bracketed, alias = bracketed, port] = form.exec(last) ?? [];
    if (alias === undefined) throw new Error("ProxyJump names no host");
    return { alias, user, port, ...(others.length > 0 && { jumps: others.reverse().join(",") }) };
}

function hopOf(alias: string, settings: Settings, passphrase: string | undefined): HopArgs {
    const host = hostOf(settings, alias);
    const port = first(settings, "port") ?? "22";
    const local = userInfo().username;
    const user = first(settings, "user") ?? local;
    const keyAlias = first(settings, "hostkeyalias");
    const tokens = { d: homedir(), h: host, k: keyAlias ?? alias, n: alias, p: port, r: user, u: local };
    const paths = (name: string, ...defaults: readonly string[]): readonly string[] =>
        (settings.get(name) ?? defaults).map((path) => expand(path, tokens));
    const key = keyIn(paths("identityfile", "~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ed25519"), passphrase);
    const agent = first(settings, "identityagent") ?? "SSH_AUTH_SOCK";
    const isAlone = agent === "none" || isYes(settings, "identitiesonly");
    // Of an agent's keys ssh would offer the named ones alone; ssh2 offers them all.
    if (isAlone && agent !== "none" && key === undefined) throw beyond("identitiesonly", NO_IDENTITY);
    const knownHosts = keysOf(host, Number(port), keyAlias, [
        ...paths("userknownhostsfile", "~/.ssh/known_hosts", "~/.ssh/known_hosts2"),
        ...paths("globalknownhostsfile", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"),
    ]);
    const isStrict = isYes(settings, "stricthostkeychecking");
    return {
        host,
        port: Number(port),
        user,
        ...key,
        ...(isAlone
            ? { agentSocketPath: "" }
            : // What `$NAME` stands for ssh looks up like `${NAME}`.
              agent !== "SSH_AUTH_SOCK" && { agentSocketPath: expand(agent.replace(/^\$(\w+)$/, "${$1}"), tokens) }),
        ...((knownHosts !== "" || isStrict) && { knownHosts }),
    };
}

/** Source: openssh-portable readconf.c, multistate_yesnoask. */
function isYes(settings: Settings, name: string): boolean {
    return /^(yes|true)$/i.test(first(settings, name) ?? "");
}

const NO_IDENTITY = " where no IdentityFile is a private key that can be used (a locked one: give its passphrase)";

interface Key {
    readonly privateKey: string;
    readonly privateKeyPassword?: string;
}

function keyIn(paths: readonly string[], passphrase: string | undefined): Key | undefined {
    const keys = paths.map(textOf).flatMap((privateKey): Key[] => {
        if (keyProblem(privateKey, false) === undefined) return [{ privateKey }];
        const isOpened = passphrase !== undefined && keyProblem(privateKey, true) === undefined;
        return isOpened ? [{ privateKey, privateKeyPassword: passphrase }] : [];
    });
    // Where none can be used, the log-in tells what is wrong with the first.
    const isUsable = ({ privateKey, privateKeyPassword }: Key): boolean =>
        !(privateKeyOf(privateKey, privateKeyPassword) instanceof Error);
    return keys.find(isUsable) ?? keys[0];
}

/** The lines about this host alone: they go into the state, and another host's change is none of its own. */
function keysOf(host: string, port: number, alias: string | undefined, files: readonly string[]): string {
    const text = files.map(textOf).join("\n");
    const { trusted, revoked, isCertified } = knownKeys(text, alias ?? host, alias === undefined ? port : 22);
    if (isCertified && trusted.length === 0) throw beyond("@cert-authority");
    const name = port === 22 ? host : `[${host}]:${String(port)}`;
    const line = (key: PublicKey): string => `${name} ${authorizedLine(key)}\n`;
    return [...trusted.map(line), ...revoked.map((key) => `@revoked ${line(key)}`)].join("");
}

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { connectionOf, type Connection, type HopArgs } from "../spec/connection";
import { failuresOf } from "../spec/failures";
import { PASSPHRASE } from "./help";

/** What is asked for. */
export interface Request {
    readonly hosts: readonly Target[];
    /** Where /healthz is asked. */
    readonly port: number | false;
    readonly json: boolean;
}

export interface Target {
    /** As it was given. */
    readonly name: string;
    readonly connection: Connection;
}

/** Arguments that nobody can act on: one line, without any value, which may be a secret at the wrong place. */
export class UsageError extends Error {}

/** More tries than a server that drops a log-in for `MaxStartups` needs, and few enough to be waited for. */
const DIAL_ERRORS = 5;

const OPTIONS = {
    identity: { type: "string" },
    "password-from-env": { type: "string" },
    "sudo-password-from-env": { type: "string" },
    "known-hosts": { type: "string" },
    "host-key": { type: "string" },
    jump: { type: "string", multiple: true },
    "healthz-port": { type: "string", default: "10248" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * What the arguments ask for; undefined: for help. Reads the files that they name.
 *
 * @throws UsageError
 */
export function requestOf(args: readonly string[], env: NodeJS.ProcessEnv): Request | undefined {
    const { values, positionals } = parsed(args);
    if (values.help) return undefined;
    if (positionals.length === 0) throw new UsageError("no HOST is given");
    const port = numberOf("--healthz-port", values["healthz-port"]);
    const { "known-hosts": file, "host-key": hostKey } = values;
    if (hostKey !== undefined && positionals.length > 1) {
        throw new UsageError("--host-key is the key of one host: give --known-hosts for several");
    }
    const credentials = credentialsOf(values, env);
    const known = file === undefined ? {} : { knownHosts: textOf("--known-hosts", file) };
    const proxy = (values.jump ?? []).map((text) => ({ ...hopOf(text, "--jump"), ...credentials, ...known }));
    // A key of its own takes the place of the known ones, which the jump hosts are held against all the same.
    const trusted = hostKey === undefined ? known : { hostKey };
    const sudoPassword = fromEnvironment(env, values, "sudo-password-from-env");
    const root = sudoPassword === undefined ? {} : { sudoPassword };
    const hosts = positionals.map((name): Target => {
        const args = { ...hopOf(name, "HOST"), ...credentials, ...trusted, ...root, proxy };
        mustPass({ connection: args, version: "any", health: { port: port === 0 ? false : port } });
        return { name, connection: connectionOf(args) };
    });
    return { hosts, port: port === 0 ? false : port, json: values.json };
}

function parsed(
    args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
    try {
        return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    } catch (error) {
        // The first sentence names the option; the others advise what is no help here.
        throw new UsageError((error as Error).message.split(/[.\n]/)[0]);
    }
}

type Values = ReturnType<typeof parsed>["values"];

/** What to log in with, on every machine on the way. */
function credentialsOf(values: Values, env: NodeJS.ProcessEnv): Partial<HopArgs> {
    const { identity } = values;
    const passphrase = env[PASSPHRASE];
    const password = fromEnvironment(env, values, "password-from-env");
    return {
        dialErrorLimit: DIAL_ERRORS,
        ...(identity === undefined ? {} : { privateKey: textOf("--identity", identity) }),
        ...(identity === undefined || passphrase === undefined ? {} : { privateKeyPassword: passphrase }),
        ...(password === undefined ? {} : { password }),
    };
}

/** The variable that the option names. */
function fromEnvironment(
    env: NodeJS.ProcessEnv,
    values: Values,
    option: "password-from-env" | "sudo-password-from-env",
): string | undefined {
    const name = values[option];
    if (name === undefined) return undefined;
    const value = env[name];
    if (value === undefined) throw new UsageError(`--${option}: the environment has no such variable`);
    return value;
}

/** A machine as `[user@]host[:port]`, an IPv6 address in brackets. */
function hopOf(text: string, what: string): HopArgs {
    const [, user, bare, bracketed, port] =
        /^(?:([^@:\s]+)@)?(?:([^@:\s[\]]+)|\[([^\]\s]+)\])(?::(\d+))?$/.exec(text) ?? [];
    const host = bare ?? bracketed;
    if (host === undefined) throw new UsageError(`${what} must be [user@]host[:port], an IPv6 address in brackets`);
    return {
        host,
        ...(user === undefined ? {} : { user }),
        ...(port === undefined ? {} : { port: Number(port) }),
    };
}

function numberOf(what: string, text: string): number {
    if (!/^\d+$/.test(text)) throw new UsageError(`${what} must be a number`);
    return Number(text);
}

function textOf(what: string, path: string): string {
    try {
        return readFileSync(path, "utf8");
    } catch (error) {
        throw new UsageError(
            `${what}: the file cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})`,
        );
    }
}

function mustPass(inputs: Readonly<Record<string, unknown>>): void {
    const [failure] = failuresOf(inputs);
    // The rules speak of a program's arguments.
    if (failure !== undefined) throw new UsageError(failure.reason.replace("privateKeyPassword", PASSPHRASE));
}

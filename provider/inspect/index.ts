import { createRequire } from "node:module";
import { HostError, plain } from "../errors";
import { Host } from "../host/host";
import { onEach } from "../host/on-each";
import { fingerprint, publicKeyIn } from "../ssh/public-key";
import { failedLook } from "./advice";
import { requestOf, UsageError, type Target } from "./arguments";
import { HELP } from "./help";
import { render, type Inspected } from "./render";
import { reportOf } from "./report-of";

/** Seconds for a log-in: whoever looks waits for it. */
const CONNECT_SECONDS = 30;
/** Seconds for the log-in and the look. */
const LOOK_SECONDS = 60;

/** Version of this package. */
export function version(): string {
    return (createRequire(__filename)("../../package.json") as { readonly version: string }).version;
}

/** What a command leaves behind: its outputs, and how it ended. */
export interface Told {
    readonly out: string;
    readonly err: string;
    /** 0: all is told; 1: a host could not be looked at; 2: the arguments are wrong, and nothing was dialled. */
    readonly code: 0 | 1 | 2;
}

/**
 * Tells what the provider sees on hosts, and changes nothing there: one log-in and one look each, eight hosts at once, told
 * in the order of the arguments. Never throws for what a host is or says.
 */
export async function inspect(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Told> {
    try {
        const request = requestOf(args, env);
        if (request === undefined) return { out: HELP, err: "", code: 0 };
        const notes: string[] = [];
        const all = await onEach(request.hosts, (target) => lookAt(target, request.port, notes));
        const out = request.json ? jsonOf(all) : all.map(render).join("\n");
        const err = notes.map((note) => `${plain(note)}\n`).join("");
        return { out, err, code: all.some(({ error }) => error !== null) ? 1 : 0 };
    } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return { out: "", err: `inspect: ${plain(error.message)} (--help tells the usage)\n`, code: 2 };
    }
}

/** `notes` get what was said on the way, but for the host's key, which its block shows. */
async function lookAt({ name, connection }: Target, port: number | false, notes: string[]): Promise<Inspected> {
    const said: string[] = [];
    const host = new Host({
        connection,
        pinned: undefined,
        connectTimeout: CONNECT_SECONDS,
        operationTimeout: LOOK_SECONDS,
        sources: [],
        secrets: [],
        log: (line) => said.push(line),
        progress: () => undefined,
        beforeBegin: () => Promise.reject(new Error("a look begins no operation")),
    });
    const keyShown = (): string => fingerprintOf(host.hostKey);
    const told = (): Pick<Inspected, "host" | "hostKey"> => {
        const isChecked = connection.hostKey !== undefined || connection.knownHosts !== undefined;
        return { host: name, hostKey: keyShown() === "" ? null : { fingerprint: keyShown(), checked: isChecked } };
    };
    try {
        const sight = await host.look(port);
        return { ...told(), error: null, report: reportOf(sight, port) };
    } catch (error) {
        return { ...told(), error: errorOf(error), report: null };
    } finally {
        host.close();
        const isNews = (line: string): boolean => keyShown() === "" || !line.includes(keyShown());
        notes.push(
            ...said.filter(isNews).map((line) => (line.startsWith(`${connection.host}: `) ? line : `${name}: ${line}`)),
        );
    }
}

function errorOf(error: unknown): Inspected["error"] {
    if (!(error instanceof HostError)) return { kind: null, message: String(error) };
    return { kind: error.kind, message: failedLook(error).message };
}

/** Empty: it showed none yet. */
function fingerprintOf(hostKey: string | undefined): string {
    const key = publicKeyIn(hostKey ?? "");
    return key === undefined ? "" : fingerprint(key);
}

/** JSON leaves the second half of the control characters as they are. */
function jsonOf(all: readonly Inspected[]): string {
    const text = JSON.stringify(all, undefined, 2);
    return `${text.replace(/[\x7f-\x9f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)}\n`;
}

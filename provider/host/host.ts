import { setTimeout as sleep } from "node:timers/promises";
import { HostError, scrub, type ErrorKind } from "../errors";
import type { Observed } from "../plan/observed";
import { dial, type Channel, type Session } from "../ssh";
import type { Connection } from "../spec/connection";
import { observedFrom } from "./observe";
import { outcomeFrom, type Outcome } from "./outcome";
import { parseLine, type Message } from "./protocol";
import { beginMessage, followMessage, lookMessage, observeMessage, type BeginMessage } from "./programs";
import { openRootShell } from "./root-shell";

const PAUSE_MILLISECONDS = 200;

/** Between two looks at a host that is waited for. */
const LOOK_MILLISECONDS = 5000;

export interface HostOptions {
    readonly connection: Connection;
    /** The host key that an earlier log-in pinned. */
    readonly pinned: string | undefined;
    /** Seconds for one log-in with all its dials. */
    readonly connectTimeout: number;
    /** Seconds for everything that is asked of the host. */
    readonly operationTimeout: number;
    /** Host paths to look at with every observation. */
    readonly sources: readonly string[];
    /** Values that the host may repeat, and nobody may read. */
    readonly secrets: readonly string[];
    /** Gets whole sentences for the operator. */
    readonly log: (line: string) => void;
    /** Awaited before an operation begins, and again where that has to be sent once more; may refuse by throwing. */
    readonly beforeBegin: () => Promise<void>;
    /** Gets each record that an operation writes while it runs. */
    readonly progress: (message: Message) => void;
}

/** How an operation ended, and what the host is now. */
export interface Reading {
    readonly outcome: Outcome;
    readonly observed: Observed;
}

/** What a host is, and how its kubelet says that it is. */
export interface Sight {
    readonly observed: Observed;
    /** What /healthz answered: `ok`, or what was heard instead; `ok` where it was not asked. */
    readonly healthz: string;
}

/**
 * One host: one connection, one log-in, one channel that stays open. A link that breaks while an operation runs on the
 * host is dialled again, and the operation read on; only the deadline ends that.
 */
export class Host {
    private session: Session | undefined;
    private channel: Channel | undefined;
    private expired = false;
    /** Whether an operation may run on the host whose end we have not heard of. */
    private underWay = false;
    /** Whether the host may go down and come up again, which is what we wait for. */
    private reboots = false;
    private key: string | undefined;
    private readonly begun = performance.now();
    private readonly expiry: NodeJS.Timeout;

    constructor(private readonly options: HostOptions) {
        this.expiry = setTimeout(() => {
            this.expired = true;
            this.session?.close();
        }, options.operationTimeout * 1000);
    }

    get name(): string {
        return this.options.connection.host;
    }

    /** The key that the host showed, in authorized_keys form; undefined before the first log-in. */
    get hostKey(): string | undefined {
        return this.key;
    }

    /** What the host says, without the values that nobody may read. */
    conceal(text: string): string {
        return scrub(text, this.options.secrets);
    }

    close(): void {
        clearTimeout(this.expiry);
        this.disconnect();
    }

    /** Gives up the connection; whatever is asked next logs in anew. */
    disconnect(): void {
        this.session?.close();
        this.session = undefined;
        this.channel = undefined;
    }

    async observe(): Promise<Observed> {
        return observedFrom(await this.ask(() => observeMessage(this.options.sources)));
    }

    /** Observes, and asks /healthz on the port; false: it is not asked. */
    async look(port: number | false): Promise<Sight> {
        const messages = await this.ask(() => lookMessage(port === false ? 0 : port, this.options.sources));
        const said = messages.find(({ verb }) => verb === "healthz")?.fields["said"];
        return { observed: observedFrom(messages), healthz: said ?? "" };
    }

    /** Looks at the host until it is as asked, through any reboot; only the deadline ends that. */
    async observeUntil(what: string, isSo: (observed: Observed) => boolean): Promise<Observed> {
        this.options.log(`waiting for ${what}`);
        this.reboots = true;
        for (;;) {
            const observed = await this.observe();
            if (isSo(observed)) {
                this.reboots = false;
                return observed;
            }
            await sleep(LOOK_MILLISECONDS);
        }
    }

    /** Waits for the end of an operation that somebody else started. */
    async follow(operation: string): Promise<Reading> {
        this.underWay = true;
        const messages = await this.ask(() => followMessage(operation, this.options.sources));
        this.underWay = false;
        return readingOf(messages);
    }

    /** Starts an operation and waits for its end. */
    async begin(begin: Omit<BeginMessage, "attempt" | "sources">): Promise<Reading> {
        const { sources, beforeBegin } = this.options;
        await beforeBegin();
        this.underWay = true;
        const messages = await this.ask(async (attempt) => {
            // Who wanted it may be gone by now: what has not begun is then to begin no more.
            const isWanted = attempt === 1 || (await succeeds(beforeBegin()));
            return isWanted ? beginMessage({ ...begin, attempt, sources }) : followMessage(begin.operation, sources);
        });
        this.underWay = false;
        return readingOf(messages);
    }

    /** Sends a message, again after each lost link, and gives the records of the answer. */
    private async ask(message: (attempt: number) => string | Promise<string>): Promise<readonly Message[]> {
        for (let attempt = 1; ; attempt += 1) {
            try {
                return await this.exchange(await message(attempt));
            } catch (error) {
                if (this.expired)
                    throw this.failure("deadline", `no end within ${this.options.operationTimeout} s`, error);
                if (!(error instanceof HostError)) throw error;
                if (error.kind !== "connection-lost") throw this.underWay ? error.seenFrom(UNKNOWN) : error;
                this.disconnect();
                this.options.log("the connection was lost; dialling again");
                // A host that takes us in and drops us at once is not to be stormed.
                await sleep(PAUSE_MILLISECONDS);
            }
        }
    }

    private async exchange(message: string): Promise<readonly Message[]> {
        const channel = (this.channel ??= await this.open());
        const messages: Message[] = [];
        channel.write(message);
        for await (const line of channel.lines()) {
            const record = parseLine(line);
            if (record === undefined) continue;
            if (record.verb === "end") return messages;
            messages.push(record);
            this.options.progress(record);
        }
        const { code } = await channel.closed;
        if (code === undefined) throw this.failure("connection-lost", "the connection was lost");
        throw this.failure("no-sudo", `the shell ended with status ${code}: ${channel.stderr().trim().slice(0, 200)}`);
    }

    private async open(): Promise<Channel> {
        const { connection, pinned, connectTimeout, operationTimeout, log } = this.options;
        const known = this.key ?? pinned;
        const isAwaited = this.underWay || this.reboots;
        const left = operationTimeout - (performance.now() - this.begun) / 1000;
        this.session = await dial({
            connection,
            // The host may be booting: what runs there is worth all the time that there is.
            timeout: isAwaited ? left : Math.min(left, connectTimeout),
            insist: this.key !== undefined,
            log,
            ...(known === undefined ? {} : { pinned: known }),
        });
        this.key = this.session.hostKey;
        if (this.expired) this.session.close();
        try {
            return await openRootShell(this.session, connection);
        } catch (error) {
            const isRefused = error instanceof HostError && ["deadline", "no-channel"].includes(error.kind);
            if (!isAwaited || !isRefused) throw error;
            // It ran one before: a host that goes down says no to this, or nothing at all.
            throw this.failure("connection-lost", "the host goes down", error);
        }
    }

    private failure(kind: ErrorKind, happened: string, cause?: unknown): HostError {
        const isLost = kind === "connection-lost" || kind === "deadline";
        return new HostError({
            kind,
            host: this.name,
            step: "run",
            happened,
            ...(isLost ? UNKNOWN : NO_ROOT),
            cause,
        });
    }
}

async function succeeds(work: Promise<void>): Promise<boolean> {
    try {
        await work;
        return true;
    } catch {
        return false;
    }
}

const UNKNOWN = {
    hostState: "What the host runs now is not known; an operation that was started there goes on to its own end",
    next: "Run `pulumi up --refresh`: it reads what became of the host and goes on from there",
};

const NO_ROOT = {
    hostState: "Nothing on the host was changed",
    next: "Allow the user `sudo -n bash`, set connection.sudoPassword, or log in as root",
};

function readingOf(messages: readonly Message[]): Reading {
    const outcome = messages.find(({ verb }) => verb === "outcome");
    if (outcome === undefined) throw new Error("the host's answer lacks the outcome of the operation");
    return { outcome: outcomeFrom(outcome), observed: observedFrom(messages) };
}

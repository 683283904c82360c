import type { Duplex } from "node:stream";
import { Client, type ConnectConfig } from "ssh2";
import type { HostError } from "../errors";
import { authHandlerOf, type Progress } from "./auth";
import { after, dialBound, left, type Deadline } from "./deadline";
import { hangUp, Link } from "./link";
import { denied, incompatible, late } from "./login-errors";
import type { LoginPlan } from "./login-plan";
import { algorithmsFor, publicKeyOf, type PublicKey } from "./public-key";
import { seconds } from "./stream";
import { Transient, wordsFor } from "./transient";
import { refusal } from "./trust";

const KEEPALIVE_MILLISECONDS = 10_000;
const KEEPALIVE_COUNT = 3;

/**
 * Logs in over an open stream. The handshake is bounded by perDialTimeout, the log-in by the deadline.
 * Errors: Transient; host-key-changed, host-key-unknown, authentication, deadline, and unreachable where the two sides
 * share no algorithm. The stream is closed on every one.
 */
export function logIn(stream: Duplex, plan: LoginPlan, deadline: Deadline): Promise<Link> {
    return new Login(stream, plan, deadline).run();
}

class Login {
    private readonly client = new Client();
    private readonly progress: Progress = { tried: [], offered: undefined };
    private authenticating = false;
    private shown: PublicKey | undefined;
    private refused: HostError | undefined;

    constructor(
        private readonly stream: Duplex,
        private readonly plan: LoginPlan,
        private readonly deadline: Deadline,
    ) {}

    async run(): Promise<Link> {
        try {
            const hostKey = await this.ready();
            return new Link(this.client, this.stream, hostKey);
        } catch (error) {
            hangUp(this.client, this.stream);
            throw error;
        }
    }

    private ready(): Promise<PublicKey> {
        return new Promise((resolve, reject) => {
            const bound = dialBound(this.plan.place.hop.perDialTimeout, this.deadline);
            let stop = after(bound, () => reject(new Transient(`no SSH handshake within ${seconds(bound)}`)));
            const fail = (error: Error): void => {
                stop();
                reject(error);
            };
            this.client
                .on("error", (error) => this.isAgentsOwn(error) || fail(this.failure(error)))
                .on("close", () => fail(this.failure(undefined)))
                .on("change password", () => fail(denied(this.plan.place, this.progress, "its password has expired")))
                .once("handshake", () => {
                    stop();
                    this.authenticating = true;
                    stop = after(left(this.deadline), () => fail(late(this.plan.place, this.progress)));
                })
                .on("ready", () => {
                    stop();
                    if (this.shown !== undefined) {
                        resolve(this.shown);
                    }
                })
                .connect(this.config());
        });
    }

    private config(): ConnectConfig {
        return {
            sock: this.stream,
            username: this.plan.place.hop.user,
            authHandler: authHandlerOf(this.plan.methods, this.progress),
            algorithms: { serverHostKey: algorithmsFor(this.plan.trust.trusted) },
            hostVerifier: (blob: Buffer) => this.accepts(blob),
            // Ours are phases of their own, above.
            readyTimeout: 0,
            keepaliveInterval: KEEPALIVE_MILLISECONDS,
            keepaliveCountMax: KEEPALIVE_COUNT,
        };
    }

    // Asked again at each new key exchange of a long connection.
    private accepts(blob: Buffer): boolean {
        this.shown = publicKeyOf(blob);
        if (this.shown === undefined) {
            return false;
        }
        this.refused = refusal(this.plan.trust, this.plan.place, this.shown);
        return this.refused === undefined;
    }

    // A dead agent is passed over; if nothing else works the log-in ends as denied.
    private isAgentsOwn(error: Error): boolean {
        return levelOf(error) === "agent";
    }

    private failure(error: Error | undefined): Error {
        if (this.refused !== undefined) {
            return this.refused;
        }
        if (error === undefined) {
            return new Transient("the connection was closed before the log-in");
        }
        const level = levelOf(error);
        // A number is the reason of an SSH disconnect message, such as "Too many authentication failures".
        const dismissed = this.authenticating && "code" in error && typeof error.code === "number";
        if (level === "client-authentication" || dismissed) {
            return denied(this.plan.place, this.progress, dismissed ? `"${error.message}"` : undefined, error);
        }
        return level === "handshake"
            ? incompatible(this.plan.place, error)
            : new Transient(wordsFor(error), { cause: error });
    }
}

function levelOf(error: Error): unknown {
    return "level" in error ? error.level : undefined;
}

import type { Duplex } from "node:stream";
import { Client, type ConnectConfig } from "ssh2";
import type { HostError } from "../errors";
import { authHandlerOf, type Progress } from "./auth";
import { hangUp, Link } from "./link";
import { denied, incompatible, late } from "./login-errors";
import type { LoginPlan } from "./login-plan";
import { algorithmsFor, publicKeyOf, type PublicKey } from "./public-key";
import type { Steps } from "./steps";
import { seconds } from "./stream";
import { Final, Transient, wordsFor } from "./transient";
import { refusal, type Place } from "./trust";

/**
 * Logs in over an open stream. `bound` is for the handshake, in milliseconds; the log-in after it takes as long as anybody
 * waits for it. Errors: Transient; Final: host-key-changed, host-key-unknown, authentication, deadline, and unreachable
 * where the two sides share no algorithm. The stream is closed on every one.
 */
export function logIn(stream: Duplex, plan: LoginPlan, bound: number, steps: Steps): Promise<Link> {
    return new Login(stream, plan, bound, steps).run();
}

class Login {
    private readonly client = new Client();
    private readonly progress: Progress = { tried: [], offered: undefined };
    private authenticating = false;
    private shown: PublicKey | undefined;
    private refused: Final | undefined;

    constructor(
        private readonly stream: Duplex,
        private readonly plan: LoginPlan,
        private readonly bound: number,
        private readonly steps: Steps,
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
            const noHandshake = (waited: number): Error => new Transient(`no SSH handshake within ${seconds(waited)}`);
            let stop = this.steps.begin(this.bound, noHandshake, reject);
            const fail = (error: Error): void => {
                stop();
                reject(error);
            };
            const expired = "its password has expired";
            this.client
                .on("error", (error) => this.isAgentsOwn(error) || fail(this.failure(error)))
                .on("close", () => fail(this.failure(undefined)))
                .on("change password", () => fail(this.final((place) => denied(place, this.progress, expired))))
                .once("handshake", () => {
                    stop();
                    this.authenticating = true;
                    stop = this.steps.begin(Number.POSITIVE_INFINITY, () => this.undecided(), reject);
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
            // Ours are steps of their own, above, and so is the link's keepalive.
            readyTimeout: 0,
            keepaliveInterval: 0,
        };
    }

    // Asked again at each new key exchange of a long connection.
    private accepts(blob: Buffer): boolean {
        this.shown = publicKeyOf(blob);
        if (this.shown === undefined) {
            return false;
        }
        const why = refusal(this.plan.trust, this.shown);
        this.refused = why === undefined ? undefined : this.final(why);
        return why === undefined;
    }

    private final(tell: (place: Place, queued: number) => HostError): Final {
        return new Final(this.plan.place, tell);
    }

    private undecided(): Final {
        return this.final((place, queued) => late(place, this.progress, queued));
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
            const why = dismissed ? `"${error.message}"` : undefined;
            return this.final((place) => denied(place, this.progress, why, error));
        }
        return level === "handshake" || ("code" in error && error.code === KEY_EXCHANGE_FAILED)
            ? this.final((place) => incompatible(place, error))
            : new Transient(wordsFor(error), { cause: error });
    }
}

// What a server may say where it finds no common algorithm before we do. Source: RFC 4253, section 11.1.
const KEY_EXCHANGE_FAILED = 3;

function levelOf(error: Error): unknown {
    return "level" in error ? error.level : undefined;
}

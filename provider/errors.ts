/** Every way in which a host can fail us; docs/errors.md has a section on each, in this order. */
export const ERROR_KINDS = Object.freeze([
    "unreachable",
    "authentication",
    "host-key-changed",
    "host-key-unknown",
    "key-unusable",
    "connection-lost",
    "deadline",
    "no-channel",
    "no-sudo",
    "not-coreos",
    "rkt-unusable",
    "unit-foreign",
    "unit-masked",
    "unit-odd",
    "owner-foreign",
    "source-missing",
    "options-refused",
    "image-unusable",
    "no-space",
    "reboot-due",
    "fetch-failed",
    "refused",
    "rolled-back",
    "rollback-failed",
    "abandoned",
    "unhealthy",
    "too-many-down",
    "roll-stopped",
    "unsettled",
] as const);

/** Decisions read the kind, never the message. */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** What was being done when it failed. */
export type Step =
    "connect" | "host key" | "log-in" | "run" | "observe" | "plan" | "gate" | "fetch" | "apply" | "health" | "delete";

export interface HostErrorDetail {
    readonly kind: ErrorKind;
    readonly host: string;
    readonly step: Step;
    /** What went wrong, with at most one quoted fact from the host. No full stop. */
    readonly happened: string;
    /** What state the host is in now; an unknown state is said to be unknown. No full stop. */
    readonly hostState: string;
    /** What to do next. No full stop. */
    readonly next: string;
    /** Whether the host itself is not there or is another: no jump host before it, and nobody who could be spoken to. */
    readonly outOfReach?: boolean;
    readonly cause?: unknown;
}

const LONGEST = 499;

/**
 * A failure of one host, in three sentences under 500 characters: what happened, what state the host is in, what to do.
 * Never has a field `id`: the engine would take it for a resource that exists.
 */
export class HostError extends Error {
    readonly kind: ErrorKind;
    readonly host: string;
    readonly step: Step;
    readonly outOfReach: boolean;
    readonly #detail: HostErrorDetail;

    constructor(detail: HostErrorDetail) {
        super(messageOf(detail), detail.cause === undefined ? undefined : { cause: detail.cause });
        this.name = "HostError";
        this.#detail = detail;
        this.kind = detail.kind;
        this.host = detail.host;
        this.step = detail.step;
        this.outOfReach = detail.outOfReach ?? false;
    }

    /** The same failure, with what became of the host before it: a sentence without a full stop. */
    preceded(before: string): HostError {
        return new HostError({ ...this.#detail, hostState: `${this.#detail.hostState}. ${before}`, cause: this });
    }

    /** The same failure where more is known of the host: another state, another advice. */
    seenFrom(view: Pick<HostErrorDetail, "hostState" | "next">): HostError {
        return new HostError({ ...this.#detail, ...view, cause: this });
    }
}

function messageOf({ host, step, happened, hostState, next }: HostErrorDetail): string {
    const head = plain(`${host}: ${step}: `);
    const tail = plain(`. ${hostState}. ${next}.`);
    // The quoted fact gives way first: state and advice are what the operator acts on.
    return cut(head + cut(plain(happened), Math.max(40, LONGEST - head.length - tail.length)) + tail, LONGEST);
}

function cut(text: string, longest: number): string {
    return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** The text without control characters: a host must not be able to move the operator's cursor. */
export function plain(text: string): string {
    return text.replace(/\p{Cc}+/gu, " ");
}

/**
 * The text with every occurrence of every secret replaced by `[secret]`, and the beginning of one where the text was cut in
 * the middle of it; empty secrets are passed over.
 */
export function scrub(text: string, secrets: readonly string[]): string {
    const longestFirst = secrets.filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
    const whole = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
    const begun = Math.max(0, ...longestFirst.map((secret) => overlap(whole, secret)));
    return begun < SHORTEST_BEGINNING ? whole : `${whole.slice(0, -begun)}[secret]`;
}

/** Fewer characters than this tell nothing, and end many an innocent text. */
const SHORTEST_BEGINNING = 3;

/** How many of the first characters of a secret the text ends with. */
function overlap(text: string, secret: string): number {
    for (let length = Math.min(secret.length, text.length); length > 0; length--) {
        if (text.endsWith(secret.slice(0, length))) return length;
    }
    return 0;
}

import { HostError } from "../errors";
import type { Progress } from "./auth";
import { fieldOf, nameOf, type Place } from "./trust";
import { queueNote } from "./turns";

const UNTOUCHED = "Nothing on the host was changed by this attempt";
const NOT_DIALLED = "The host was not dialled";

export function nothingToTry(place: Place): HostError {
    return new HostError({
        kind: "authentication",
        host: place.target,
        step: "log-in",
        happened: `there is nothing to log in to ${nameOf(place)} with`,
        hostState: NOT_DIALLED,
        next: `Give ${fieldOf(place, "privateKey")} or password, or run an ssh-agent`,
    });
}

export function unusable(place: Place, cause: Error): HostError {
    return new HostError({
        kind: "key-unusable",
        host: place.target,
        step: "log-in",
        happened: `the private key for ${nameOf(place)} cannot be used (${cause.message})`,
        hostState: NOT_DIALLED,
        next: `Check ${fieldOf(place, "privateKey")} (the text, not a path) and privateKeyPassword`,
        cause,
    });
}

/** `why` is what the host said, if it did; otherwise what was tried. */
export function denied(place: Place, { tried, offered }: Progress, why?: string, cause?: Error): HostError {
    const takes = offered === undefined ? "" : `, it takes ${offered.join(", ")}`;
    const means = place.hop.privateKey === undefined ? "password or agent" : "authorized_keys";
    return new HostError({
        kind: "authentication",
        host: place.target,
        step: "log-in",
        happened: `${nameOf(place)} refused ${place.hop.user}, tried ${list(tried)}${why === undefined ? takes : `: ${why}`}`,
        hostState: UNTOUCHED,
        next: `Check ${fieldOf(place, "user")} and its ${means} on the host`,
        ...(cause !== undefined && { cause }),
    });
}

/** `queued`: milliseconds of the time that were a wait for a turn. */
export function late(place: Place, { tried }: Progress, queued: number): HostError {
    return new HostError({
        kind: "deadline",
        host: place.target,
        step: "log-in",
        happened: `${nameOf(place)} did not decide on the log-in of ${place.hop.user} in time${queueNote(queued)}, tried ${list(tried)}`,
        hostState: UNTOUCHED,
        next: "Raise timeouts.connect, or look at sshd and PAM on the host",
    });
}

export function incompatible(place: Place, cause: Error): HostError {
    return new HostError({
        kind: "unreachable",
        host: place.target,
        step: "connect",
        happened: `the SSH handshake with ${nameOf(place)} failed (${cause.message})`,
        hostState: UNTOUCHED,
        next: "Compare the algorithms of its sshd with those of ssh2",
        cause,
    });
}

function list(tried: readonly string[]): string {
    return tried.length === 0 ? "nothing" : tried.join(", ");
}

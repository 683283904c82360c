import { HostError } from "../errors";
import type { Hop } from "../spec/connection";
import { knownKeys } from "./known-hosts";
import { fingerprint, publicKeyIn, sameKey, type PublicKey } from "./public-key";

/** Which keys a machine may show, and who says so. */
export interface Trust {
    readonly source: "hostKey" | "knownHosts" | "state" | "first use";
    readonly trusted: readonly PublicKey[];
    readonly revoked: readonly PublicKey[];
}

/** Where a machine stands on our way, for messages. */
export interface Place {
    /** The host that we want to reach in the end. */
    readonly target: string;
    readonly hop: Hop;
    readonly isJump: boolean;
}

/**
 * What to hold a machine's key against: `hostKey`, else `knownHosts`, else the pinned key, else first use.
 * Errors: key-unusable where `hostKey` or the pinned key is no public key.
 */
export function trustOf(place: Place, pinned: string | undefined): Trust {
    const { hop } = place;
    if (hop.hostKey !== undefined) {
        return { source: "hostKey", trusted: [readKey(place, "hostKey", hop.hostKey)], revoked: [] };
    }
    if (hop.knownHosts !== undefined) {
        return { source: "knownHosts", ...knownKeys(hop.knownHosts, hop.host, hop.port) };
    }
    if (pinned !== undefined) {
        return { source: "state", trusted: [readKey(place, "pinned host key", pinned)], revoked: [] };
    }
    return { source: "first use", trusted: [], revoked: [] };
}

function readKey(place: Place, what: string, text: string): PublicKey {
    const key = publicKeyIn(text);
    if (key !== undefined) {
        return key;
    }
    throw new HostError({
        kind: "key-unusable",
        host: place.target,
        step: "host key",
        happened: `the ${what} of ${nameOf(place)} is not a public key`,
        hostState: "The host was not dialled",
        next: `Set ${fieldOf(place, "hostKey")} to type and base64, such as "ssh-ed25519 AAAA…", as ssh-keyscan prints them`,
    });
}

type Refusal = (place: Place) => HostError;

/** Undefined if the shown key is trusted, else the refusal: host-key-changed or host-key-unknown. */
export function refusal(trust: Trust, shown: PublicKey): Refusal | undefined {
    if (trust.revoked.some((key) => sameKey(key, shown))) {
        return refuse("host-key-unknown", trust, (name) => `${name} shows the revoked key ${fingerprint(shown)}`);
    }
    if (trust.source === "first use" || trust.trusted.some((key) => sameKey(key, shown))) {
        return undefined;
    }
    const [expected] = [...trust.trusted.filter((key) => key.type === shown.type), ...trust.trusted];
    if (expected === undefined) {
        const happened = (name: string): string =>
            `knownHosts has no key for ${name}, which shows ${fingerprint(shown)}`;
        return refuse("host-key-unknown", trust, happened);
    }
    const change = `${fingerprint(expected)} by ${trust.source}, it shows ${fingerprint(shown)}`;
    return refuse("host-key-changed", trust, (name) => `the key of ${name} changed: ${change}`);
}

function refuse(kind: HostError["kind"], trust: Trust, happened: (name: string) => string): Refusal {
    return (place) => {
        const field = fieldOf(place, trust.source === "knownHosts" ? "knownHosts" : "hostKey");
        return new HostError({
            kind,
            host: place.target,
            step: "host key",
            happened: happened(nameOf(place)),
            hostState: "Nothing on the host was changed by this attempt",
            next:
                trust.source === "state"
                    ? `If you expect this key, set ${field}, or create the resource anew with --replace`
                    : `If you expect this key, set ${field}`,
            // A machine that is another than ours is none that we may speak to: ours is as good as gone.
            outOfReach: kind === "host-key-changed" && !place.isJump,
        });
    };
}

/** Such as `connection.proxy.hostKey`. */
export function fieldOf(place: Place, field: keyof Hop): string {
    return `${place.isJump ? "connection.proxy" : "connection"}.${field}`;
}

/** Such as `jump host 10.0.0.1:22`, or `[fd00::1]:22`. */
export function nameOf(place: Place): string {
    const { host, port } = place.hop;
    return `${place.isJump ? "jump host " : ""}${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

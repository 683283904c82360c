import { createHash } from "node:crypto";
import type { Hop } from "../spec/connection";
import { methodsOf, type Method } from "./auth";
import { nothingToTry, unusable } from "./login-errors";
import { privateKeyOf } from "./private-key";
import type { Place, Trust } from "./trust";

/** All that a log-in needs, decided before the first packet. */
export interface LoginPlan {
    readonly place: Place;
    readonly trust: Trust;
    readonly methods: readonly Method[];
    /** Host and port of the machines on the way and of this one: which server it is. No secret. */
    readonly address: string;
    /** Digest of everything that a log-in here depends on: same machine, same user, same credentials, same host key rule. */
    readonly identity: string;
}

/** `before` are the jump hosts. Errors: key-unusable; authentication where there is nothing to log in with. */
export function planLogin(place: Place, trust: Trust, before: readonly Hop[]): LoginPlan {
    const { hop } = place;
    const key = hop.privateKey === undefined ? undefined : privateKeyOf(hop.privateKey, hop.privateKeyPassword);
    if (key instanceof Error) {
        throw unusable(place, key);
    }
    const agentSocket = hop.agentSocketPath ?? process.env["SSH_AUTH_SOCK"];
    const methods = methodsOf(hop, key, agentSocket);
    if (methods.length === 0) {
        throw nothingToTry(place);
    }
    const address = [...before, hop].map(({ host, port }) => `${host.toLowerCase()}:${String(port)}`).join(" ");
    return { place, trust, methods, address, identity: identityOf(hop, agentSocket) };
}

// A digest, so that no map has a secret for its key.
function identityOf(hop: Hop, agentSocket: string | undefined): string {
    const { host, port, user, password, privateKey, privateKeyPassword, hostKey, knownHosts } = hop;
    const parts = [host, port, user, password, privateKey, privateKeyPassword, agentSocket, hostKey, knownHosts];
    // An absent part becomes null, which no text is.
    return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}

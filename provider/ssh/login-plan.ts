import { methodsOf, type Method } from "./auth";
import { nothingToTry, unusable } from "./login-errors";
import { privateKeyOf } from "./private-key";
import type { Place, Trust } from "./trust";

/** All that a log-in needs, decided before the first packet. */
export interface LoginPlan {
    readonly place: Place;
    readonly trust: Trust;
    readonly methods: readonly Method[];
}

/** Errors: key-unusable; authentication where there is nothing to log in with. */
export function planLogin(place: Place, trust: Trust): LoginPlan {
    const { hop } = place;
    const key = hop.privateKey === undefined ? undefined : privateKeyOf(hop.privateKey, hop.privateKeyPassword);
    if (key instanceof Error) {
        throw unusable(place, key);
    }
    const methods = methodsOf(hop, key, hop.agentSocketPath ?? process.env["SSH_AUTH_SOCK"]);
    if (methods.length === 0) {
        throw nothingToTry(place);
    }
    return { place, trust, methods };
}

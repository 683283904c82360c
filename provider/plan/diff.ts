import { isDeepStrictEqual } from "node:util";
import { renderUnit } from "../kubelet/unit";
import type { KubeletServiceInputs } from "../spec/args";
import type { Connection } from "../spec/connection";
import { specOf } from "../spec/defaults";
import type { Spec } from "../spec/spec";
import { migrate, type State } from "../spec/state";
import { hasUnknown, isUnknown } from "../spec/unknown";
import { compareMeaning } from "../systemd/meaning";
import { wantedLinks } from "./make";

/** What a change needs: nothing, our state only, a log-in to prove it, or work on the host. */
export type ChangeKind = "none" | "settings" | "connection" | "host";

export interface Difference {
    readonly changes: boolean;
    readonly replaces: readonly string[];
    readonly kind: ChangeKind;
}

/**
 * What lies between stored outputs and checked inputs. Pure. Another rendering of the same meaning is no change; drift
 * that a refresh stored is one.
 *
 * @throws Error where the state is newer than this package.
 */
export function diff(olds: unknown, news: KubeletServiceInputs): Difference {
    const state = migrate(olds);
    const replaces = isElsewhere(state, news) ? ["connection"] : [];
    const kind = hasUnknown({ ...news, unitText: "" }) ? "host" : kindOf(state, specOf(state), specOf(news));
    return { changes: kind !== "none" || replaces.length > 0, replaces, kind };
}

function isElsewhere({ connection: before }: State, { connection: after }: KubeletServiceInputs): boolean {
    if (isUnknown(after)) return false;
    const isOther = (key: "host" | "port", fallback?: number): boolean =>
        !isUnknown(after[key]) && (before[key] ?? fallback) !== (after[key] ?? fallback);
    return isOther("host") || isOther("port", 22);
}

function kindOf(state: State, before: Spec, after: Spec): ChangeKind {
    if (state.drift.length > 0 || isHostChanged(state, before, after)) return "host";
    if (!isDeepStrictEqual(provenBy(before.connection), provenBy(after.connection))) return "connection";
    return isDeepStrictEqual(settingsOf(before), settingsOf(after)) ? "none" : "settings";
}

function isHostChanged(state: State, before: Spec, after: Spec): boolean {
    return (
        compareMeaning(state.unitText, renderUnit(after, state)) !== "same" ||
        before.version !== after.version ||
        !isDeepStrictEqual(wantedLinks(before), wantedLinks(after)) ||
        !isDeepStrictEqual(before.triggers, after.triggers) ||
        !isDeepStrictEqual(before.image, after.image)
    );
}

/** The connection as far as a log-in proves it: which socket the agent has is the operator's own business. */
function provenBy({ proxy, ...target }: Connection): readonly object[] {
    return [target, ...proxy].map((hop) => ({ ...hop, agentSocketPath: undefined }));
}

function settingsOf({ health, timeouts, onExisting, onDelete }: Spec): object {
    return { health, timeouts, onExisting, onDelete };
}

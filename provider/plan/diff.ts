import { isDeepStrictEqual } from "node:util";
import { renderUnit } from "../kubelet/unit";
import { isInternal, type KubeletServiceInputs } from "../spec/args";
import type { Connection } from "../spec/connection";
import { specOf } from "../spec/defaults";
import type { Spec } from "../spec/spec";
import { migrate, type State } from "../spec/state";
import { hasUnknown, isUnknown } from "../spec/unknown";
import { compareMeaning } from "../systemd/meaning";

/** What a change needs: nothing, our state only, a log-in to prove it, or work on the host; each holds the ones before. */
export type ChangeKind = "none" | "settings" | "connection" | "host";

export interface Difference {
    readonly changes: boolean;
    /** Arguments whose change makes it another resource. */
    readonly replaces: readonly string[];
    readonly kind: ChangeKind;
    /** What differs, by the names of the arguments; never a value. */
    readonly reasons: readonly string[];
}

/**
 * What lies between stored outputs and checked inputs. Pure. Another rendering of the same meaning is no change; drift
 * that a refresh stored is one. What is not known yet counts as changed, and replaces nothing.
 *
 * @throws Error where the state is newer than this package, or damaged.
 */
export function diff(olds: unknown, news: KubeletServiceInputs): Difference {
    const state = migrate(olds);
    const replaces = isElsewhere(state, news) ? ["connection"] : [];
    const unknown = Object.entries(news).flatMap(([name, value]) =>
        hasUnknown(value) && !isInternal(name) ? [name] : [],
    );
    if (unknown.length > 0) return { changes: true, replaces, kind: "host", reasons: unknown };
    const [before, after] = [specOf(state), specOf(news)];
    // A host that is let go is not repaired first: it may be gone for good. What it is owed stays in the state.
    const isLetGo = after.onDelete === "retain" && before.onDelete !== "retain";
    const owed = [...state.drift, ...renderedOtherwise(state, after)];
    const byKind: readonly (readonly [ChangeKind, readonly string[]])[] = [
        ["host", [...changedBetween(onHost(before), onHost(after)), ...(isLetGo ? [] : owed)]],
        ["connection", changedBetween(provenBy(before.connection), provenBy(after.connection))],
        ["settings", [...changedBetween(settingsOf(before), settingsOf(after)), ...(isLetGo ? owed : [])]],
    ];
    const reasons = byKind.flatMap(([, names]) => names);
    const kind = byKind.find(([, names]) => names.length > 0)?.[0] ?? "none";
    return { changes: kind !== "none", replaces, kind, reasons };
}

function isElsewhere({ connection: before }: State, { connection: after }: KubeletServiceInputs): boolean {
    if (isUnknown(after)) return false;
    const isOther = (key: "host" | "port", fallback?: number): boolean =>
        !isUnknown(after[key]) && (before[key] ?? fallback) !== (after[key] ?? fallback);
    return isOther("host") || isOther("port", 22);
}

function changedBetween(before: Named, after: Named): readonly string[] {
    return Object.keys(after).filter((name) => !isDeepStrictEqual(before[name], after[name]));
}

type Named = Readonly<Record<string, unknown>>;

function onHost({ version, image, kubelet, rkt, unit, triggers }: Spec): Named {
    return { version, image, ...kubelet, rkt, unit, triggers };
}

/** A release that knows better what to write changes the unit although no argument did. */
function renderedOtherwise(state: State, after: Spec): readonly string[] {
    return compareMeaning(state.unitText, renderUnit(after, state)) === "same" ? [] : ["kubelet.service"];
}

/** The connection as far as a log-in proves it: which socket the agent has is the operator's own business. */
function provenBy({ proxy, ...target }: Connection): Named {
    return { connection: [target, ...proxy].map((hop) => ({ ...hop, agentSocketPath: undefined })) };
}

function settingsOf({ health, timeouts, onExisting, onPendingReboot, onDelete, onVersionJump }: Spec): Named {
    return { health, timeouts, onExisting, onPendingReboot, onDelete, onVersionJump };
}

import { isDeepStrictEqual } from "node:util";
import { renderUnit } from "../kubelet/unit";
import { kubeletProblems, kubeletWarnings, type Context } from "../kubelet/verdict";
import { reasonOf, type Finding as OptionFinding } from "../rkt/findings";
import { NOT_RENDERED } from "../spec/args";
import { specOf } from "../spec/defaults";
import { clashesIn, failureAt, failuresOf, unvouchedIn, warningAt, warningsOf, type Failure } from "../spec/failures";
import type { Finding } from "../spec/judge";
import type { Spec } from "../spec/spec";
import { hasUnknown, isUnknown, UNKNOWN } from "../spec/unknown";
import { compareMeaning } from "../systemd/meaning";
import { longestLine, LONGEST_LINE } from "../systemd/quote";
import { SHIPPING } from "./facts";
import { optionsAnywhere, warningOf } from "./options";

type Properties = Readonly<Record<string, unknown>>;

export interface Checked {
    /** The inputs as they were given, and `unitText`: no other default is filled in. */
    readonly inputs: Properties;
    readonly failures: readonly Failure[];
    readonly warnings: readonly string[];
}

/**
 * Judges inputs without a host, also as a change from the checked inputs before (empty: there are none), and fills in
 * `unitText` for the preview. Pure; values that are unknown yet pass.
 */
export function check(news: Properties, olds: Properties = {}): Checked {
    const failures = failuresOf(news);
    if (failures.length > 0) return { inputs: news, failures, warnings: [] };
    const known = withoutUnknown(news);
    const spec = specOf({ connection: { host: "" }, version: "", ...known });
    const isKnown = (name: string): boolean => name in known === name in news;
    const context = { before: versionIn(olds), isImageKnown: isKnown("image") && isKnown("unit") };
    const options = optionsAnywhere(spec);
    const areTimesKnown = isKnown("health") && isKnown("unit") && isKnown("timeouts");
    const found = [
        ...unvouchedIn(news),
        ...problemsOf(spec, known, { context, options }),
        ...(areTimesKnown ? clashesIn(spec) : []),
    ];
    if (found.length > 0) return refused(news, found);
    const warnings = [
        ...(areTimesKnown ? warningsOf(spec) : []),
        ...("version" in known
            ? kubeletWarnings(spec, context).map(({ path, reason }) => warningAt(path, reason))
            : []),
        ...options.map(warningOf),
    ];
    if (hasUnknown(renderedOf(news))) return { inputs: { ...news, unitText: UNKNOWN }, failures: [], warnings };
    const unitText = renderUnit(spec, SHIPPING);
    if (longestLine(unitText) > LONGEST_LINE) return refused(news, [{ path: "kubelet.service", reason: TOO_LONG }]);
    if (isPastTheGate(olds, news, unitText)) return refused(news, [{ path: "connection", reason: PAST_THE_GATE }]);
    return { inputs: { ...news, unitText }, failures: [], warnings };
}

const PAST_THE_GATE =
    "names another host or port, which replaces the resource, and more is changed that restarts its kubelet: no rollout's gate would be asked. First change the address alone, then the rest";

/** Whether a node of a rollout is replaced and restarted at once: the engine calls no hook of an update for it. */
function isPastTheGate(olds: Properties, news: Properties, unitText: string): boolean {
    const { owner, connection, triggers } = news;
    if (typeof owner !== "string" || !owner.includes(":KubeletRollout$") || typeof olds["unitText"] !== "string")
        return false;
    if (hasUnknown(connection) || isUnknown(olds["unitText"])) return false;
    const place = (of: unknown): unknown => {
        const { host, port } = (of ?? {}) as Properties;
        return [host, port ?? 22];
    };
    if (isDeepStrictEqual(place(connection), place(olds["connection"]))) return false;
    const isOther = compareMeaning(olds["unitText"], unitText) === "restart";
    return isOther || !isDeepStrictEqual(triggers ?? [], olds["triggers"] ?? []);
}

const TOO_LONG = `would have a line of more than ${LONGEST_LINE} bytes, which systemd before 235 cuts in two: some argument is too long`;

function refused(inputs: Properties, findings: readonly Finding[]): Checked {
    return { inputs, failures: findings.map(({ path, reason }) => failureAt(path, reason)), warnings: [] };
}

/** What is wrong with arguments of the right shape, as far as they are known. */
function problemsOf(spec: Spec, known: Properties, { context, options }: Judged): readonly Finding[] {
    const errors = options.filter(({ severity }) => severity === "error");
    return [
        ...errors.map((each) => ({ path: each.path, reason: reasonOf(each) })),
        ...("version" in known ? kubeletProblems(spec, context) : []),
    ];
}

interface Judged {
    readonly context: Context;
    readonly options: readonly OptionFinding[];
}

/** The version that was asked for before; undefined: there was none. */
function versionIn({ version }: Properties): string | undefined {
    return typeof version === "string" && !isUnknown(version) ? version : undefined;
}

function renderedOf(inputs: Properties): Properties {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => !NOT_RENDERED.has(name)));
}

/** The arguments that are known through and through. */
function withoutUnknown(inputs: Properties): Properties {
    return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !hasUnknown(value)));
}

import { versionProblem } from "../kubelet/image";
import { flagProblems } from "../kubelet/flags";
import { renderUnit } from "../kubelet/unit";
import { rktProblems } from "../rkt/options";
import type { KubeletServiceInputs } from "../spec/args";
import { specOf } from "../spec/defaults";
import { failureAt, failuresOf, warningsOf, type Failure } from "../spec/failures";
import { hasUnknown, UNKNOWN } from "../spec/unknown";
import { longestLine, LONGEST_LINE } from "../systemd/quote";
import type { Facts } from "./facts";

/** A host that ships the wrapper: what a preview, which sees no host, renders the unit for. */
const SHIPPING: Facts = { osId: "coreos", osVersion: "1185.3.0", rktVersion: "1.14.0", wrapperSource: "host" };

export interface Checked {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly failures: readonly Failure[];
    readonly warnings: readonly string[];
}

/** Judges inputs without a host, and fills in `unitText` for the preview. Pure; values that are unknown yet pass. */
export function check(news: Readonly<Record<string, unknown>>): Checked {
    const failures = failuresOf(news);
    if (failures.length > 0) return { inputs: news, failures, warnings: [] };
    if (hasUnknown(renderedOf(news))) return { inputs: { ...news, unitText: UNKNOWN }, failures, warnings: [] };
    const spec = specOf({ ...renderedOf(news), ...known(news) } as unknown as KubeletServiceInputs);
    const problem = versionProblem(spec.version);
    const found = [
        ...(problem === undefined ? [] : [failureAt("version", problem)]),
        ...[...flagProblems(spec), ...rktProblems(spec.rkt)].map(({ path, reason }) => failureAt(path, reason)),
    ];
    if (found.length > 0) return { inputs: news, failures: found, warnings: [] };
    const unitText = renderUnit(spec, SHIPPING);
    const warnings = warningsOf(spec);
    if (longestLine(unitText) > LONGEST_LINE) {
        const reason = `makes a line of kubelet.service longer than ${LONGEST_LINE} bytes, which systemd before 235 cuts in two`;
        return { inputs: news, failures: [failureAt("flags", reason)], warnings };
    }
    return { inputs: { ...news, unitText }, failures, warnings };
}

const NOT_RENDERED = new Set([
    "connection",
    "health",
    "timeouts",
    "triggers",
    "onExisting",
    "onDelete",
    "owner",
    "unitText",
]);

function renderedOf(news: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(news).filter(([key]) => !NOT_RENDERED.has(key)));
}

/** What specOf reads besides the rendered arguments, as far as it is known. */
function known(news: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { connection, health, timeouts } = news;
    return {
        connection: hasUnknown(connection) ? { host: "unknown" } : connection,
        ...(health === undefined || hasUnknown(health) ? {} : { health }),
        ...(timeouts === undefined || hasUnknown(timeouts) ? {} : { timeouts }),
    };
}

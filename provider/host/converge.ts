import { randomBytes } from "node:crypto";
import { HostError } from "../errors";
import { BALLAST_BYTES, roomNeeded } from "../plan/judge";
import { mustWait, planRecovery } from "../plan/make";
import type { Observed } from "../plan/observed";
import type { Plan } from "../plan/plan";
import type { Spec } from "../spec/spec";
import type { Host, Reading } from "./host";
import { outcomeError, undoneBefore } from "./outcome-error";
import type { Outcome } from "./outcome";
import { formatLine } from "./protocol";
import { sha256 } from "./programs";

/** What came of it: the host as it is now, and the operation that brought it there, if one was needed. */
export interface Converged {
    readonly observed: Observed;
    readonly outcome: Outcome | undefined;
}

/** Makes the plan from what was observed; undefined: nothing is to do. May refuse by throwing. */
export type Planner = (observed: Observed) => Plan | undefined;

/**
 * Observes, plans and applies until the host is what the planner wants. What others do to the host at the same time is
 * waited for and planned anew; an operation that was cut is undone first.
 *
 * @throws HostError that says what the host runs now.
 */
export async function converge(host: Host, spec: Spec, planner: Planner): Promise<Converged> {
    let observed = await host.observe();
    let undone: Reading | undefined;
    try {
        for (;;) {
            const quiet = await settled(host, spec, observed);
            observed = quiet.observed;
            undone = quiet.undone ?? undone;
            const plan = planner(observed);
            if (plan === undefined) return { observed, outcome: undefined };
            // Two applies of one program at once are one operation: a failure of it is told to both.
            const { attached } = quiet;
            const isSame = plan.digest !== "" && attached?.digest === plan.digest;
            if (isSame && isFailure(attached.reading)) {
                throw outcomeError(host, attached.reading);
            }
            if (mustWait(spec, plan)) {
                observed = await rebooted(host);
                continue;
            }
            const reading = await run(host, spec, plan);
            observed = reading.observed;
            if (reading.outcome.result === "committed") return { observed, outcome: reading.outcome };
            if (reading.outcome.result === "lost") await mustBeWhole(host, spec, reading);
            if (!isToLookAgain(reading)) throw outcomeError(host, reading, plan.mode);
        }
    } catch (error) {
        if (undone === undefined || !(error instanceof HostError)) throw error;
        throw error.preceded(undoneBefore(undone));
    }
}

/** Somebody was there between our look and our lock. */
/**
 * An operation that was killed together with what would have undone it is undone by us.
 *
 * @throws HostError `rolled-back` where it was, since then we know what the host runs.
 */
async function mustBeWhole(host: Host, spec: Spec, { observed }: Reading): Promise<void> {
    const { undone } = await settled(host, spec, observed);
    if (undone === undefined) return;
    const reason = "the operation was killed, and so was what would have undone it";
    throw outcomeError(host, { ...undone, outcome: { ...undone.outcome, reason } });
}

function isToLookAgain({ outcome }: Reading): boolean {
    return ["stale", "busy", "void"].includes(outcome.result);
}

/** The host once no reboot is due any more. */
async function rebooted(host: Host): Promise<Observed> {
    try {
        return await host.observeUntil("the reboot that is due", ({ rebootDue }) => rebootDue.length === 0);
    } catch (error) {
        if (!(error instanceof HostError)) throw error;
        throw error.seenFrom({
            hostState: "Nothing on the host was changed: it was due for a reboot, which was waited for",
            next: 'Reboot it and run `pulumi up` again, raise timeouts.operation, or set onPendingReboot: "ignore"',
        });
    }
}

function isFailure({ outcome }: Reading): boolean {
    return ["rolled-back", "failed", "refused"].includes(outcome.result);
}

export interface Quiet {
    readonly observed: Observed;
    /** The operation of the same owner that was waited for. */
    readonly attached: { readonly digest: string; readonly reading: Reading } | undefined;
    /** How an operation that was cut was undone. */
    readonly undone: Reading | undefined;
}

/**
 * The host once nothing runs or hangs there: an operation under way is waited for, one that was cut is undone.
 *
 * @throws HostError `owner-foreign` where the operation is another owner's.
 */
export async function settled(host: Host, spec: Spec, first: Observed): Promise<Quiet> {
    let observed = first;
    let attached: Quiet["attached"];
    let undone: Quiet["undone"];
    for (;;) {
        const { operation, record } = observed;
        if (operation !== undefined) {
            if (operation.owner !== undefined && spec.owner !== undefined && operation.owner !== spec.owner) {
                throw new HostError({
                    kind: "owner-foreign",
                    host: host.name,
                    step: "plan",
                    happened: `operation ${operation.operation} of ${operation.owner} has run there for ${operation.seconds} s`,
                    hostState: "Nothing on the host was changed by this resource",
                    next: "Wait for its end, then run `pulumi up` again",
                });
            }
            const reading = await host.follow(operation.operation);
            attached = { digest: operation.digest, reading };
            observed = reading.observed;
        } else if (record?.state === "armed") {
            const reading = await run(host, spec, planRecovery(observed));
            const { result } = reading.outcome;
            const isEnded = ["rolled-back", "committed"].includes(result) || isToLookAgain(reading);
            if (!isEnded) throw outcomeError(host, reading);
            if (result === "rolled-back") undone = reading;
            observed = reading.observed;
        } else {
            return { observed, attached, undone };
        }
    }
}

function run(host: Host, spec: Spec, plan: Plan): Promise<Reading> {
    const operation = randomBytes(8).toString("hex");
    return host.begin({
        operation,
        plan: planLine(spec, plan),
        unit: plan.unitText,
        wrapper: plan.wrapperText,
    });
}

const centiseconds = (seconds: number): string => String(Math.round(seconds * 100));

const portWord = (port: number | false): string => String(port === false ? 0 : port);

/** The plan as the transaction reads it. */
function planLine(spec: Spec, plan: Plan): string {
    const { from, claim, fetch } = plan;
    const isDelete = plan.mode === "delete";
    return formatLine("plan", {
        mode: plan.mode,
        unit: plan.unit,
        wrapper: plan.wrapper,
        links_add: plan.linksAdd.join(" "),
        links_remove: plan.linksRemove.join(" "),
        reload: plan.reload ? "1" : "0",
        process: plan.process,
        take_baseline: plan.takeBaseline ? "1" : "0",
        expect_unit: from.unit.hash,
        expect_wrapper: from.wrapper.hash,
        expect_links: from.links.map((link) => `${link}\n`).join(""),
        expect_seq: String(from.record?.seq ?? 0),
        image: fetch?.image ?? "",
        fetch: fetch?.reference ?? "",
        fetch_options: fetch?.options.join(" ") ?? "",
        fetch_room: String(roomNeeded(from).fetch),
        fetch_timeout: String(Math.ceil(spec.timeouts.fetch)),
        tag: plan.tag ?? "",
        health_port: portWord(spec.health.port),
        was_port: portWord(plan.formerHealthPort ?? spec.health.port),
        min_ready: centiseconds(isDelete ? 0 : spec.health.minReadySeconds),
        progress: centiseconds(
            isDelete ? Math.min(60, spec.health.progressDeadlineSeconds) : spec.health.progressDeadlineSeconds,
        ),
        ballast: String(BALLAST_BYTES),
        digest: plan.digest,
        to_instance: claim?.instance ?? "",
        to_owner: claim?.owner ?? "",
        to_adopted: claim?.adopted === true ? "1" : "0",
        to_triggers: claim?.triggers ?? "",
        to_unit: plan.unitText === undefined ? from.unit.hash : sha256(plan.unitText),
    });
}

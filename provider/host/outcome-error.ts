import { HostError, type ErrorKind, type Step } from "../errors";
import type { Plan } from "../plan/plan";
import type { Host, Reading } from "./host";
import type { Outcome } from "./outcome";

/** The error that tells how an operation ended that did not commit; a delete is not mended by an `up`. */
export function outcomeError(
    host: Pick<Host, "name" | "conceal">,
    { outcome, observed }: Reading,
    mode: Plan["mode"] = "apply",
): HostError {
    const { result, reason, refusal, journal } = outcome;
    const quoted = journal === "" ? "" : ` (journal: ${host.conceal(journal).slice(0, 160)})`;
    const happened = reason === "" ? "the operation ended without saying how" : `${host.conceal(reason)}${quoted}`;
    const make = (kind: ErrorKind, step: Step, hostState: string, next: string): HostError =>
        new HostError({ kind, host: host.name, step, happened, hostState, next });
    const isDelete = mode === "delete";
    const again = `Mend the cause, then run ${isDelete ? "it" : "`pulumi up`"} again`;
    const untouched = `Nothing was changed; kubelet.service there is ${observed.service.active} as before`;
    switch (result) {
        case "rolled-back":
            return make(
                "rolled-back",
                "health",
                `Rolled back: ${oldKubelet(outcome)}`,
                isDelete ? again : `Set a version that works, or ${again.toLowerCase()}`,
            );
        case "failed":
            return make("rollback-failed", "apply", "The host could not be put back and is left changed", again);
        case "refused":
            switch (refusal) {
                case "fetch":
                    return make("fetch-failed", "fetch", untouched, again);
                case "space":
                    return make("no-space", "apply", untouched, "Make room under /var/lib there");
                case "other":
                    return make("refused", "apply", untouched, again);
            }
        // Only `lost` comes here: the others are no failures.
        case "lost":
        case "committed":
        case "stale":
        case "busy":
        case "void":
            return make(
                "unsettled",
                "apply",
                "What the host runs now is not known",
                `Run ${isDelete ? "it again" : "`pulumi up --refresh`"}: it reads what became of the host and goes on from there`,
            );
    }
}

/** What a recovery has done, for who tells of a failure after it. */
export function undoneBefore({ outcome }: Reading): string {
    return `Before that, an operation that was cut was undone: ${oldKubelet(outcome)}`;
}

function oldKubelet({ old, durations }: Outcome): string {
    const seconds = Math.round(durations.downtimeSeconds);
    switch (old) {
        case "healthy":
            return `the old kubelet runs again and is healthy${seconds > 0 ? `, after ${seconds} s without` : ""}`;
        case "untouched":
            return "the old kubelet was never stopped";
        case "stopped":
            return "no kubelet runs, as before";
        case "as-before":
            return "the old kubelet was started again; it was not healthy before either";
        case "other":
            return "the old files are in place, but another image runs than before";
        case "at-boot":
            return "the old files are in place; the host goes down, and its next boot starts the old kubelet";
        case "sick":
            return "the old files are in place, but the old kubelet is not healthy";
    }
}

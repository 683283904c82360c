import { HostError, scrub, type ErrorKind, type Step } from "../errors";
import type { Plan } from "../plan/plan";
import type { Spec } from "../spec/spec";
import type { Reading } from "./host";
import type { Message } from "./protocol";

/** Values that a host may repeat in its messages: wrappers log whole command lines. */
export function secretsOf(spec: Spec): readonly string[] {
    const flags = Object.values(spec.kubelet.flags).flatMap((value) =>
        typeof value === "object" ? [...value] : [String(value)],
    );
    return [
        ...Object.values(spec.unit.environment),
        ...Object.values(spec.rkt.setEnv),
        ...flags,
        ...[...(spec.rkt.options ?? "").matchAll(VARIABLE)].map(([, value = ""]) => value),
        ...spec.unit.execStartPre,
    ].filter((value) => value.length > 3);
}

/** The value of a variable that raw options give. Other options name paths and images, which messages are to tell. */
const VARIABLE = /--(?:set-env|environment)[= \t\n]+[^= \t\n]+=([^ \t\n]+)/g;

/** The error that tells how an operation ended that did not commit; a delete is not mended by an `up`. */
export function outcomeError(
    host: string,
    spec: Spec,
    { outcome, observed }: Reading,
    mode: Plan["mode"] = "apply",
): HostError {
    const { result = "", reason = "", error = "", journal = "" } = outcome.fields;
    const scrubbed = (text: string): string => scrub(text, secretsOf(spec));
    const quoted = journal === "" ? "" : ` (journal: ${scrubbed(journal).slice(0, 160)})`;
    const happened = reason === "" ? "the operation ended without saying how" : `${scrubbed(reason)}${quoted}`;
    const make = (kind: ErrorKind, step: Step, hostState: string, next: string): HostError =>
        new HostError({ kind, host, step, happened, hostState, next });
    const isDelete = mode === "delete";
    const again = `Mend the cause, then run ${isDelete ? "it" : "`pulumi up`"} again`;
    switch (result) {
        case "rolled-back":
            return make(
                "rolled-back",
                "health",
                `Rolled back: ${oldKubelet(outcome.fields)}`,
                isDelete ? again : `Set a version that works, or ${again.toLowerCase()}`,
            );
        case "failed":
            return make("rollback-failed", "apply", "The host could not be put back and is left changed", again);
        case "refused":
            switch (error) {
                case "fetch":
                    return make("fetch-failed", "fetch", untouchedState(observed.service.active), again);
                case "space":
                    return make(
                        "no-space",
                        "apply",
                        untouchedState(observed.service.active),
                        "Make room under /var/lib there",
                    );
                default:
                    return make("refused", "apply", untouchedState(observed.service.active), again);
            }
        default:
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
    return `Before that, an operation that was cut was undone: ${oldKubelet(outcome.fields)}`;
}

function untouchedState(active: string): string {
    return `Nothing was changed; kubelet.service there is ${active} as before`;
}

/** What became of the kubelet that ran before. */
function oldKubelet({ old = "", down = "" }: Message["fields"]): string {
    const secondsDown = Math.round(Number.parseInt(down, 10) / 100);
    switch (old) {
        case "healthy":
            return `the old kubelet runs again and is healthy${secondsDown > 0 ? `, after ${secondsDown} s without` : ""}`;
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
        default:
            return "the old files are in place, but the old kubelet is not healthy";
    }
}

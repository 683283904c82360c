import { constants } from "node:os";
import type { Ended } from "./command";
import type { Settings } from "./unit-file";

/** Result= of a unit. */
export type Result = "success" | "exit-code" | "signal" | "core-dump" | "timeout" | "start-limit" | "start-limit-hit";

const cleanSignals: readonly (NodeJS.Signals | null)[] = ["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE"];
const dumping: readonly (NodeJS.Signals | null)[] = ["SIGABRT", "SIGSEGV", "SIGQUIT", "SIGBUS", "SIGILL", "SIGFPE"];

/** What the end of a process means for its unit. */
export function resultOf(ended: Ended, settings: Settings): Result {
    const also = settings.names("Service", "SuccessExitStatus");
    if (ended.signal !== null) {
        if (cleanSignals.includes(ended.signal) || also.includes(ended.signal)) return "success";
        return dumping.includes(ended.signal) ? "core-dump" : "signal";
    }
    return ended.code === 0 || also.includes(String(ended.code)) ? "success" : "exit-code";
}

/** ExecMainStatus=: the exit status, or the signal's number. */
export function statusOf(ended: Ended): number {
    return ended.signal === null ? ended.code : constants.signals[ended.signal];
}

/** Whether Restart= asks for another start after this result. */
export function wantsRestart(policy: string, result: Result): boolean {
    switch (policy) {
        case "always":
            return true;
        case "on-success":
            return result === "success";
        case "on-failure":
            return result !== "success";
        case "on-abnormal":
            return result !== "success" && result !== "exit-code";
        case "on-abort":
            return result === "signal" || result === "core-dump";
        default:
            return false;
    }
}

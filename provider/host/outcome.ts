import type { Durations } from "../plan/state";
import type { Message } from "./protocol";

/** How an operation can end. `stale`, `busy` and `void` changed nothing, since somebody was there before; `lost`: nobody can tell. */
const RESULTS = ["committed", "rolled-back", "failed", "refused", "stale", "busy", "void", "lost"] as const;

/** What became of the kubelet that ran before. */
const OLD_KUBELETS = ["healthy", "untouched", "stopped", "as-before", "other", "at-boot", "sick"] as const;

/** What an operation was refused for, as far as it makes a difference. */
const REFUSALS = ["fetch", "space", "other"] as const;

/** The last line of an operation. */
export interface Outcome {
    readonly result: (typeof RESULTS)[number];
    readonly reason: string;
    readonly refusal: (typeof REFUSALS)[number];
    /** What the kubelet said last, where it was to blame. */
    readonly journal: string;
    readonly old: (typeof OLD_KUBELETS)[number];
    readonly durations: Durations;
}

/** What a line of the protocol says of an operation's end; a word that we do not know is taken for the worst. */
export function outcomeFrom({ fields }: Message): Outcome {
    const { reason = "", journal = "" } = fields;
    const seconds = (key: string): number => (Number.parseInt(fields[key] ?? "", 10) || 0) / 100;
    return {
        result: RESULTS.find((result) => result === fields["result"]) ?? "lost",
        reason,
        refusal: REFUSALS.find((refusal) => refusal === fields["error"]) ?? "other",
        journal,
        old: OLD_KUBELETS.find((old) => old === fields["old"]) ?? "sick",
        durations: {
            fetchSeconds: seconds("fetch"),
            downtimeSeconds: seconds("down"),
            totalSeconds: seconds("total"),
        },
    };
}

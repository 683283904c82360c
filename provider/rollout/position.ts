/** Where a roll stands when a node of it fails. */
export interface Position {
    /** From 1 on. */
    readonly wave: number;
    readonly waves: number;
    /** Nodes that run what is asked for. */
    readonly done: number;
    /** Other nodes that are being changed. */
    readonly underWay: number;
    readonly notStarted: number;
}

/** What a kubelet was found to be after its change failed. */
export type Running = "old" | "new" | "none" | "unknown";

/** Whether another version is rolled out, or other arguments of the same. */
export type Subject = "version" | "arguments";

/** Where a roll stands, as a sentence without full stop; `running` undefined: nothing was done to the node that failed. */
export function positionText(position: Position, subject: Subject, running: Running | undefined): string {
    const { wave, waves, done, underWay, notStarted } = position;
    const [by, one] = subject === "version" ? ["", "one"] : ["by ", "ones"];
    return [
        `wave ${wave} of ${waves}: ${nodes(done)} before it ${done === 1 ? "runs" : "run"} ${by}the new ${subject}`,
        runningText(running, by, one),
        ...(underWay > 0 ? [`${underWay} beside it ${underWay === 1 ? "is" : "are"} under way`] : []),
        `${notStarted} not started`,
    ].join(", ");
}

function runningText(running: Running | undefined, by: string, one: string): string {
    switch (running) {
        case undefined:
            return "it was not touched";
        case "old":
            return `it runs ${by}the old ${one} again`;
        case "new":
            return `it runs ${by}the new ${one}`;
        case "none":
            return "no kubelet runs on it";
        case "unknown":
            return "what it runs is not known";
    }
}

function nodes(count: number): string {
    return `${count} ${count === 1 ? "node" : "nodes"}`;
}

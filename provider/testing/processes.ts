import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface Process {
    readonly pid: number;
    readonly session: number;
}

/** Every process of the machine that has not ended; a zombie has. */
function processes(): Process[] {
    const found: Process[] = [];
    for (const name of readdirSync("/proc")) {
        if (!/^\d+$/.test(name)) continue;
        const stat = read(`/proc/${name}/stat`);
        // The command's name, in brackets, may hold anything.
        const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (state === undefined || state === "" || state === "Z" || state === "X") continue;
        found.push({ pid: Number(name), session: Number(session) });
    }
    return found;
}

/** Members of these sessions: what systemd would find in a cgroup, `timeout`'s own process group included. */
export function sessionMembers(sessions: ReadonlySet<number>): number[] {
    if (sessions.size === 0) return [];
    return processes()
        .filter((process) => sessions.has(process.session))
        .map((process) => process.pid);
}

/** Processes with this assignment in the environment that they were started with. */
export function processesWith(assignment: string): number[] {
    return processes()
        .map((process) => process.pid)
        .filter((pid) => pid !== globalThis.process.pid)
        .filter((pid) => `\0${read(`/proc/${pid}/environ`)}`.includes(`\0${assignment}\0`));
}

/** Sends the signal; a process that is gone is no error. */
export function signal(pids: Iterable<number>, name: NodeJS.Signals): void {
    for (const pid of pids) {
        try {
            process.kill(pid, name);
        } catch {
            // it has ended by itself
        }
    }
}

/** Kills what `find` finds until it finds nothing: a process may fork while it is being looked for. */
export async function killUntilGone(find: () => number[]): Promise<void> {
    for (let round = 0; round < 200; round++) {
        const left = find();
        if (left.length === 0) return;
        signal(left, "SIGKILL");
        await sleep(5);
    }
    throw new Error(`processes of a simulated host do not end: ${find().join(", ")}`);
}

function read(file: string): string {
    try {
        return readFileSync(file, "latin1");
    } catch {
        return "";
    }
}

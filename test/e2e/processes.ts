import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

export interface Process {
    readonly pid: number;
    readonly command: string;
}

/**
 * The living processes with this text in their environment. The engine puts each plugin into a process group of its own,
 * and a killed engine leaves them to init: neither group nor parent tells whose they are.
 */
export async function processesWith(text: string): Promise<Process[]> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
    const processes = await Promise.all(pids.map((pid) => processWith(pid, text)));
    return processes.filter((process) => process !== undefined);
}

export async function killAllWith(text: string): Promise<void> {
    for (;;) {
        const processes = await processesWith(text);
        if (processes.length === 0) return;
        for (const { pid } of processes) kill(pid);
        await sleep(20);
    }
}

async function processWith(pid: number, text: string): Promise<Process | undefined> {
    try {
        const environment = await readFile(`/proc/${pid}/environ`, "utf8");
        if (!environment.includes(text)) return undefined;
        const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
        return { pid, command: command.split("\0").join(" ").trim() };
    } catch {
        // Gone meanwhile, or of another user.
        return undefined;
    }
}

function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
}

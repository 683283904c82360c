// What a command and all its offspring cost of the processor, the kernel's count.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where the kernel accounts for groups: version 2 alone, or beside version 1. */
const TREES = [
    { folder: "/sys/fs/cgroup/cpuacct", file: "cpuacct.usage", perSecond: 1e9 },
    { folder: "/sys/fs/cgroup/unified", file: "cpu.stat", perSecond: 1e6 },
    { folder: "/sys/fs/cgroup", file: "cpu.stat", perSecond: 1e6 },
] as const;

let count = 0;

/** A control group. What enters it, and what that starts, is counted until {@link close}. */
export class CpuGroup {
    readonly #tree = treeOf();
    readonly #folder = join(this.#tree.folder, `bench-${process.pid}-${count++}`);

    constructor() {
        mkdirSync(this.#folder);
    }

    add(pid: number): void {
        writeFileSync(join(this.#folder, "cgroup.procs"), String(pid));
    }

    /** Seconds so far, all processors together. */
    get seconds(): number {
        const text = readFileSync(join(this.#folder, this.#tree.file), "utf8");
        return Number(/^(?:usage_usec )?(\d+)$/m.exec(text)?.[1]) / this.#tree.perSecond;
    }

    /** Whoever still lives in it goes back to the root group. */
    close(): void {
        for (const pid of readFileSync(join(this.#folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean)) {
            writeFileSync(join(this.#tree.folder, "cgroup.procs"), pid);
        }
        rmdirSync(this.#folder);
    }
}

function treeOf(): (typeof TREES)[number] {
    const found = TREES.find(({ folder, file }) => existsSync(join(folder, file)));
    if (found === undefined) throw new Error("this machine has no control groups that count processor time");
    return found;
}

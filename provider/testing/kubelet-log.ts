import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeletStart } from "./options";

/** The kubelet stand-in's own record of its starts since the host booted. */
export function readKubeletLog(root: string): KubeletStart[] {
    const file = join(root, "run/stand-in/kubelet.log");
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
            const [time = "", pid = "", version = "", ...words] = line.split("\t");
            return { time: Number(time) * 1000, pid: Number(pid), version, arguments: words };
        });
}

import { rmSync } from "node:fs";
import { processesWith, signal } from "./processes";

interface Remains {
    readonly marker: string;
    readonly folder: string | undefined;
}

const hosts = new Map<object, () => Remains>();

/** Should the process end without having stopped this host: nothing of it is left all the same. */
export function tidyAtExit(host: object, remains: () => Remains): void {
    if (hosts.size === 0) process.on("exit", tidy);
    hosts.set(host, remains);
}

/** The host has been stopped. */
export function forgetAtExit(host: object): void {
    hosts.delete(host);
    if (hosts.size === 0) process.off("exit", tidy);
}

function tidy(): void {
    for (const remains of hosts.values()) {
        const { marker, folder } = remains();
        signal(processesWith(marker), "SIGKILL");
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
}

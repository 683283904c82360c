import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchHosts } from "./hosts";

export interface WorkFolder {
    readonly write: (name: string, text: string) => Promise<void>;
    /** For commands that run in it. */
    readonly where: { readonly cwd: string; readonly env: Record<string, string> };
    readonly remove: () => Promise<void>;
}

/** A folder with `key`, `known_hosts` and `ssh_config` for the hosts; keys of hosts are checked, as our provider does. */
export async function workFolder({ privateKey, knownHosts }: BenchHosts): Promise<WorkFolder> {
    const folder = await mkdtemp(join(tmpdir(), "peers-"));
    const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text, { mode: 0o600 });
    await write("key", privateKey);
    await write("known_hosts", knownHosts);
    await write(
        "ssh_config",
        "User core\nIdentityFile key\nIdentitiesOnly yes\nUserKnownHostsFile known_hosts\nBatchMode yes\n",
    );
    return {
        write,
        where: { cwd: folder, env: { PATH: process.env["PATH"] ?? "", HOME: folder, LANG: "C.UTF-8" } },
        remove: () => rm(folder, { recursive: true }),
    };
}

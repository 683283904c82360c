// Runs the wrapper under bash. It names rkt by its whole path, so a copy names a recording stand-in in that one place.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wrapperText } from "../../provider/coreos/wrapper";

export interface Run {
    readonly pid: number;
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
    /** Arguments of rkt; undefined: it never ran. */
    readonly argv: readonly string[] | undefined;
    /** Environment of rkt. */
    readonly env: readonly string[] | undefined;
    readonly rktPid: number;
    /** Arguments of mkdir; undefined: it never ran. */
    readonly mkdir: readonly string[] | undefined;
}

/** One run; undefined takes a variable away. The text may be put through another function first. */
export function runWrapper(
    rktVersion: string,
    env: Readonly<Record<string, string | undefined>>,
    args: readonly string[],
    through: (text: string) => string = (text) => text,
): Run {
    const root = mkdtempSync(join(tmpdir(), "wrapper-"));
    try {
        const [bin, said] = [join(root, "bin"), join(root, "said")];
        mkdirSync(bin);
        mkdirSync(said);
        const file = (name: string, text: string): string => {
            const path = join(root, name);
            writeFileSync(path, text);
            chmodSync(path, 0o755);
            return path;
        };
        const rkt = file("bin/rkt", standIn(said, "rkt", "RKT_STATUS"));
        // The real one would make folders on the machine of the test.
        file("bin/mkdir", standIn(said, "mkdir", "MKDIR_STATUS"));
        const parts = through(wrapperText(rktVersion)).split("/usr/bin/rkt");
        if (parts.length !== 2) throw new Error(`the wrapper names rkt ${parts.length - 1} times`);
        const wrapper = file("kubelet-wrapper", parts.join(rkt));
        const { pid, status, stdout, stderr } = spawnSync(wrapper, args, {
            cwd: root,
            encoding: "utf8",
            env: { PATH: `${bin}:/usr/bin:/bin`, KUBELET_VERSION: "v1.3.4_coreos.0", ...env },
        });
        const words = (name: string): readonly string[] | undefined => {
            const path = join(said, name);
            return existsSync(path) ? readFileSync(path, "utf8").split("\0").slice(0, -1) : undefined;
        };
        const [rktPid = "0"] = words("rkt.pid") ?? [];
        return {
            ...{ pid, status, stdout, stderr },
            ...{ argv: words("rkt"), env: words("rkt.env"), rktPid: Number(rktPid), mkdir: words("mkdir") },
        };
    } finally {
        rmSync(root, { recursive: true });
    }
}

function standIn(said: string, name: string, status: string): string {
    return [
        "#!/bin/bash",
        `for word in "$@"; do printf '%s\\0' "$word"; done >'${said}/${name}'`,
        `printf '%s\\0' "$$" >'${said}/${name}.pid'`,
        `env -0 >'${said}/${name}.env'`,
        `exit "\${${status}-0}"`,
        "",
    ].join("\n");
}

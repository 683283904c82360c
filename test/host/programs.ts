// The programs that run on the hosts, in a scratch folder that stands for one.
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

const PROGRAMS = join(__dirname, "../../provider/host/programs");

export interface ScratchHost {
    /** Where a path of the host is. */
    readonly at: (path: string) => string;
    /** Runs a script on it, with those programs loaded; what lies in the host's /bin goes before the machine's own tools. */
    readonly bash: (programs: readonly string[], script: string) => SpawnSyncReturns<string>;
}

/** A host of files alone, an empty one for each test of the file. */
export function scratchHost(): ScratchHost {
    let root: string;
    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), "scratch-host-"));
    });
    afterEach(() => rmSync(root, { recursive: true }));
    return {
        at: (path) => join(root, path),
        bash: (programs, script) => {
            const load = programs.map((name) => `. ${PROGRAMS}/${name}.sh`);
            const env = { ...process.env, PATH: `${root}/bin:${process.env["PATH"] ?? ""}`, PCK_ROOT: root };
            return spawnSync("bash", ["-c", [...load, script].join("; ")], { encoding: "utf8", env });
        },
    };
}

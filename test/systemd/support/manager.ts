import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = "/lib/systemd/systemd";
const NOBODY = 65534;

/** What systemd made of a unit: `Environment=` as it stands, commands as words before `$` is expanded. */
export interface Read {
    readonly environment: readonly string[];
    readonly commands: readonly (readonly string[])[];
}

/** Why systemd cannot be asked here; undefined where it can. In CI it must, so there a lack is a failure. */
export function systemdIsMissing(): string | undefined {
    return process.env["CI"] === undefined && !existsSync(PROGRAM) ? `there is no ${PROGRAM}` : undefined;
}

/** Has systemd's own manager load service units in its test mode, which dumps what it has read; in the order given. */
export function readBySystemd(units: readonly string[]): readonly Read[] {
    const folder = mkdtempSync(join(tmpdir(), "read-back-"));
    try {
        const dump = dumpOf(folder, units);
        const sections = dump.split("\t-> Unit ");
        return units.map((_, index) => {
            const section = sections.find((each) => each.startsWith(`s${index}.service:`));
            if (section === undefined)
                throw new Error(`systemd has not loaded unit ${index} of:\n${dump.slice(0, 2000)}`);
            return {
                environment: after(section, "\t\tEnvironment: "),
                commands: after(section, "\t\t\tCommand Line: ").map(wordsOfDump),
            };
        });
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function dumpOf(folder: string, units: readonly string[]): string {
    const runtime = join(folder, "run");
    chmodSync(folder, 0o755);
    mkdirSync(runtime);
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    const wants = units.map((_, index) => `Wants=s${index}.service\n`).join("");
    write("all.target", `[Unit]\nDefaultDependencies=no\n${wants}`);
    for (const name of ["basic.target", "shutdown.target"]) write(name, "[Unit]\nDefaultDependencies=no\n");
    units.forEach((text, index) => write(`s${index}.service`, text));
    // The test mode refuses root.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(runtime, NOBODY, NOBODY);
    const { status, stdout, stderr, error } = spawnSync(PROGRAM, ["--user", "--test", "--unit=all.target"], {
        env: { XDG_RUNTIME_DIR: runtime, HOME: runtime, SYSTEMD_UNIT_PATH: folder, SYSTEMD_LOG_TARGET: "console" },
        encoding: "utf8",
        maxBuffer: 1 << 28,
        ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    if (status !== 0) throw new Error(`systemd ended with ${status}: ${error?.message ?? ""}${stderr}`);
    return stdout;
}

function after(section: string, start: string): readonly string[] {
    return section.split("\n").flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : []));
}

/** The dump quotes words for a shell, for which white space beyond ASCII is none, and writes control characters as C does. */
function wordsOfDump(line: string): readonly string[] {
    return [...line.matchAll(/(?:\$?"((?:[^"\\]|\\.)*)"|((?:[^ "\\]|\\.)+))(?: |$)/gsu)].map(([, quoted, plain]) =>
        (quoted ?? plain ?? "").replace(/\\(.)/gsu, (_, char: string) => ({ t: "\t", n: "\n" })[char] ?? char),
    );
}

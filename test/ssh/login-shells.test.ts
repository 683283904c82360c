// What runs our commands is the login shell of the user, whichever that is: sshd gives it the whole command by -c.
// Source: openssh-portable session.c, do_child.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerChannel } from "ssh2";
import { describe, expect, it, onTestFinished } from "vitest";
import { openRootShell } from "../../provider/host/root-shell";
import { connectionOf } from "../../provider/spec/connection";
import { allLines, dialTest, KNOWN } from "./support/dialling";
import { startServer } from "./support/server";

// Those that every machine of CI has, and others where they are.
const PROMISED = ["bash", "dash", "tcsh", "zsh"];
const isThere = (name: string): boolean => spawnSync(name, ["-c", "exit 0"]).status === 0;
const SHELLS = [
    ...PROMISED.filter((name) => process.env["CI"] !== undefined || isThere(name)),
    ...["fish", "mksh", "ksh"].filter(isThere),
];

const PASSWORD = `it's "all" $HOME \\n !! \`x\` %s`;

/** Runs what it is given; with a password it asks as sudo does, takes its line and no byte more, and refuses a wrong one. */
const SUDO = `#!/bin/bash
if [[ $1 == -n ]]; then
    [[ $SUDO_ASKS == no ]] || { echo "sudo: a password is required" >&2; exit 1; }
    shift
else
    [[ $1 == -S && $2 == -p && $3 == "" ]] || { echo "sudo: what is $*?" >&2; exit 1; }
    IFS= read -r password
    [[ $password == "$SUDO_PASSWORD" ]] || { echo "sudo: wrong password" >&2; exit 1; }
    shift 3
fi
exec "$@"
`;

/** A server whose user has this login shell, and a greeting in its start-up files. */
async function serverWith(shell: string, asks: boolean): Promise<number> {
    const home = mkdtempSync(join(tmpdir(), "login-shell-"));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    mkdirSync(join(home, "bin"));
    writeFileSync(join(home, "bin/sudo"), SUDO, { mode: 0o755 });
    for (const name of [".cshrc", ".zshenv"]) writeFileSync(join(home, name), "echo welcome\n");
    const env = {
        HOME: home,
        PATH: `${home}/bin:${process.env["PATH"] ?? ""}`,
        SUDO_ASKS: asks ? "yes" : "no",
        SUDO_PASSWORD: PASSWORD,
    };
    const onExec = (command: string, channel: ServerChannel): void => {
        const child = spawn(shell, ["-c", command], { cwd: home, env });
        channel.pipe(child.stdin).on("error", () => undefined);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.on("close", (code) => {
            channel.exit(code ?? 1);
            channel.end();
        });
    };
    return (await startServer({ onExec })).port;
}

const PROGRAM =
    "f() { local IFS=,; printf '%s\\n' \"bash ${BASH_VERSINFO[0]:+is} $0\" \"$*\"; }; f 'a b' '$c' \"it's\"\n";

describe.each(SHELLS)("%s", (shell) => {
    it.each<[what: string, user: string, sudoPassword: string | undefined, asks: boolean]>([
        ["root's own", "root", undefined, false],
        ["a sudo that asks for nothing", "core", undefined, false],
        ["a sudo that asks for the password", "core", PASSWORD, true],
        ["a sudo that has no need of the password", "core", PASSWORD, false],
    ])("becomes a bash by %s", async (_what, user, sudoPassword, asks) => {
        const args = { port: await serverWith(shell, asks), ...KNOWN, user };
        const { session } = await dialTest(args);
        const connection = connectionOf({ host: "n", user, ...(sudoPassword !== undefined && { sudoPassword }) });
        const channel = await openRootShell(session, connection);
        channel.write(PROGRAM);
        channel.write("cat </dev/null; echo; exit 7\n");
        const lines = await allLines(channel);
        expect([lines.filter((line) => line !== "welcome"), channel.stderr()]).toEqual([
            ["bash is bash", "a b,$c,it's", ""],
            "",
        ]);
        expect(await channel.closed).toEqual({ code: 7, signal: undefined });
    });

    it("says why there is no root shell", async () => {
        const { session } = await dialTest({ port: await serverWith(shell, true), ...KNOWN });
        const channel = await openRootShell(session, connectionOf({ host: "n" }));
        await allLines(channel);
        expect(channel.stderr()).toBe("sudo: a password is required\n");
        expect((await channel.closed).code).toBe(1);
    });
});

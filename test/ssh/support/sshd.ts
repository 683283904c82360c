import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { closedPort } from "./door";

const SSHD = "/usr/sbin/sshd";

/** In CI a machine without sshd must fail, so the tests run there whatever is missing. */
export const HAS_SSHD = existsSync(SSHD) || process.env["CI"] !== undefined;

export interface Sshd {
    readonly port: number;
    readonly user: string;
    /** Temporary folder of its own. */
    readonly folder: string;
    /** Type to public host key in authorized_keys form. */
    readonly hostKeys: Readonly<Record<string, string>>;
    /** What it has said so far. */
    log(): string;
    /** Ends it and resolves when it is gone, folder and all. */
    stop(): Promise<void>;
}

/** A real sshd on loopback with its own config, host keys and authorized_keys; the caller stops it. */
export async function startSshd(authorized: readonly string[], settings: readonly string[] = []): Promise<Sshd> {
    if (!existsSync(SSHD)) {
        throw new Error(`${SSHD} is missing: apt-get install openssh-server`);
    }
    const folder = mkdtempSync(join(tmpdir(), "sshd-"));
    const port = await closedPort();
    const { username: user, uid } = userInfo();
    if (uid === 0) {
        // Debian's sshd wants this empty folder; its service would make it.
        mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    }
    const types = ["ed25519", "ecdsa", "rsa"];
    const hostKeys = Object.fromEntries(types.map((type) => [type, keygen(type, join(folder, `host_${type}`))]));
    writeFileSync(join(folder, "authorized_keys"), authorized.map((key) => `${key}\n`).join(""), { mode: 0o600 });
    const config = [
        `Port ${String(port)}`,
        "ListenAddress 127.0.0.1",
        ...types.map((type) => `HostKey ${folder}/host_${type}`),
        `AuthorizedKeysFile ${folder}/authorized_keys`,
        "PidFile none",
        "UsePAM no",
        "StrictModes no",
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        ...settings,
        "",
    ].join("\n");
    writeFileSync(join(folder, "config"), config);
    const daemon = spawn(SSHD, ["-D", "-e", "-f", join(folder, "config")], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    daemon.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    daemon.on("error", (error) => (said += error.message));
    const stop = async (): Promise<void> => {
        const isGone = daemon.exitCode !== null || once(daemon, "exit");
        daemon.kill();
        await isGone;
        rmSync(folder, { recursive: true });
    };
    try {
        await listening(port, () => said);
    } catch (error) {
        await stop();
        throw error;
    }
    return { port, user, folder, hostKeys, log: () => said, stop };
}

function keygen(type: string, path: string): string {
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", path]);
    return execFileSync("ssh-keygen", ["-y", "-f", path], { encoding: "utf8" }).trim();
}

async function listening(port: number, said: () => string): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
        const isOpen = await new Promise<boolean>((resolve) => {
            const socket = connect(port, "127.0.0.1");
            socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
            socket.on("connect", () => socket.destroy());
        });
        if (isOpen) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`sshd does not listen: ${said()}`);
}

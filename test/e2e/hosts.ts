// The two kinds of host on which every scene is played.
import { beforeAll, describe, onTestFinished } from "vitest";
import { simulatedHost } from "../../provider/testing";
import type { ScriptResult } from "../../provider/testing/options";
// With the ending, or vite would take the shell program of the same name.
import { bed, hostsCanRun, type Bed, type BedHost, type BedRelease } from "../hosts/bed.js";
import { CLI_TIMEOUT, cliFolder } from "./cli";

/** A tag whose kubelet ends at once. */
export const BAD = "v1.4.0_coreos.0";

export interface HostOptions {
    readonly release?: BedRelease;
    /** Opens the account to this password too. */
    readonly password?: string;
}

/** How often somebody was there. */
export interface Visits {
    readonly tcpConnections: number;
    readonly logins: number;
    readonly channels: number;
}

/** What scenes need of a host. */
export interface Host {
    readonly connection: {
        readonly host: string;
        readonly port: number;
        readonly user: string;
        readonly privateKey?: string;
    };
    /** The host's public key: `ssh-ed25519 AAAA…`. */
    hostKey(): Promise<string>;
    /** Presents another key from now on. */
    changeHostKey(): Promise<void>;
    /** It is off, and stays so. */
    lose(): Promise<void>;
    /** Runs a bash script there, not over SSH. The host's files are below `$PCK_ROOT`, which may be empty. */
    run(script: string): Promise<ScriptResult>;
    visits(): Promise<Visits>;
}

export interface HostKind {
    /** A host that is gone when the test is. */
    readonly host: (options?: HostOptions) => Promise<Host>;
}

export type Scenes = (kind: HostKind) => void;

/** Plays scenes on hosts that provider/testing simulates. */
export function onSimulatedHosts(scenes: Scenes): void {
    describe("on simulated hosts", () => {
        beforeAll(cliFolder, CLI_TIMEOUT);
        scenes({ host: simulated });
    });
}

/** Plays scenes on hosts of a bed, each with a systemd and an sshd of its own. */
export function onRealHosts(scenes: Scenes): void {
    const reason = hostsCanRun();
    describe.skipIf(reason !== undefined)(
        `on hosts with a real systemd${reason === undefined ? "" : `: ${reason}`}`,
        () => {
            let hosts: Bed;
            let count = 0;
            beforeAll(cliFolder, CLI_TIMEOUT);
            beforeAll(async () => {
                hosts = await bed();
                return () => hosts.destroy();
            }, 300_000);
            scenes({ host: (options) => real(hosts, `h${++count}`, options) });
        },
    );
}

/** A simulated host that is gone when the test is; the image {@link BAD} crashes. */
export async function simulated(options: HostOptions = {}): Promise<Host> {
    const made = await simulatedHost({ images: { [BAD]: "crashes" }, ...options });
    onTestFinished(() => made.stop());
    return {
        connection: made.connection,
        hostKey: () => Promise.resolve(made.hostKey),
        changeHostKey: () => {
            made.changeHostKey();
            return Promise.resolve();
        },
        lose: () => made.stop(),
        run: (script) => made.run(script),
        visits: () => Promise.resolve(made.counters),
    };
}

async function real(hosts: Bed, name: string, { release, password }: HostOptions = {}): Promise<Host> {
    const made = await hosts.up(name, release);
    onTestFinished(() => made.down());
    await made.setImage(BAD, "crashes");
    await ask(made, "echo nameserver 127.0.0.1 >/etc/resolv.conf");
    if (password !== undefined) {
        await ask(made, "sed -i 's/^PasswordAuthentication no/PasswordAuthentication yes/' /etc/ssh/sshd_config");
        await ask(made, `echo 'core:${password}' | chpasswd`);
    }
    const key = "/etc/ssh/ssh_host_ed25519_key";
    // The bed itself logs in to see that a host is up.
    const before = await visitsOf(made);
    return {
        connection: made.connection,
        hostKey: async () => (await ask(made, `cut -d' ' -f1,2 ${key}.pub`)).trim(),
        changeHostKey: async () => {
            await ask(made, `rm ${key}; ssh-keygen -q -t ed25519 -N '' -f ${key}`);
        },
        lose: () => made.powerCut(),
        run: (script) => made.inside(script),
        visits: async () => {
            const now = await visitsOf(made);
            return {
                tcpConnections: now.tcpConnections - before.tcpConnections,
                logins: now.logins - before.logins,
                channels: now.channels - before.channels,
            };
        },
    };
}

/** As systemd, sshd and sudo tell of them: each of our channels is one sudo. */
async function visitsOf(host: BedHost): Promise<Visits> {
    const script = `
        systemctl show -p NAccepted sshd.socket | cut -d= -f2
        journalctl --sync
        journalctl -b -q --no-pager -o cat -t sshd | grep -c 'sshd:session): session opened'
        journalctl -b -q --no-pager -o cat -t sudo | grep -c 'COMMAND=.*bash -s'
        true`;
    const [tcpConnections = NaN, logins = NaN, channels = NaN] = (await ask(host, script))
        .trim()
        .split("\n")
        .map(Number);
    return { tcpConnections, logins, channels };
}

async function ask(host: BedHost, script: string): Promise<string> {
    const { code, stdout, stderr } = await host.inside(script);
    if (code !== 0) throw new Error(`${host.name}: ${script}: status ${code}: ${stderr}`);
    return stdout;
}

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyPairIn } from "./keys";
import { readKubeletLog } from "./kubelet-log";
import type {
    Behaviour,
    Counters,
    JournalEvent,
    KubeletStart,
    ScriptResult,
    SimulatedConnection,
    SimulatedHostOptions,
} from "./options";
import { killUntilGone, processesWith, sessionMembers } from "./processes";
import { forgetAtExit, tidyAtExit } from "./at-exit";
import { releaseFacts } from "./releases";
import { forgetRun, freshRun, furnish, installSystem, writeImages } from "./root";
import { Shells } from "./shell";
import { Sshd } from "./sshd";
import type { Answer } from "./systemd/answer";
import { closeControl, openControl } from "./systemd/control";
import { Manager } from "./systemd/manager";
import { systemctl } from "./systemd/systemctl";
import { analyze } from "./systemd/verify";
import { Link } from "./wire";

/**
 * Makes a host that looks like CoreOS over SSH, and boots it. Nothing of it needs root or another machine: an SSH server on
 * a loopback port whose commands are run by the real shell in a folder of their own, with stand-ins for rkt, systemd, sudo
 * and the kubelet. Call {@link SimulatedHost.stop} when done; a process that exits without it is tidied up after, one that
 * is killed is not.
 *
 * @throws Error elsewhere than on Linux.
 */
export async function simulatedHost(options: SimulatedHostOptions = {}): Promise<SimulatedHost> {
    if (process.platform !== "linux") {
        throw new Error(
            `a simulated host needs Linux (its processes are watched through /proc); this is ${process.platform}`,
        );
    }
    const host = new SimulatedHost(options);
    try {
        await host.boot();
    } catch (error) {
        await host.stop();
        throw error;
    }
    return host;
}

/** One simulated host; made by {@link simulatedHost}. */
export class SimulatedHost {
    /** Folder that stands for the host's `/`. */
    readonly root: string;
    /** What the network has seen. */
    readonly counters: Counters = { tcpConnections: 0, logins: 0, channels: 0, forwarded: 0, bytesIn: 0, bytesOut: 0 };
    readonly #options: SimulatedHostOptions;
    readonly #word = randomBytes(12).toString("hex");
    readonly #images: Map<string, Behaviour>;
    readonly #journal: JournalEvent[] = [];
    readonly #earlierStarts: KubeletStart[] = [];
    readonly #environment: Readonly<Record<string, string>>;
    readonly #shells: Shells;
    readonly #link: Link;
    readonly #sshd: Sshd;
    readonly #privateKey: string | undefined;
    #release: string;
    #hostKey: string;
    #manager: Manager | undefined;
    #refusing = false;
    #stopped = false;

    /** Lays out the host's files; {@link boot} brings it up. */
    constructor(options: SimulatedHostOptions) {
        this.#options = options;
        this.#release = options.release ?? "1185.3.0";
        this.root = rootFolder(options);
        tidyAtExit(this, () => ({
            marker: this.#marker,
            folder: options.folder === undefined ? this.root : undefined,
        }));
        furnish(this.root);
        const machineId = join(this.root, "etc/machine-id");
        if (options.machineId !== undefined || !existsSync(machineId)) this.changeMachineId(options.machineId);
        this.#images = new Map(Object.entries(options.images ?? {}));
        writeImages(this.root, this.#images);
        writeFileSync(join(this.root, "etc/stand-in/sudo"), `${options.sudo ?? "nopasswd"}\n`);
        const hostKeys = keyPairIn(join(this.root, "etc/ssh/ssh_host_ed25519_key"));
        this.#hostKey = hostKeys.public;
        const own =
            options.authorizedKeys === undefined ? keyPairIn(join(this.root, "home/core/.ssh/id_ed25519")) : undefined;
        this.#privateKey = own?.private;
        const home = join(this.root, "home/core");
        const user = options.user ?? "core";
        this.#environment = {
            PATH: `${this.root}/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
            LANG: "C.UTF-8",
            PCK_ROOT: this.root,
            PCK_HOST: this.#word,
        };
        const login = { HOME: home, USER: user, LOGNAME: user, SHELL: "/bin/bash" };
        this.#shells = new Shells(home, { ...this.#environment, ...login });
        this.#link = new Link(options.latency ?? 0);
        const rules = {
            user,
            authorizedKeys: options.authorizedKeys ?? [own?.public ?? ""],
            password: options.password,
            jump: options.jump ?? true,
            banner: options.banner,
        };
        this.#sshd = new Sshd(rules, this.#shells, this.#link, this.counters, hostKeys.private, options.port ?? 0);
    }

    /** How to log in. */
    get connection(): SimulatedConnection {
        const { password } = this.#options;
        return {
            host: "127.0.0.1",
            port: this.#sshd.port,
            user: this.#options.user ?? "core",
            ...(this.#privateKey === undefined ? {} : { privateKey: this.#privateKey }),
            ...(password === undefined ? {} : { password }),
        };
    }

    /** The host's public key as in authorized_keys: `ssh-ed25519 AAAA…`. */
    get hostKey(): string {
        return this.#hostKey;
    }

    /** /etc/machine-id. */
    get machineId(): string {
        return readFileSync(join(this.root, "etc/machine-id"), "utf8").trim();
    }

    /** Milliseconds that the network takes, one way; a new value holds for what is sent from now on. */
    get latency(): number {
        return this.#link.latency;
    }

    set latency(milliseconds: number) {
        this.#link.latency = milliseconds;
    }

    /** Sets how the kubelet of an image tag behaves when it is fetched or started the next time. */
    setImage(tag: string, behaviour: Behaviour): void {
        this.#images.set(tag, behaviour);
        writeImages(this.root, this.#images);
    }

    /** What happened to the units so far, over all boots. */
    journal(): readonly JournalEvent[] {
        return [...this.#journal];
    }

    /** Every start of a kubelet so far, over all boots. */
    kubeletStarts(): readonly KubeletStart[] {
        return [...this.#earlierStarts, ...readKubeletLog(this.root)];
    }

    /** Runs a bash script on the host as its user, without SSH, until nothing holds its outputs any more. */
    run(script: string): Promise<ScriptResult> {
        return this.#shells.run(script);
    }

    /** What `systemctl ARGS…` on the host does, without starting a process for it. */
    async systemctl(...words: string[]): Promise<ScriptResult> {
        const answer = await this.#answer("systemctl", words);
        return { code: answer.code, stdout: answer.out, stderr: answer.err };
    }

    /** The plug is pulled: every process dies at once, connections break, /run is lost, dials are refused. */
    async powerCut(): Promise<void> {
        this.#note("-", "power-cut");
        await this.#off();
    }

    /**
     * Boots a host that is off: new boot id, the units of sysinit.target and multi-user.target, then sshd.
     *
     * @throws Error where it is on, or stopped for good.
     */
    async boot(options: { readonly release?: string } = {}): Promise<void> {
        if (this.#manager !== undefined || this.#stopped) throw new Error("the host is running, or stopped for good");
        this.#release = options.release ?? this.#release;
        const release = releaseFacts(this.#release);
        installSystem(this.root, release, this.#options.rkt ?? release.rkt);
        await freshRun(this.root);
        const port = await openControl(this.#word, (program, words) => this.#answer(program, words));
        writeFileSync(join(this.root, "etc/stand-in/control"), `${port} ${this.#word}\n`);
        this.#note("-", "boot");
        this.#manager = new Manager({
            root: this.root,
            systemd: release.systemd,
            environment: this.#environment,
            note: (unit, event, detail) => this.#note(unit, event, detail),
        });
        await this.#manager.boot();
        if (!this.#refusing) await this.#sshd.listen();
    }

    /** Stops all units in order, goes down, and boots again, perhaps as another release. */
    async reboot(options: { readonly release?: string } = {}): Promise<void> {
        this.#sshd.close();
        await this.#manager?.stopAll();
        this.#note("-", "reboot");
        await this.#off();
        await this.boot(options);
    }

    /** Every SSH connection breaks; the next one is welcome. */
    cutLinks(): void {
        this.#sshd.drop();
    }

    /** Nothing that is sent arrives, either way, until switched off; a TCP dial still connects, but hears nothing. */
    blackHole(on: boolean): void {
        this.#link.hold(on);
    }

    /** Dials are refused as if nobody listened; connections that exist stay. */
    async refuseDials(on: boolean): Promise<void> {
        this.#refusing = on;
        if (on) this.#sshd.close();
        else if (this.#manager !== undefined) await this.#sshd.listen();
    }

    /** The host presents another key from now on. Gives it back as a line of authorized_keys. */
    changeHostKey(): string {
        const pair = keyPairIn(join(this.root, "etc/ssh/ssh_host_ed25519_key"), true);
        this.#hostKey = pair.public;
        this.#sshd.changeHostKey(pair.private);
        return pair.public;
    }

    /** Another machine answers at this address. */
    changeMachineId(machineId = randomBytes(16).toString("hex")): void {
        writeFileSync(join(this.root, "etc/machine-id"), `${machineId}\n`);
    }

    /** The host is gone: processes, port, and the folder unless it was given. */
    async stop(): Promise<void> {
        if (this.#stopped) return;
        this.#stopped = true;
        await this.#off();
        await closeControl(this.#word);
        forgetAtExit(this);
        if (this.#options.folder === undefined) await rm(this.root, { recursive: true, force: true });
    }

    get #marker(): string {
        return `PCK_HOST=${this.#word}`;
    }

    async #off(): Promise<void> {
        this.#sshd.close();
        this.#sshd.drop();
        this.#manager?.halt();
        this.#manager = undefined;
        await killUntilGone(() => [...sessionMembers(this.#shells.sessions), ...processesWith(this.#marker)]);
        this.#earlierStarts.push(...readKubeletLog(this.root));
        await forgetRun(this.root);
    }

    async #answer(program: string, words: readonly string[]): Promise<Answer> {
        const manager = this.#manager;
        if (manager === undefined) return { code: 1, out: "", err: "Failed to connect to bus: the host is off\n" };
        if (program === "systemd-analyze") return analyze(manager.machine, words);
        return manager.alive(systemctl(manager, words));
    }

    #note(unit: string, event: string, detail?: string): void {
        this.#journal.push({ time: Date.now(), unit, event, ...(detail === undefined ? {} : { detail }) });
    }
}

function rootFolder({ folder, fresh }: SimulatedHostOptions): string {
    if (folder === undefined) return realpathSync(mkdtempSync(join(tmpdir(), "pck-host-")));
    if (fresh === true) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    return realpathSync(folder);
}

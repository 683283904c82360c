import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Behaviour, ScriptResult } from "../../provider/testing/options";

/** How to log in to a host of the bed; the names of `connection` of KubeletService. */
export interface BedConnection {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly privateKey: string;
}

/** Releases of a bed whose rkt can run a kubelet. */
export const BED_RELEASES = ["899.17.0", "1185.3.0", "1298.7.0", "1409.2.0", "1745.7.0", "2514.1.0"] as const;

/** Suites of Debian that hosts can be made of, and the systemd that they bring; the first is the machine's own. */
export const BED_SUITES = [
    { suite: "", systemd: "252" },
    { suite: "bullseye", systemd: "247" },
] as const;

export type BedSuite = (typeof BED_SUITES)[number]["suite"];

/** Releases that a host of a bed can look like. */
export type BedRelease = (typeof BED_RELEASES)[number] | "835.13.0";

/**
 * Why hosts with a real systemd cannot be had here, in plain words; undefined when they can. In CI (`CI=true`) they
 * must: there a bed that does not start is a failure, never a skip.
 */
export function hostsCanRun(): string | undefined {
    if (process.env["CI"] === "true") return undefined;
    if (process.platform !== "linux") return `hosts with a real systemd need Linux; this is ${process.platform}`;
    if (process.getuid?.() !== 0) return "hosts with a real systemd need root, for mounts and network name spaces";
    if (!existsSync("/usr/bin/apt-get")) return "hosts with a real systemd are made with apt, on Debian or Ubuntu";
    return undefined;
}

/** Makes the root tree that all hosts share (20 s on a new machine) and gives an empty bed. End it with `destroy`. */
export async function bed(suite: BedSuite = ""): Promise<Bed> {
    const made = new Bed(suite);
    await made.run("build");
    // Beds of test runs that were killed.
    await made.run("sweep");
    return made;
}

let beds = 0;

/** A subnet of hosts of this process; made by {@link bed}. */
export class Bed {
    /** Everything that a running bed writes. */
    readonly folder = join(tmpdir(), `coreos-bed-${process.pid}-${beds}`);
    /** Names of the bed's network interfaces, name spaces and cgroups begin with this. */
    readonly tag = `b${process.pid.toString(36)}${(beds++).toString(36)}`;
    readonly #atExit = (): void => {
        spawnSync(PROGRAM, ["destroy"], { env: this.#environment, stdio: "ignore" });
    };

    constructor(readonly suite: BedSuite) {
        process.on("exit", this.#atExit);
    }

    /** Makes a host and waits until it takes log-ins and its boot is over. Several at once are welcome. */
    async up(name: string, release: BedRelease = "1185.3.0"): Promise<BedHost> {
        await this.run("up", `${name}:${release}`);
        return new BedHost(this, name);
    }

    /** All hosts, their disks, network and keys are gone. */
    async destroy(): Promise<void> {
        await this.run("destroy");
        process.off("exit", this.#atExit);
    }

    /** Calls test/hosts/bed for this bed. Fails with what it said. */
    async run(...words: string[]): Promise<string> {
        const { code, stdout, stderr } = await run(PROGRAM, words, { env: this.#environment });
        if (code !== 0) throw new Error(`bed ${words.join(" ")} ended with ${code}:\n${stderr}${stdout}`);
        return stdout;
    }

    get #environment(): NodeJS.ProcessEnv {
        return {
            ...process.env,
            TB_DIR: this.folder,
            TB_TAG: this.tag,
            TB_OWNER: `${process.pid}`,
            TB_NET: "",
            TB_SUITE: this.suite,
        };
    }
}

/** One host of a bed; made by {@link Bed.up}. */
export class BedHost {
    readonly connection: BedConnection;
    /** The host's public key: `ssh-ed25519 AAAA…`. */
    readonly hostKey: string;
    readonly #bed: Bed;
    readonly #folder: string;
    readonly #images = new Map<string, Behaviour>();

    constructor(
        bed: Bed,
        readonly name: string,
    ) {
        this.#bed = bed;
        this.#folder = join(bed.folder, "hosts", name);
        const read = (file: string): string => readFileSync(join(this.#folder, file), "utf8").trim();
        const host = read("address");
        this.connection = { host, port: 22, user: "core", privateKey: readFileSync(join(bed.folder, "id"), "utf8") };
        this.hostKey = read("known_hosts").slice(host.length + 1);
    }

    /** Runs a bash script on the host as root, over ssh and sudo. 255 may be ssh's own: no connection. */
    exec(script: string, options: { readonly timeout?: number } = {}): Promise<ScriptResult> {
        const words = ["-F", join(this.#folder, "ssh_config"), this.connection.host, "sudo -n bash -s"];
        return run("ssh", words, { input: script, timeout: options.timeout ?? 60_000 });
    }

    /** Runs a bash script on the host as core, over ssh. */
    type(script: string): Promise<ScriptResult> {
        const words = ["-F", join(this.#folder, "ssh_config"), this.connection.host, "bash -s"];
        return run("ssh", words, { input: script, timeout: 60_000 });
    }

    /** Sets how the kubelet of an image tag behaves when it is fetched or started the next time. */
    async setImage(tag: string, behaviour: Behaviour): Promise<void> {
        this.#images.set(tag, behaviour);
        const lines = [...this.#images].map(([image, how]) => `'${image} ${how}'`);
        await this.#must(`printf '%s\\n' ${lines.join(" ")} >/etc/stand-in/images`);
    }

    /** What the journal has of this boot, with seconds of the monotonic clock. */
    async journal(): Promise<string> {
        return await this.#must("journalctl -b --no-pager -o short-monotonic");
    }

    /** Every process dies at once, and the network falls silent; the disk stays. */
    async powerCut(): Promise<void> {
        await this.#bed.run("power-cut", this.name);
    }

    /** Boots a host that is off; waits as {@link Bed.up} does. */
    async powerOn(): Promise<void> {
        await this.#bed.run("power-on", this.name);
    }

    /** Orderly; waits as {@link Bed.up} does. */
    async reboot(): Promise<void> {
        await this.#bed.run("reboot", this.name);
    }

    /** Pulls the network cable, or plugs it in again. Connections stay, until someone gives up. */
    async cable(state: "out" | "in"): Promise<void> {
        await this.#bed.run("cable", this.name, state);
    }

    /** Fills the disk to the last byte, or gives the room back. */
    async diskFull(full: boolean): Promise<void> {
        await this.#bed.run(full ? "disk-full" : "disk-free", this.name);
    }

    /** All processes stand still (a TCP dial still connects), or go on. */
    async freeze(frozen: boolean): Promise<void> {
        await this.#bed.run(frozen ? "freeze" : "thaw", this.name);
    }

    /** Runs a bash script on the host as root, without SSH. Fails while the host is off. */
    inside(script: string): Promise<ScriptResult> {
        const spaces = ["--mount", "--pid", "--net", "--uts", "--ipc"];
        return run("nsenter", ["--target", this.#init(), ...spaces, "bash"], { input: script });
    }

    /** Where a file of the host is for us, as long as it does not boot; its /run and /proc too. Fails while it is off. */
    path(file: string): string {
        return join("/proc", this.#init(), "root", file);
    }

    /** Our number of the host's PID 1. */
    #init(): string {
        const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
        const tree = mounts.map((line) => line.split(" ")).find(([, , type]) => type === "cgroup2")?.[1] ?? "";
        const file = join(tree, this.#bed.tag, this.name, "payload/init.scope/cgroup.procs");
        const [pid] = readFileSync(file, "utf8").split("\n");
        if (pid === undefined || pid === "") throw new Error(`${this.name} is off`);
        return pid;
    }

    /** Nothing that the host sends arrives, or does again. */
    async blackHole(on: boolean): Promise<void> {
        await this.#bed.run("black-hole", this.name, on ? "on" : "off");
    }

    /** Dials are refused, or welcome; connections that are there stay. */
    async refuse(on: boolean): Promise<void> {
        await this.#bed.run("refuse", this.name, on ? "on" : "off");
    }

    /** Every SSH connection ends at once; the next one is welcome. */
    async cutLinks(): Promise<void> {
        await this.#bed.run("cut-links", this.name);
    }

    /** sshd's socket is made anew, and its connections end. */
    async restartSshd(): Promise<void> {
        await this.#bed.run("restart-sshd", this.name);
    }

    /** The disk takes no write, or does again. */
    async readOnly(on: boolean): Promise<void> {
        await this.#bed.run("read-only", this.name, on ? "on" : "off");
    }

    /** The disk takes no further file, or does again. */
    async inodesFull(on: boolean): Promise<void> {
        await this.#bed.run("inodes-full", this.name, on ? "on" : "off");
    }

    /** The host's systemd stands still, or goes on. */
    async pid1(state: "busy" | "free"): Promise<void> {
        await this.#bed.run("pid1", this.name, state);
    }

    /** A round trip takes so much longer from now on, and some frames are lost. */
    async slow(milliseconds: number | "off", lossPercent = 0): Promise<void> {
        await this.#bed.run("slow", this.name, String(milliseconds), String(lossPercent));
    }

    /** The host and its disk are gone. */
    async down(): Promise<void> {
        await this.#bed.run("down", this.name);
    }

    async #must(script: string): Promise<string> {
        const { code, stdout, stderr } = await this.inside(script);
        if (code !== 0) throw new Error(`${this.name}: status ${code}: ${stderr}`);
        return stdout;
    }
}

const PROGRAM = join(__dirname, "bed");

interface RunOptions {
    readonly env?: NodeJS.ProcessEnv;
    readonly input?: string;
    readonly timeout?: number;
}

function run(program: string, words: readonly string[], options: RunOptions): Promise<ScriptResult> {
    const { env = process.env, input = "", timeout = 0 } = options;
    return new Promise((resolve, reject) => {
        const child = spawn(program, words, { env, timeout, killSignal: "SIGKILL" });
        let stdout = "";
        let stderr = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        child.on("error", reject);
        child.on("close", (code) => {
            if (code === null) reject(new Error(`${program} was ended, perhaps after ${timeout} ms:\n${stderr}`));
            else resolve({ code, stdout, stderr });
        });
        // A program that has ended does not read; its status says why.
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
    });
}

// Hosts with a real systemd on which every contender does the same job.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { bed, type Bed, type BedHost } from "../../hosts/bed.js";

/** Booting hosts take the processors from one another. */
const BOOTING_AT_ONCE = 6;

/** What one host tells after a contender was there. */
export interface HostFigures {
    readonly tcpConnections: number;
    readonly bytes: number;
    /** Seconds from the old kubelet's last active moment to the new one's first. */
    readonly downtime: number;
    /** That of the kubelet that runs; empty: none does. */
    readonly version: string;
}

/** So many hosts, whose links can be slowed. Python is in /opt, where operators of CoreOS put it for Ansible. */
export class BenchHosts {
    static async make(count: number): Promise<BenchHosts> {
        const made = await bed();
        const hosts: BedHost[] = [];
        for (let first = 0; first < count; first += BOOTING_AT_ONCE) {
            const names = Array.from({ length: Math.min(BOOTING_AT_ONCE, count - first) }, (_, at) => `h${first + at}`);
            hosts.push(...(await Promise.all(names.map((name) => made.up(name)))));
        }
        await inTurn(hosts, installPython);
        return new BenchHosts(made, hosts);
    }

    readonly #bed: Bed;

    private constructor(
        made: Bed,
        readonly hosts: readonly BedHost[],
    ) {
        this.#bed = made;
    }

    /** In the form of known_hosts. */
    get knownHosts(): string {
        return this.hosts.map(({ connection, hostKey }) => `${connection.host} ${hostKey}\n`).join("");
    }

    get privateKey(): string {
        return this.hosts[0]?.connection.privateKey ?? "";
    }

    async slow(milliseconds: number): Promise<void> {
        await inTurn(this.hosts, (host) => host.slow(milliseconds === 0 ? "off" : milliseconds));
    }

    /** As if no contender had ever been there; images that were fetched stay. */
    async clean(): Promise<void> {
        await inTurn(this.hosts, async (host) => {
            await ask(
                host,
                // The second takes back how often it was started: systemd refuses the sixth start within 10 s.
                `systemctl disable --now kubelet.service 2>/dev/null
                systemctl reset-failed kubelet.service 2>/dev/null
                rm -f /etc/systemd/system/kubelet.service /tmp/kubelet.service
                systemctl daemon-reload`,
            );
        });
    }

    /** What the first host last logged of its kubelet. */
    async journal(): Promise<string> {
        const [first] = this.hosts;
        return first === undefined ? "" : await ask(first, "journalctl --no-pager -u kubelet.service -n 40");
    }

    async figures(): Promise<HostFigures[]> {
        return await Promise.all(this.hosts.map(figuresOf));
    }

    async destroy(): Promise<void> {
        await this.#bed.destroy();
    }
}

async function figuresOf(host: BedHost): Promise<HostFigures> {
    const answer = await ask(
        host,
        `systemctl show -p NAccepted sshd.socket | cut -d= -f2
        awk '$1 == "eth0:" { print $2; print $10 }' /proc/net/dev
        systemctl show -p ActiveExitTimestampMonotonic -p ActiveEnterTimestampMonotonic kubelet.service | sort -r | cut -d= -f2
        ! systemctl is-active -q kubelet.service || grep -o 'v1[^ "]*_coreos.0' /etc/systemd/system/kubelet.service`,
    );
    const [accepted, received, sent, left, entered, version = ""] = answer.trim().split("\n");
    return {
        tcpConnections: Number(accepted),
        bytes: Number(received) + Number(sent),
        downtime: (Number(entered) - Number(left)) / 1e6,
        version,
    };
}

/** The machine's own, which hosts of the same suite can run. */
async function installPython(host: BedHost): Promise<void> {
    const script = `set -eu
        folder=$1/opt/python
        mkdir -p "$folder/bin" "$folder/lib"
        cp -L /usr/bin/python3 "$folder/bin/python3"
        library=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
        tar -C "$library/.." --exclude='config-*' --exclude=test -c "\${library##*/}" | tar -C "$folder/lib" -x`;
    await promisify(execFile)("bash", ["-c", script, "bash", host.path("/")]);
    await ask(host, "/opt/python/bin/python3 -c 'import json, zipfile, shlex'");
}

async function ask(host: BedHost, script: string): Promise<string> {
    const { code, stdout, stderr } = await host.inside(script);
    if (code !== 0) throw new Error(`${host.name}: ${script}: status ${code}: ${stderr}`);
    return stdout;
}

/** One host after another, so that the machine is not drowned. */
async function inTurn(hosts: readonly BedHost[], act: (host: BedHost) => Promise<void>): Promise<void> {
    for (const host of hosts) await act(host);
}

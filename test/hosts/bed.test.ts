import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "ssh2";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
// With the ending, or vite would take the shell program of the same name.
import { releaseFacts } from "../../provider/testing/releases";
import { bed, BED_RELEASES, BED_SUITES, hostsCanRun, type Bed, type BedHost } from "./bed.js";

const reason = hostsCanRun();

const UNIT = `[Service]
Environment=KUBELET_VERSION=v1.3.4_coreos.0
Environment="RKT_OPTS=--uuid-file-save=/var/run/kubelet-pod.uuid"
ExecStartPre=-/usr/bin/rkt rm --uuid-file=/var/run/kubelet-pod.uuid
ExecStart=/usr/lib/coreos/kubelet-wrapper --api-servers=http://127.0.0.1:8080 --register-node=false
ExecStop=-/usr/bin/rkt stop --uuid-file=/var/run/kubelet-pod.uuid
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
`;

const TEMPLATE = `[Service]
ExecStart=/bin/bash -c 'echo started %i >/run/probe-%i; exec sleep 1000'
ExecStopPost=-/bin/bash -c 'echo "$SERVICE_RESULT" >>/run/probe-%i'
`;

describe.skipIf(reason !== undefined)(`a bed of hosts${reason === undefined ? "" : `: ${reason}`}`, () => {
    let hosts: Bed;
    let host: BedHost;

    beforeAll(async () => {
        hosts = await bed();
        host = await hosts.up("h1", "1185.3.0");
        return () => hosts.destroy();
    }, 300_000);

    /** What a script prints; it must end well. */
    async function output(script: string, on = host): Promise<string> {
        const { code, stdout, stderr } = await on.exec(script);
        expect(code, stderr).toBe(0);
        return stdout.trim();
    }

    async function eventually(script: string, wanted: string | RegExp): Promise<void> {
        await expect.poll(() => output(script), { timeout: 60_000, interval: 100 }).toMatch(wanted);
    }

    const property = (name: string, unit = "kubelet"): Promise<string> =>
        output(`systemctl show -p ${name} ${unit} | cut -d= -f2-`);
    const bootId = (): Promise<string> => output("cat /proc/sys/kernel/random/boot_id");
    const healthz = "curl -fsS --max-time 2 http://127.0.0.1:10248/healthz 2>&1";

    /** Places a unit file whole, as it is. */
    async function place(path: string, text: string): Promise<void> {
        await output(`echo ${Buffer.from(text).toString("base64")} | base64 -d >${path}`);
    }

    async function startKubelet(): Promise<void> {
        await place("/etc/systemd/system/kubelet.service", UNIT);
        await output("systemctl daemon-reload && systemctl enable --quiet kubelet && systemctl restart kubelet");
        await eventually(`${healthz}; true`, /^ok$/);
    }

    test("lets core in with the key, by the host key it says it has", async () => {
        const client = new Client();
        const keys: string[] = [];
        client.connect({
            ...host.connection,
            hostVerifier: (key: Buffer) => keys.push(`ssh-ed25519 ${key.toString("base64")}`) > 0,
        });
        await once(client, "ready");
        client.end();
        expect(keys).toEqual([host.hostKey]);
    });

    test("makes core root by sudo without a password", async () => {
        expect(await output("id -un; printf '%s\\n' $SUDO_USER $SUDO_UID")).toBe("root\ncore\n500");
    });

    test("has a systemd of its own, with nothing failed", async () => {
        expect(await output("cat /proc/1/comm; systemctl is-system-running")).toBe("systemd\nrunning");
    });

    test("looks like CoreOS 1185.3.0", async () => {
        expect(await output(". /etc/os-release; echo $ID $VERSION_ID; rkt version | head -n 1")).toBe(
            "coreos 1185.3.0\nrkt Version: 1.14.0",
        );
        expect(
            await output("ls /usr/lib/coreos; ls -d /opt 2>&1; type perl apt-get dpkg 2>&1 | grep -vc 'not found'; :"),
        ).toBe("kubelet-wrapper\nls: cannot access '/opt': No such file or directory\n0");
    });

    test.each(BED_RELEASES)("a host of release %s shows what the simulation shows of it", async (release) => {
        const other = await hosts.up("other", release);
        onTestFinished(() => other.down());
        const { rkt, systemd, wrapper, osRelease } = releaseFacts(release);
        const said = await output(
            "grep -E '^(NAME|ID|VERSION_ID|PRETTY_NAME)=' /etc/os-release; rkt version; systemctl --version",
            other,
        );
        const names = osRelease.split("\n").filter((line) => /^(NAME|ID|VERSION_ID|PRETTY_NAME)=/.test(line));
        expect(said.split("\n")).toEqual(
            expect.arrayContaining([...names, `rkt Version: ${rkt}`, `systemd ${systemd}`]),
        );
        const stage = await output("grep -hos '^stage=.' /usr/lib/coreos/kubelet-wrapper; true", other);
        expect(stage).toBe(wrapper === undefined ? "" : `stage=${wrapper}`);
    });

    test("refuses what the systemd of its release did not have, and nothing else", async () => {
        const old = await hosts.up("old", "899.17.0");
        onTestFinished(() => old.down());
        const said = async (script: string, on: BedHost): Promise<string> => {
            const { code, stdout, stderr } = await on.exec(script);
            return `${code}: ${stdout}${stderr}`.trim();
        };
        const value = "systemctl show -p ActiveState --value sshd.socket";
        expect(await said(value, old)).toBe("1: systemctl: unrecognized option '--value'");
        expect(await said("systemctl start --wait sshd.socket", old)).toMatch(/^1: .* '--wait'$/);
        expect(await said("systemctl revert sshd.socket", old)).toBe("1: Unknown operation 'revert'.");
        expect(await said("systemd-run --wait true", old)).toBe("1: systemd-run: unrecognized option '--wait'");
        expect(await said("systemd-analyze --offline=1 verify x", old)).toMatch(/^1: .* '--offline'$/);
        const later = "systemctl show -p NRestarts,InvocationID,ActiveState sshd.socket";
        expect(await said(later, old)).toBe("0: ActiveState=active");
        // 231 is younger than --value, and older than NRestarts.
        expect(await said(value, host)).toBe("0: active");
        expect(await said(later, host)).toBe("0: ActiveState=active");
    });

    test.each(BED_SUITES)(
        "hosts of suite '$suite' run systemd $systemd",
        async ({ suite, systemd }) => {
            const others = await bed(suite);
            onTestFinished(() => others.destroy());
            const one = await others.up("one", "2514.1.0");
            const real = "/usr/lib/stand-in/systemd/systemctl --version | head -n 1; systemctl is-system-running";
            expect(await output(real, one)).toMatch(new RegExp(`^systemd ${systemd} .*\nrunning$`));
        },
        300_000,
    );

    test("has a /usr that root cannot write", async () => {
        const { code, stderr } = await host.exec("touch /usr/lib/x");
        expect([code, stderr]).toEqual([1, "touch: cannot touch '/usr/lib/x': Read-only file system\n"]);
    });

    test("gives back what a script prints and how it ends", async () => {
        expect(await host.exec("echo out; echo err >&2; exit 7")).toEqual({
            code: 7,
            stdout: "out\n",
            stderr: "err\n",
        });
    });

    test("a kubelet.service by the host's wrapper runs", async () => {
        await startKubelet();
        const pid = await property("MainPID");
        expect(await output(`tr '\\0' ' ' </proc/${pid}/cmdline`)).toMatch(
            /^\/kubelet --api-servers=http:\/\/127\.0\.0\.1:8080 --register-node=false/,
        );
    });

    test("the kubelet's root leads to its pod, and the pod says the version", async () => {
        await startKubelet();
        const root = await output(`readlink /proc/${await property("MainPID")}/root`);
        const match =
            /^(\/var\/lib\/rkt\/pods\/run\/[0-9a-f-]{36})\/stage1\/rootfs\/opt\/stage2\/hyperkube\/rootfs$/.exec(root);
        expect(match, root).not.toBeNull();
        expect(await output(`cat ${match?.[1] ?? ""}/pod`)).toContain('{"name":"version","value":"v1.3.4_coreos.0"}');
        expect(await output("cat /run/kubelet-pod.uuid")).toBe(match?.[1]?.split("/").pop());
    });

    test("a restart leaves one pod, and stop none running", async () => {
        await startKubelet();
        await output("systemctl restart kubelet");
        await eventually(`${healthz}; true`, /^ok$/);
        expect(await output("rkt list --no-legend | wc -l; grep -c rootfs /proc/mounts")).toMatch(/^1\n/);
        await output("systemctl stop kubelet");
        expect(await output("rkt list --no-legend | grep -c running; systemctl is-active kubelet; true")).toBe(
            "0\ninactive",
        );
    });

    test("an image that crashes makes systemd try again and again", async () => {
        await startKubelet();
        await host.setImage("v1.3.4_coreos.0", "crashes");
        try {
            await output("systemctl restart --no-block kubelet");
            const ends = "journalctl -b -u kubelet.service --no-pager | grep -c 'failed to run Kubelet'; true";
            await expect.poll(async () => Number(await output(ends))).toBeGreaterThan(1);
            expect(await host.journal()).toMatch(/^\[ *\d+\.\d+\] h1 kubelet-wrapper.*failed to run Kubelet/m);
        } finally {
            await host.setImage("v1.3.4_coreos.0", "healthy");
        }
        await eventually(`${healthz}; true`, /^ok$/);
    });

    test("an image that is never healthy runs and says so", async () => {
        await host.setImage("v1.3.4_coreos.0", "never-healthy");
        try {
            await place("/etc/systemd/system/kubelet.service", UNIT);
            await output("systemctl daemon-reload; systemctl restart kubelet");
            await eventually(`${healthz}; true`, /returned error: 500/);
            expect(await property("SubState")).toBe("running");
        } finally {
            await host.setImage("v1.3.4_coreos.0", "healthy");
        }
    });

    test("a template unit under /run starts without daemon-reload, and its ExecStopPost runs after SIGKILL", async () => {
        await place("/run/systemd/system/probe@.service", TEMPLATE);
        await output("systemctl start --no-block probe@7.service");
        await eventually("cat /run/probe-7 2>&1; true", /^started 7$/);
        expect(await property("NeedDaemonReload", "probe@7")).toBe("no");
        await output(`kill -KILL ${await property("MainPID", "probe@7")}`);
        await eventually("cat /run/probe-7", /^started 7\nsignal$/);
        await eventually("systemctl show -p ActiveState,Result probe@7", /Result=signal\nActiveState=failed/);
    });

    test("a power cut keeps the disk, empties /run and starts another boot, with the kubelet", async () => {
        await startKubelet();
        await output("echo kept >/etc/kept; echo lost >/run/lost");
        const before = await bootId();
        await host.powerCut();
        expect((await host.exec("true")).code).toBe(255);
        await host.powerOn();
        expect(await bootId()).not.toBe(before);
        expect(await output("cat /etc/kept; ls /run/lost 2>&1; true")).toMatch(/^kept\nls: .*No such file/);
        await eventually(`${healthz}; true`, /^ok$/);
    });

    test("a reboot is orderly and keeps the disk", async () => {
        await output("echo kept >/etc/kept");
        const before = await bootId();
        await host.reboot();
        expect(await bootId()).not.toBe(before);
        expect(await output("cat /etc/kept")).toBe("kept");
    });

    test("a pulled cable stalls a command, and in again lets it end", async () => {
        const running = host.exec("sleep 0.5; echo done");
        await sleep(400);
        await host.cable("out");
        await sleep(1000);
        await host.cable("in");
        expect(await running).toMatchObject({ code: 0, stdout: "done\n" });
    });

    test("a frozen host goes on where it was", async () => {
        await host.freeze(true);
        const running = host.exec("echo alive");
        expect(await Promise.race([running, sleep(700, "silent")])).toBe("silent");
        await host.freeze(false);
        expect(await running).toMatchObject({ code: 0, stdout: "alive\n" });
    });

    test("a full disk takes no more", async () => {
        await host.diskFull(true);
        try {
            expect((await host.exec("head -c 100000 /dev/zero >/etc/large")).stderr).toMatch(/No space left on device/);
        } finally {
            await host.diskFull(false);
        }
        await output("head -c 100000 /dev/zero >/etc/large; rm /etc/large");
    });

    /** Milliseconds until sshd greets; how it failed where it does not. */
    async function greeting(patience = 2000): Promise<number | string> {
        const begun = performance.now();
        const socket = connect({ host: host.connection.host, port: 22, timeout: patience });
        try {
            await Promise.race([
                once(socket, "data"),
                once(socket, "timeout").then(() => Promise.reject(new Error("silence"))),
            ]);
            return performance.now() - begun;
        } catch (error) {
            return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
        } finally {
            socket.destroy();
        }
    }

    test("a black hole is silent, and gives back what it held", async () => {
        const running = host.exec("sleep 0.5; echo alive");
        await sleep(400);
        await host.blackHole(true);
        expect(await greeting()).toBe("silence");
        await host.blackHole(false);
        expect(await greeting(5000)).toEqual(expect.any(Number));
        expect(await running).toMatchObject({ code: 0, stdout: "alive\n" });
    });

    test("dials are refused while connections stay", async () => {
        const running = host.exec("sleep 2; echo alive");
        await sleep(700);
        await host.refuse(true);
        expect(await greeting()).toBe("ECONNREFUSED");
        expect(await running).toMatchObject({ code: 0, stdout: "alive\n" });
        await host.refuse(false);
        expect(await greeting()).toEqual(expect.any(Number));
    });

    test.each(["cutLinks", "restartSshd"] as const)(
        "%s: connections end at once, units go on, and the next dial is welcome",
        async (verb) => {
            const running = host.exec("systemd-run --quiet --unit=probe sleep 1000; sleep 20");
            await eventually("systemctl is-active probe.service; true", /^active$/);
            const begun = performance.now();
            await host[verb]();
            expect((await running).code).toBe(255);
            expect(performance.now() - begun).toBeLessThan(5000);
            expect(await output("systemctl is-active probe.service; systemctl stop probe.service")).toBe("active");
        },
    );

    test("a slow link takes its time, also in the middle of a connection, and is fast again", async () => {
        const fast = await greeting();
        const running = host.exec("sleep 1; echo alive");
        await host.slow(300);
        const slow = await greeting(5000);
        expect(await running).toMatchObject({ code: 0, stdout: "alive\n" });
        await host.slow("off");
        const again = await greeting();
        // Two round trips: one for the connection, one for the greeting.
        expect(Number(slow)).toBeGreaterThan(500);
        expect([Number(fast) < 300, Number(again) < 300]).toEqual([true, true]);
    });

    test("over a lossy link a command comes to its end all the same", async () => {
        await host.slow(1, 20);
        // A dial may end with "no route to host": ARP asks three times only.
        await expect.poll(() => output("head -c 20000 /dev/zero | wc -c")).toBe("20000");
        await host.slow("off");
    });

    test("a read-only root takes no write, and then does again", async () => {
        await host.readOnly(true);
        expect((await host.inside("touch /etc/x /var/x /opt")).stderr).toMatch(/Read-only file system/);
        expect((await host.inside("touch /run/x")).code).toBe(0);
        await host.readOnly(false);
        await output("touch /etc/x && rm /etc/x");
    });

    test("a disk without inodes takes no further file, and then does again", async () => {
        await host.inodesFull(true);
        expect((await host.inside("for n in 1 2 3; do touch /etc/x$n; done")).stderr).toMatch(/No space left/);
        await host.inodesFull(false);
        await output("touch /etc/x1 && rm -f /etc/x?");
    });

    test("a busy PID 1 answers nobody until it is free", async () => {
        await host.pid1("busy");
        const answer = host.inside("systemctl is-system-running");
        expect(await Promise.race([answer, sleep(1000, "silent")])).toBe("silent");
        await host.pid1("free");
        expect((await answer).stdout).toMatch(/running|degraded/);
    });

    test("two beds side by side have hosts of the same name, and end apart", async () => {
        const others = await bed();
        const twin = await others.up("h1");
        expect(twin.connection.host).not.toBe(host.connection.host);
        await output("echo theirs >/etc/whose", twin);
        expect(await output("cat /etc/whose 2>/dev/null; true")).toBe("");
        await others.destroy();
        expect(await output("echo alive")).toBe("alive");
    });

    test("a second host is an older CoreOS, and the two reach each other", async () => {
        const old = await hosts.up("h2", "899.17.0");
        expect(
            await output(
                ". /etc/os-release; echo $VERSION_ID; rkt version | head -n 1; ls /usr/lib/coreos 2>&1; true",
                old,
            ),
        ).toMatch(/^899\.17\.0\nrkt Version: 1\.0\.0\nls: .*No such file/);
        await output(`exec 3<>/dev/tcp/${host.connection.host}/22; head -c 4 <&3`, old);
        await old.down();
        expect(await output("echo still here")).toBe("still here");
    });
});

describe.skipIf(reason !== undefined)(`the end of a bed${reason === undefined ? "" : `: ${reason}`}`, () => {
    /** What the machine still has of a bed: mounts, interfaces, name spaces, cgroups, processes, files. */
    function remains({ folder, tag }: Bed): string[] {
        const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
        const spaces = existsSync("/run/netns") ? readdirSync("/run/netns") : [];
        const groups = mounts
            .filter((line) => line.split(" ")[2] === "cgroup2")
            .map((line) => line.split(" ")[1] ?? "");
        return [
            ...mounts.filter((line) => line.includes(folder)),
            ...readdirSync("/sys/class/net").filter((name) => name.startsWith(tag)),
            ...spaces.filter((name) => name.startsWith(`${tag}-`)),
            ...groups.map((group) => join(group, tag)).filter((path) => existsSync(path)),
            ...processesOf(folder),
            ...[folder].filter((path) => existsSync(path)),
        ];
    }

    function processesOf(folder: string): string[] {
        const commands = spawnSync("ps", ["-eo", "args="], { encoding: "utf8" }).stdout.split("\n");
        return commands.filter((line) => line.includes(folder));
    }

    test("leaves nothing: no mount, interface, name space, cgroup, process or file", { timeout: 120_000 }, async () => {
        const hosts = await bed();
        const [first] = await Promise.all([hosts.up("h1"), hosts.up("h2", "899.17.0")]);
        await first.exec("nohup sleep 1000 >/dev/null 2>&1 &");
        await first.freeze(true);
        expect(remains(hosts)).not.toEqual([]);
        await hosts.destroy();
        expect(remains(hosts)).toEqual([]);
    });

    test.for([30, 80, 150, 300])(
        "leaves nothing when up was killed after %i ms",
        { timeout: 120_000 },
        async (after) => {
            const hosts = await bed();
            const env = { ...process.env, TB_DIR: hosts.folder, TB_TAG: hosts.tag };
            const up = spawn(join(__dirname, "bed"), ["up", "h1", "h2"], { env, stdio: "ignore" });
            const end = once(up, "exit");
            await sleep(after);
            up.kill("SIGKILL");
            await end;
            await hosts.destroy();
            expect(remains(hosts)).toEqual([]);
        },
    );

    test("sweeps up after a test run that was killed", { timeout: 120_000 }, async () => {
        const hosts = await bed();
        const owner = spawn("sleep", ["1000"]);
        const env = { ...process.env, TB_DIR: hosts.folder, TB_TAG: hosts.tag, TB_OWNER: `${owner.pid ?? 0}` };
        expect(spawnSync(join(__dirname, "bed"), ["up", "h1"], { env, stdio: "ignore" }).status).toBe(0);
        await hosts.run("sweep");
        expect(remains(hosts)).not.toEqual([]);
        owner.kill("SIGKILL");
        await once(owner, "exit");
        // Another sweep is at work: two would meet a bed that is half gone.
        const other = spawn("flock", [dirname(hosts.folder), "sh", "-c", "echo begun; sleep 2"]);
        await once(other.stdout, "data");
        const begun = performance.now();
        await hosts.run("sweep");
        expect(performance.now() - begun).toBeGreaterThan(1900);
        expect(remains(hosts)).toEqual([]);
        await hosts.destroy();
    });
});

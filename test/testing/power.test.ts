import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { simulatedHost, type SimulatedHost } from "../../provider/testing";
import { exec, healthy, host, kubeletUnit, logIn, property, unit, until } from "./support";

/** Processes whose environment names this root folder. */
function processesOf(root: string): string[] {
    return readdirSync("/proc").filter((name) => {
        if (!/^\d+$/.test(name)) return false;
        try {
            return readFileSync(`/proc/${name}/environ`, "utf8").includes(`PCK_ROOT=${root}\0`);
        } catch {
            return false;
        }
    });
}

function want(on: SimulatedHost, target: string, name: string): void {
    const link = join(on.root, "etc/systemd/system", `${target}.wants`, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(`../${name}`, link);
}

async function withKubelet(options = {}): Promise<SimulatedHost> {
    const one = await host(options);
    unit(one, "kubelet.service", kubeletUnit("v1"));
    await one.systemctl("enable", "--now", "kubelet");
    await until(() => healthy(one));
    return one;
}

test("stop leaves no process, no file and no port", async () => {
    const one = await withKubelet();
    const client = await logIn(one.connection);
    client.on("error", () => undefined);
    void exec(client, "(trap '' TERM HUP; sleep 1000) & setsid sleep 1000 & sleep 1000");
    await until(() => processesOf(one.root).length >= 4);
    await one.stop();
    expect(processesOf(one.root)).toEqual([]);
    expect(existsSync(one.root)).toBe(false);
    await expect(logIn(one.connection)).rejects.toThrow(/ECONNREFUSED/);
});

test("a power cut takes processes, connections and /run; the disk stays and the next boot starts what is enabled", async () => {
    const one = await withKubelet();
    const client = await logIn(one.connection);
    const broken = new Promise<void>((resolve) => client.on("error", () => undefined).on("close", () => resolve()));
    const bootId = (await one.run("cat $PCK_ROOT/proc/sys/kernel/random/boot_id; touch $PCK_ROOT/run/volatile")).stdout;
    const machineId = one.machineId;
    await one.powerCut();
    await broken;
    expect(processesOf(one.root)).toEqual([]);
    expect(existsSync(join(one.root, "run/volatile"))).toBe(false);
    await expect(logIn(one.connection)).rejects.toThrow(/ECONNREFUSED/);
    await one.boot();
    await until(() => healthy(one));
    expect((await one.run("cat $PCK_ROOT/proc/sys/kernel/random/boot_id")).stdout).not.toBe(bootId);
    expect(one.machineId).toBe(machineId);
    expect(one.kubeletStarts()).toHaveLength(2);
    (await logIn(one.connection)).end();
});

test("at boot a oneshot of sysinit.target that goes before the kubelet is through before the kubelet starts", async () => {
    const one = await withKubelet();
    const recovery = (before: string) => `[Unit]\nDefaultDependencies=no\n${before}\n
[Service]\nType=oneshot\nExecStart=/bin/bash -c "sleep 0.3; cp /etc/restored /run/restored"\n`;
    await one.run("echo x > $PCK_ROOT/etc/restored");
    unit(one, "recovery.service", recovery("Before=kubelet.service"));
    want(one, "sysinit.target", "recovery.service");
    const order = async (): Promise<string[]> => {
        await one.powerCut();
        const from = one.journal().length;
        await one.boot();
        const events = one.journal().slice(from);
        return events
            .filter(({ event }) => /^(inactive\/dead|active\/running)$/.test(event))
            .map((event) => event.unit);
    };
    expect(await order()).toEqual(["recovery.service", "kubelet.service"]);
    expect(existsSync(join(one.root, "run/restored"))).toBe(true);
    unit(one, "recovery.service", recovery(""));
    expect(await order()).toEqual(["kubelet.service", "recovery.service"]);
});

test("a reboot stops units in order and can bring another release", async () => {
    const one = await host({ release: "899.17.0" });
    unit(
        one,
        "a.service",
        `[Service]\nExecStart=/bin/sleep 100\nExecStop=/bin/bash -c "echo stopped > /etc/stopped"\n`,
    );
    await one.systemctl("start", "a");
    expect((await one.run("systemctl --version")).stdout).toMatch(/^systemd 225\n/);
    expect(existsSync(join(one.root, "usr/lib/coreos/kubelet-wrapper"))).toBe(false);
    await one.reboot({ release: "1185.3.0" });
    expect(readFileSync(join(one.root, "etc/stopped"), "utf8")).toBe("stopped\n");
    expect((await one.run("systemctl --version; rkt version")).stdout).toMatch(
        /systemd 231\n[^]*rkt Version: 1\.14\.0\n/,
    );
    expect(existsSync(join(one.root, "usr/lib/coreos/kubelet-wrapper"))).toBe(true);
    expect(await property(one, "ActiveState", "a.service")).toBe("inactive");
});

test("a folder that is given outlives the host, and the next host there is the same machine", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pck-test-"));
    try {
        const first = await simulatedHost({ folder });
        const [key, id] = [first.hostKey, first.machineId];
        unit(first, "kubelet.service", kubeletUnit("v1"));
        await first.systemctl("enable", "kubelet");
        await first.stop();
        const second = await host({ folder });
        expect([second.hostKey, second.machineId]).toEqual([key, id]);
        await until(() => healthy(second));
        await second.stop();
        const third = await host({ folder, fresh: true });
        expect(third.machineId).not.toBe(id);
        expect(existsSync(join(third.root, "etc/systemd/system/kubelet.service"))).toBe(false);
        await third.stop();
    } finally {
        rmSync(folder, { recursive: true });
    }
});

test("a hundred hosts live side by side", async () => {
    const begin = process.memoryUsage().heapUsed;
    const many = await Promise.all(Array.from({ length: 100 }, () => host()));
    const outputs = await Promise.all(
        many.slice(0, 30).map(async (one) => {
            const client = await logIn(one.connection);
            const { out } = await exec(
                client,
                "sudo -n bash -s",
                "cat $PCK_ROOT/etc/machine-id; systemctl is-active x\n",
            );
            client.end();
            return out.split("\n")[0];
        }),
    );
    expect(outputs).toEqual(many.slice(0, 30).map((one) => one.machineId));
    expect(process.memoryUsage().heapUsed - begin).toBeLessThan(100 * 2 ** 20);
});

import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SimulatedHost } from "../../provider/testing";
import { exec, healthy, host, kubeletUnit, logIn, property, unit, until } from "./support";

interface Manifest {
    readonly apps: readonly {
        readonly image: { readonly labels: readonly { readonly name: string; readonly value: string }[] };
    }[];
}

/** Version in the manifest of the pod that the unit's main process lives in. */
async function runningVersion(on: SimulatedHost): Promise<string | undefined> {
    const root = readlinkSync(join(on.root, "proc", await property(on, "MainPID"), "root"));
    expect(root).toMatch(/\/var\/lib\/rkt\/pods\/run\/[0-9a-f-]{36}\/stage1\/rootfs\/opt\/stage2\/hyperkube\/rootfs$/);
    const manifest = JSON.parse(readFileSync(root.replace(/stage1\/.*/, "pod"), "utf8")) as Manifest;
    return manifest.apps[0]?.image.labels.find((label) => label.name === "version")?.value;
}

test("a unit written over SSH starts a kubelet that shows as one, and stops at once", async () => {
    const one = await host();
    const client = await logIn(one.connection);
    const script = `set -e
cat >"$PCK_ROOT/etc/systemd/system/kubelet.service"
systemctl daemon-reload
systemctl restart kubelet.service </dev/null
rkt image list --no-legend --fields=name`;
    const { code } = await exec(client, `sudo -n bash -c '${script}'`, kubeletUnit("v1.3.4_coreos.0"));
    expect(code).toBe(0);
    await until(() => healthy(one));
    const pid = await property(one, "MainPID");
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toBe(
        "/kubelet\0--api-servers=http://127.0.0.1:8080\0--config=/etc/kubernetes/manifests\0",
    );
    expect(await runningVersion(one)).toBe("v1.3.4_coreos.0");
    expect((await one.run("rkt image list --no-legend --fields=name")).stdout).toBe(
        "quay.io/coreos/hyperkube:v1.3.4_coreos.0\n",
    );
    expect(one.kubeletStarts()).toMatchObject([{ pid: Number(pid), version: "v1.3.4_coreos.0" }]);
    const begin = performance.now();
    expect(await one.systemctl("stop", "kubelet")).toMatchObject({ code: 0 });
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(await property(one, "ActiveState")).toBe("inactive");
    expect(await healthy(one)).toBe(false);
    client.end();
});

test("a crash loop with the default RestartSec waits in auto-restart, then fails at the fifth start", async () => {
    const one = await host({ release: "1632.3.0", images: { broken: "crashes" } });
    unit(one, "kubelet.service", kubeletUnit("broken", ""));
    await one.systemctl("start", "kubelet");
    await until(async () => (await property(one, "ActiveState")) === "failed");
    const events = one.journal().filter((event) => event.unit === "kubelet.service");
    expect(events.filter((event) => event.event === "activating/auto-restart")).toHaveLength(5);
    expect(events.at(-1)).toMatchObject({ event: "failed/failed", detail: "start-limit-hit" });
    expect(one.kubeletStarts()).toHaveLength(5);
    expect(await property(one, "NRestarts")).toBe("5");
    expect(await one.systemctl("start", "kubelet")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("too often") as string,
    });
    await one.systemctl("reset-failed", "kubelet");
    expect(await one.systemctl("start", "kubelet")).toMatchObject({ code: 0 });
});

test("a crash loop with RestartSec=10 shows activating, exit-code and no main process, and ends by stop", async () => {
    const one = await host({ images: { broken: "crashes" } });
    unit(one, "kubelet.service", kubeletUnit("broken"));
    await one.systemctl("start", "kubelet");
    await until(async () => (await property(one, "SubState")) === "auto-restart");
    const shown = (
        await one.systemctl("show", "-p", "ActiveState,SubState,MainPID,Result,ExecMainStatus,NRestarts", "kubelet")
    ).stdout;
    expect(shown.split("\n").sort().join(" ").trim()).toBe(
        "ActiveState=activating ExecMainStatus=1 MainPID=0 Result=exit-code SubState=auto-restart",
    );
    expect(await one.systemctl("is-active", "kubelet")).toMatchObject({ code: 3, stdout: "activating\n" });
    await one.systemctl("stop", "kubelet");
    expect(await property(one, "ActiveState")).toBe("inactive");
});

test.each([
    ["never-healthy", 22],
    ["hangs", 28],
    ["late:60", 7],
] as const)("a kubelet that is %s runs, and curl ends with %i", async (behaviour, status) => {
    const one = await host({ images: { v1: behaviour } });
    unit(one, "kubelet.service", kubeletUnit("v1"));
    await one.systemctl("start", "kubelet");
    await until(() => one.kubeletStarts().length === 1);
    await until(async () => (await one.run("curl -fsS --max-time 0.1 http://127.0.0.1:10248/healthz")).code === status);
    expect(await property(one, "SubState")).toBe("running");
});

test("a late kubelet becomes healthy, one that dies later is restarted", async () => {
    const one = await host({ images: { v1: "late:0.5", v2: "crashes-after:0.3" } });
    unit(one, "kubelet.service", kubeletUnit("v1", "RestartSec=0"));
    await one.systemctl("start", "kubelet");
    await until(() => healthy(one));
    unit(one, "kubelet.service", kubeletUnit("v2", "RestartSec=0"));
    await one.systemctl("daemon-reload");
    await one.systemctl("restart", "kubelet");
    await until(() => one.kubeletStarts().filter((start) => start.version === "v2").length >= 3);
});

test("an image that does not exist fails the unit with rkt's status; a wrong one shows in the pod", async () => {
    const one = await host({ release: "1235.0.0", images: { gone: "missing", v1: "wrong-image" } });
    unit(one, "kubelet.service", kubeletUnit("gone"));
    await one.systemctl("start", "kubelet");
    await until(async () => (await property(one, "ExecMainStatus")) === "254");
    expect((await one.run("rkt fetch --trust-keys-from-https quay.io/coreos/hyperkube:gone")).code).toBe(254);
    unit(one, "kubelet.service", kubeletUnit("v1"));
    await one.systemctl("daemon-reload");
    await one.systemctl("restart", "kubelet");
    await until(() => healthy(one));
    expect(await runningVersion(one)).toBe("v0.0.0_other.image");
    one.setImage("v1", "healthy");
    await one.systemctl("restart", "kubelet");
    await until(() => healthy(one));
    expect(await runningVersion(one)).toBe("v1");
});

test.each(["962.0.0", "1030.0.0", "1185.3.0", "1235.12.0", "1353.1.0", "1409.3.0", "1465.6.0", "1745.7.0", "2079.3.0"])(
    "the wrapper of %s starts a kubelet with the same variables",
    async (release) => {
        const one = await host({ release });
        unit(one, "kubelet.service", kubeletUnit("v1.3.4_coreos.0"));
        expect(await one.systemctl("start", "kubelet")).toMatchObject({ code: 0 });
        await until(() => healthy(one));
        expect(await runningVersion(one)).toBe("v1.3.4_coreos.0");
    },
);

test("there is no wrapper before 962", async () => {
    const one = await host({ release: "899.17.0" });
    unit(one, "kubelet.service", kubeletUnit("v1.3.4_coreos.0"));
    await one.systemctl("start", "kubelet");
    await until(async () => (await property(one, "ExecMainStatus")) === "203");
    expect((await one.run("systemd-analyze verify /etc/systemd/system/kubelet.service")).stderr).toContain(
        "Command /usr/lib/coreos/kubelet-wrapper is not executable",
    );
});

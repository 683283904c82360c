import { expect, test } from "vitest";
import { host, kubeletUnit, property, unit, until } from "./support";

const run = (options: string) =>
    `rkt run ${options} --stage1-from-dir=stage1-fly.aci quay.io/coreos/hyperkube:v1 --exec=/kubelet -- --x`;

test.each([
    ["0.15.0", "rkt version 0.15.0"],
    ["1.0.0", "rkt Version: 1.0.0"],
    ["1.30.0", "rkt Version: 1.30.0"],
])("rkt %s says its version as it did", async (rkt, line) => {
    const one = await host({ rkt });
    expect((await one.run("rkt version")).stdout.split("\n")[0]).toBe(line);
});

test.each([
    ["1.0.0", 0, 1],
    ["1.14.0", 2, 1],
    ["1.30.0", 254, 254],
])("rkt %s: a refused option ends with %i, a later failure with %i", async (rkt, refused, failed) => {
    const one = await host({ rkt });
    const unknown = await one.run(run("--no-such-flag=1"));
    expect(unknown).toMatchObject({
        code: refused,
        stderr: expect.stringContaining("Error: unknown flag: --no-such-flag") as string,
    });
    expect(await one.run(run("--volume x,kind=host"))).toMatchObject({ code: refused });
    expect(await one.run(run("--volume X_y,kind=host,source=/etc"))).toMatchObject({ code: refused });
    const absent = await one.run(run("--volume x,kind=host,source=/does/not/exist --mount volume=x,target=/x"));
    expect(absent).toMatchObject({
        code: failed,
        stderr: expect.stringContaining("stat of host path /does/not/exist") as string,
    });
    const dangling = await one.run(run("--mount volume=x,target=/x"));
    expect(dangling).toMatchObject({ code: failed, stderr: expect.stringContaining("dangling mount point") as string });
    expect(one.kubeletStarts()).toEqual([]);
});

test("an option that is newer than rkt is refused", async () => {
    expect((await (await host({ rkt: "1.8.0" })).run(run("--hosts-entry host"))).code).toBe(2);
    expect(
        (await (await host({ rkt: "1.8.0" })).run(run("--volume x,kind=host,source=/etc,recursive=true"))).code,
    ).toBe(2);
});

test("a refused option under rkt 1.0.0 looks like a clean end", async () => {
    const one = await host({ release: "962.0.0" });
    unit(
        one,
        "kubelet.service",
        kubeletUnit("v1").replace("--volume resolv", "--no-such --volume resolv").replace("Restart=always", ""),
    );
    await one.systemctl("enable", "kubelet");
    await one.systemctl("start", "kubelet");
    await until(async () => (await property(one, "ActiveState")) === "inactive");
    expect(await property(one, "Result")).toBe("success");
});

test("a pod can be stopped and removed by its UUID file, and only in that order", async () => {
    const one = await host({ release: "1353.0.0" });
    unit(one, "kubelet.service", kubeletUnit("v1", "Restart=no"));
    await one.systemctl("start", "kubelet");
    await until(() => one.kubeletStarts().length === 1);
    expect(await one.run("rkt rm --uuid-file=/var/run/kubelet-pod.uuid")).toMatchObject({ code: 254 });
    expect(await one.run("rkt stop --uuid-file=/var/run/kubelet-pod.uuid")).toMatchObject({ code: 0 });
    await until(async () => (await property(one, "ActiveState")) === "inactive");
    expect(await one.run("rkt rm --uuid-file=/var/run/kubelet-pod.uuid")).toMatchObject({ code: 0 });
    expect((await one.run("rkt list --no-legend")).stdout).toBe("");
});

test("images are fetched once, listed and removed", async () => {
    const one = await host({ images: { slow: "slow-fetch:0.4" } });
    const fetch = "rkt fetch --trust-keys-from-https quay.io/coreos/hyperkube:slow";
    const begin = performance.now();
    expect((await one.run(fetch)).stdout).toMatch(/^sha512-[0-9a-f]{32}\n$/);
    expect(performance.now() - begin).toBeGreaterThan(400);
    const again = performance.now();
    await one.run(fetch);
    expect(performance.now() - again).toBeLessThan(300);
    await one.run("rkt fetch --insecure-options=image docker://quay.io/coreos/hyperkube:v1.8.0");
    const list = "rkt image list --no-legend --fields=name";
    expect((await one.run(list)).stdout).toBe("quay.io/coreos/hyperkube:slow\nquay.io/coreos/hyperkube:v1.8.0\n");
    expect((await one.run("rkt image rm quay.io/coreos/hyperkube:slow")).code).toBe(0);
    expect((await one.run(list)).stdout).toBe("quay.io/coreos/hyperkube:v1.8.0\n");
    expect((await one.run("rkt image rm quay.io/coreos/hyperkube:slow")).code).toBe(1);
});

// Drop-ins of others, and user data that will write the unit at boot, on a host that the real programs look at.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { delete as remove } from "../../provider/runtime";
import type { SimulatedHost } from "../../provider/testing";
import { created, DROP_INS, fileOn, heard, host, NEW, OLD, refreshed, run, starts, up } from "./kubelets";

const RELOAD = "systemctl daemon-reload";
const RESTART = "systemctl restart kubelet.service";
const PATH = `/${DROP_INS}/10-local.conf`;

function lay(node: SimulatedHost, path: string, text: string): void {
    const file = join(node.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
}

/** Until the kubelet that was started by hand is healthy. */
async function settled(node: SimulatedHost): Promise<void> {
    const ask = "curl -fs http://127.0.0.1:10248/healthz";
    await expect.poll(async () => (await node.run(ask)).stdout).toBe("ok");
}

test.each<readonly [what: string, script: string, restarts: number]>([
    ["that systemd has not read: restarted", ":", 1],
    ["that systemd has read, and the process not seen: restarted", RELOAD, 1],
    ["that the process was started with: not restarted", `${RELOAD}; ${RESTART}`, 0],
])("a new drop-in %s, taken note of, and no drift any more", async (_, script, restarts) => {
    const node = await host();
    const made = await created(node);
    lay(node, PATH, "[Service]\nNice=5\n");
    await run(node, script);
    await settled(node);
    const before = starts(node).length;

    const seen = await refreshed(made);
    expect(seen.outs["drift"]).toEqual([`drop-in: ${PATH} is new`]);
    expect((await refreshed(seen)).outs).toEqual(seen.outs);
    const noted = await up(node, seen);
    expect(noted.outs).toMatchObject({
        drift: [],
        dropIns: { [PATH]: expect.stringMatching(/^[0-9a-f]{12}$/) as string },
    });
    expect(starts(node)).toHaveLength(before + restarts);
    expect(fileOn(node, PATH.slice(1))).toBe("[Service]\nNice=5\n");
    expect((await refreshed(noted)).outs).toEqual(noted.outs);
    const { logins } = node.counters;
    expect(await up(node, noted)).toEqual(noted);
    expect(node.counters.logins).toBe(logins);
});

test("a drop-in that changed and one that is gone are named; the kubelet is restarted where it runs by them still", async () => {
    const node = await host();
    lay(node, PATH, "[Service]\nNice=5\n");
    const made = await created(node);
    expect(made.outs["drift"]).toEqual([]);

    lay(node, PATH, "[Service]\nNice=6\n");
    await run(node, RELOAD);
    const changed = await refreshed(made);
    expect(changed.outs["drift"]).toEqual([`drop-in: ${PATH} changed`]);
    const second = await up(node, changed);
    expect(starts(node)).toEqual([OLD, OLD]);

    // With its folder, and systemd knows: only the folder above shows that the process is older.
    rmSync(join(node.root, DROP_INS), { recursive: true });
    await run(node, RELOAD);
    const gone = await refreshed(second);
    expect(gone.outs["drift"]).toEqual([`drop-in: ${PATH} is gone`]);
    const third = await up(node, gone);
    expect(third.outs).toMatchObject({ drift: [], dropIns: {} });
    expect(starts(node)).toEqual([OLD, OLD, OLD]);
    expect((await refreshed(third)).outs).toEqual(third.outs);
});

test("a drop-in that overrides us is warned of once, before the restart, by names alone", async () => {
    const node = await host();
    const made = await created(node);
    lay(node, PATH, "[Service]\nEnvironment=RKT_OPTS=--set-env=TOKEN=s3cret HTTP_PROXY=http://s3cret\nRestart=no\n");
    const lines = heard();
    const upgraded = await up(node, made, NEW);
    const warnings = lines.filter((line) => line.includes("overrides"));
    expect(warnings).toEqual([
        `127.0.0.1: ${PATH} overrides RKT_OPTS, Restart of kubelet.service: the kubelet runs by that drop-in, which is not ours and stays. Take it away on the host if that is not meant`,
    ]);
    expect(lines.indexOf(warnings[0] ?? "")).toBeLessThan(lines.indexOf("127.0.0.1: restarting the kubelet"));
    expect(lines.join("\n")).not.toContain("s3cret");
    expect(JSON.stringify(upgraded.outs)).not.toContain("s3cret");
});

test("a drop-in that sets another version: that runs, is warned of, and is no drift once it is known", async () => {
    const node = await host();
    const made = await created(node);
    lay(node, PATH, "[Service]\nEnvironment=KUBELET_VERSION=v1.2.0_theirs\n");
    const seen = await refreshed(made);
    expect(seen.outs["drift"]).toEqual([`drop-in: ${PATH} is new and overrides KUBELET_VERSION`]);
    const noted = await up(node, seen);
    expect(noted.outs).toMatchObject({ version: OLD, runningVersion: "v1.2.0_theirs", drift: [] });
    expect((await refreshed(noted)).outs).toEqual(noted.outs);
    expect(starts(node)).toEqual([OLD, "v1.2.0_theirs"]);

    rmSync(join(node.root, PATH));
    const gone = await refreshed(noted);
    expect(gone.outs["drift"]).toEqual([`drop-in: ${PATH} is gone`, "image: the pod runs v1.2.0_theirs"]);
    expect((await up(node, gone)).outs).toMatchObject({ runningVersion: OLD, drift: [] });
});

test("drop-ins of every folder are seen, the stronger file of a name for the weaker; delete leaves them", async () => {
    const node = await host();
    const made = await created(node);
    lay(node, "run/systemd/system/kubelet.service.d/50.conf", "[Service]\nNice=1\n");
    lay(node, "usr/lib/systemd/system/kubelet.service.d/20.conf", "[Service]\nNice=2\n");
    lay(node, "usr/lib/systemd/system/kubelet.service.d/10-local.conf", "[Service]\nRestart=no\n");
    lay(node, PATH, "[Service]\nNice=3\n");
    lay(node, `${DROP_INS}/README`, "[Service]\nRestart=no\n");
    lay(node, "opt/masked", "");
    symlinkSync("/dev/null", join(node.root, DROP_INS, "60.conf"));
    const seen = await refreshed(made);
    expect(seen.outs["drift"]).toEqual([
        `drop-in: ${PATH} is new`,
        "drop-in: /usr/lib/systemd/system/kubelet.service.d/20.conf is new",
        "drop-in: /run/systemd/system/kubelet.service.d/50.conf is new",
        `drop-in: /${DROP_INS}/60.conf is new`,
    ]);
    const noted = await up(node, seen);
    await remove(noted.id, noted.outs);
    expect(fileOn(node, PATH.slice(1))).toBe("[Service]\nNice=3\n");
});

test("a kubelet.service in cloudinit's user data is warned of once, with what will happen at boot", async () => {
    const node = await host();
    const made = await created(node);
    const units = "  units:\n    - name: kubelet.service\n      content: |\n        Environment=TOKEN=s3cret\n";
    lay(node, "var/lib/coreos-install/user_data", `#cloud-config\ncoreos:\n${units}`);
    const lines = heard();
    await up(node, made, OLD, { unit: { restartSec: 0.2 } });
    expect(lines.filter((line) => line.includes("cloudinit"))).toEqual([
        "127.0.0.1: /var/lib/coreos-install/user_data has a kubelet.service of its own: at every boot coreos-cloudinit writes it over this one, and that kubelet may run until the next `pulumi up --refresh`. Take it out of the user data",
    ]);
    expect(lines.join("\n")).not.toContain("s3cret");
});

// A host that is due for a reboot: what would restart its kubelet is refused, or waits, or is done all the same.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { SimulatedHost } from "../../provider/testing";
import { created, errorOf, fileOn, heard, host, NEW, OLD, refreshed, run, starts, UNIT, up } from "./kubelets";

const UPDATE = "update_engine_client -update >/dev/null";

/** Puts down a file that says that a reboot is due. */
function sign(node: SimulatedHost, path: string): void {
    const file = join(node.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "USEC=1480000000000000\nMODE=reboot\n");
}

test("update_engine has put an OS in place: refused before anything is touched, and the reboot is the way on", async () => {
    const node = await host();
    const made = await created(node);
    const unit = fileOn(node, UNIT);
    expect(await run(node, UPDATE.replace(" >/dev/null", ""))).toContain(
        "CURRENT_OP=UPDATE_STATUS_UPDATED_NEED_REBOOT\n",
    );
    const error = await errorOf(up(node, made, NEW));
    expect(error.kind).toBe("reboot-due");
    expect(error.message).toBe(
        '127.0.0.1: plan: the host is due for a reboot (update_engine has put another OS in place), and this restarts its kubelet. Nothing on the host was changed. Reboot it and run `pulumi up` again, or set onPendingReboot to "wait" or "ignore".',
    );
    expect([fileOn(node, UNIT), starts(node)]).toEqual([unit, [OLD]]);
    await node.reboot({ release: "1235.12.0" });
    expect(await run(node, "update_engine_client -status")).toContain("CURRENT_OP=UPDATE_STATUS_IDLE\n");
    expect((await up(node, made, NEW)).outs).toMatchObject({ runningVersion: NEW, osVersion: "1235.12.0" });
});

test("an update that update_engine has forgotten again is none", async () => {
    const node = await host();
    const made = await created(node);
    await run(node, UPDATE);
    await run(node, "update_engine_client -reset_status");
    expect((await up(node, made, NEW)).outs).toMatchObject({ runningVersion: NEW });
});

test.each([
    ["a file asks for a reboot", "run/reboot-required", /\/run\/reboot-required is there/],
    ["a shutdown is scheduled", "run/systemd/shutdown/scheduled", /a shutdown is scheduled/],
])("where %s a restart is refused too", async (_, path, says) => {
    const node = await host();
    const made = await created(node);
    sign(node, path);
    expect((await errorOf(up(node, made, NEW))).message).toMatch(says);
    expect(starts(node)).toEqual([OLD]);
});

test("what restarts nothing goes on: a refresh, which tells of it, a reload, a change of the arguments alone", async () => {
    const node = await host();
    const made = await created(node);
    await run(node, UPDATE);
    const lines = heard();
    expect((await refreshed(made)).outs).toEqual(made.outs);
    expect(lines).toContain("127.0.0.1: the host is due for a reboot (update_engine has put another OS in place)");
    const changed = await up(node, made, OLD, { unit: { restartSec: 0.2 } });
    expect(fileOn(node, UNIT)).toContain("RestartSec=0.2");
    expect(starts(node)).toEqual([OLD]);
    await up(node, changed, OLD, { unit: { restartSec: 0.2 }, onPendingReboot: "wait" });
});

test('"ignore" makes the change all the same', async () => {
    const node = await host();
    const made = await created(node);
    await run(node, UPDATE);
    const changed = await up(node, made, NEW, { onPendingReboot: "ignore" });
    expect(changed.outs).toMatchObject({ runningVersion: NEW });
});

test('"wait" waits until the host has rebooted, and goes on from there', async () => {
    const node = await host();
    const made = await created(node);
    await run(node, UPDATE);
    const lines = heard();
    const waiting = up(node, made, NEW, { onPendingReboot: "wait", timeouts: { connect: 2 } });
    await expect.poll(() => lines).toContain("127.0.0.1: waiting for the reboot that is due");
    // It may be down for longer than a log-in may take else.
    await node.refuseDials(true);
    node.cutLinks();
    await expect.poll(() => lines).toContain("127.0.0.1: the connection was lost; dialling again");
    await sleep(3000);
    expect(starts(node)).toEqual([OLD]);
    await node.refuseDials(false);
    await node.reboot({ release: "1235.12.0" });
    expect((await waiting).outs).toMatchObject({ runningVersion: NEW, osVersion: "1235.12.0", drift: [] });
    // Once by the boot, as it was, and once by us.
    expect(starts(node)).toEqual([OLD, OLD, NEW]);
});

test('"wait" ends with timeouts.operation, the host untouched', async () => {
    const node = await host();
    const made = await created(node);
    await run(node, UPDATE);
    const error = await errorOf(up(node, made, NEW, { onPendingReboot: "wait", timeouts: { operation: 7 } }));
    expect(error.kind).toBe("deadline");
    expect(error.message).toMatch(
        /no end within 7 s\. Nothing on the host was changed: it was due for a reboot, which was waited for\. Reboot it/,
    );
    expect(starts(node)).toEqual([OLD]);
});

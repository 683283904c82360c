// An auto-update puts another OS under a kubelet of ours: seen at a refresh, and at the next apply.
import { appendFileSync, lstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { delete as remove } from "../../provider/runtime";
import { active, BAD, created, errorOf, fileOn, heard, host, leftovers, NEW, OLD, refreshed, starts } from "./kubelets";
import { UNIT, up, WRAPPER } from "./kubelets";

const ACROSS = [
    "os: release 1185.3.0 with rkt 1.14.0 needs another kubelet.service",
    "wrapper: ours is left over, the OS ships one by now",
];
const SHIPPED = "ExecStart=/usr/lib/coreos/kubelet-wrapper";

test("across 962, seen at a refresh: named, and up moves the unit to the OS's wrapper and takes ours away", async () => {
    const node = await host({ release: "899.17.0" });
    const made = await created(node);
    await node.reboot({ release: "1185.3.0" });
    await expect.poll(() => starts(node)).toEqual([OLD, OLD]);
    const lines = heard();
    const seen = await refreshed(made);
    expect(seen.outs).toMatchObject({ drift: ACROSS, osVersion: "1185.3.0", wrapperSource: "host" });
    expect(lines).toContainEqual(
        expect.stringMatching(
            /^127\.0\.0\.1: the OS is 1185\.3\.0 by now, was 899\.17\.0; rkt is 1\.14\.0 by now, was 1\.0\.0; .*generation is C by now, was ours/,
        ),
    );
    // The second look says the same of what is to be done, and nothing of what is known by now.
    const again = await refreshed(seen);
    expect(again.outs).toEqual(seen.outs);
    expect(lines.filter((line) => line.includes("by now, was"))).toHaveLength(1);

    const started = starts(node).length;
    const moved = await up(node, again);
    expect(moved.outs).toMatchObject({
        drift: [],
        wrapperPath: "/usr/lib/coreos/kubelet-wrapper",
        runningVersion: OLD,
    });
    expect(fileOn(node, UNIT)).toContain(SHIPPED);
    expect(lstatSync(join(node.root, WRAPPER), { throwIfNoEntry: false })).toBeUndefined();
    expect(starts(node)).toHaveLength(started + 1);
    expect(leftovers(node)).toEqual([]);
    expect(await up(node, moved)).toEqual(moved);

    await remove(moved.id, moved.outs);
    expect([fileOn(node, UNIT), fileOn(node, WRAPPER)]).toEqual([undefined, undefined]);
});

test("across 962, our wrapper goes after the unit that named it, and not before", async () => {
    const node = await host({ release: "899.17.0" });
    const made = await created(node);
    await node.reboot({ release: "1185.3.0" });
    const note = `[[ "$*" != *${WRAPPER} ]] || grep '^ExecStart=' "$PCK_ROOT/${UNIT}" >>"$PCK_ROOT/run/named"`;
    writeFileSync(join(node.root, "usr/bin/rm"), `#!/bin/bash\n${note}\nexec /usr/bin/rm "$@"\n`, { mode: 0o755 });
    await up(node, await refreshed(made));
    expect(fileOn(node, "run/named")).toBe(`${SHIPPED} \\\n`);
});

test("across 962, met by the next apply without a refresh: the same is done, and told", async () => {
    const node = await host({ release: "899.17.0" });
    const made = await created(node);
    await node.reboot({ release: "1185.3.0" });
    const lines = heard();
    const upgraded = await up(node, made, NEW);
    expect(upgraded.outs).toMatchObject({
        drift: [],
        wrapperSource: "host",
        osVersion: "1185.3.0",
        runningVersion: NEW,
    });
    expect(fileOn(node, UNIT)).toContain(SHIPPED);
    expect(fileOn(node, WRAPPER)).toBeUndefined();
    expect(lines.filter((line) => line.includes("the OS is 1185.3.0 by now, was 899.17.0"))).toHaveLength(1);
});

test("across 962, by an upgrade that fails: the old unit is back, and our wrapper that it names", async () => {
    const node = await host({ release: "899.17.0" });
    const made = await created(node);
    const before = [fileOn(node, UNIT), fileOn(node, WRAPPER)];
    await node.reboot({ release: "1185.3.0" });
    const error = await errorOf(up(node, made, BAD));
    expect(error.message).toMatch(/Rolled back: the old kubelet runs again and is healthy/);
    expect([fileOn(node, UNIT), fileOn(node, WRAPPER)]).toEqual(before);
    expect(leftovers(node)).toEqual([]);
    expect((await refreshed(made)).outs["drift"]).toEqual(ACROSS);
});

test("a wrapper of another generation and another rkt: the state learns it, told once, and up has nothing to do", async () => {
    const node = await host({ release: "1185.3.0" });
    const made = await created(node);
    await node.reboot({ release: "1235.12.0" });
    const lines = heard();
    const seen = await refreshed(made);
    expect(seen.outs).toMatchObject({ drift: [], osVersion: "1235.12.0", rktVersion: "1.18.0" });
    expect(seen.outs["wrapperHash"]).not.toBe(made.outs["wrapperHash"]);
    await refreshed(seen);
    expect(lines.filter((line) => line.includes("by now, was"))).toEqual([
        "127.0.0.1: the OS is 1235.12.0 by now, was 1185.3.0; rkt is 1.18.0 by now, was 1.14.0; the kubelet-wrapper's generation is D by now, was C. The state has learned it",
    ]);
    const { logins } = node.counters;
    expect(await up(node, seen)).toEqual(seen);
    expect(node.counters.logins).toBe(logins);
});

test("the same, met by an apply without a refresh: told there", async () => {
    const node = await host({ release: "1185.3.0" });
    const made = await created(node);
    await node.reboot({ release: "1235.12.0" });
    const lines = heard();
    const changed = await up(node, made, OLD, { unit: { restartSec: 0.2 } });
    expect(changed.outs).toMatchObject({ osVersion: "1235.12.0", rktVersion: "1.18.0" });
    expect(lines.filter((line) => line.includes("generation is D by now, was C"))).toHaveLength(1);
});

test("an rkt that starts its stage1 by another flag: our wrapper is named for it, and uploaded anew", async () => {
    const node = await host({ release: "942.0.0" });
    const made = await created(node);
    await node.reboot({ release: "948.0.0" });
    const seen = await refreshed(made);
    // The wrapper of before cannot start a pod of that rkt.
    expect(seen.outs["drift"]).toContain("wrapper: rkt 1.0.0 needs another");
    expect((await refreshed(seen)).outs["drift"]).toContain("wrapper: rkt 1.0.0 needs another");
    const mended = await up(node, seen);
    expect(mended.outs).toMatchObject({ drift: [], runningVersion: OLD });
    expect(fileOn(node, WRAPPER)).toContain("--stage1-from-dir=stage1-fly.aci");
    expect(await active(node)).toBe("ActiveState=active");
});

test("another wrapper under the same OS is warned of once, and learned", async () => {
    const node = await host();
    const made = await created(node);
    appendFileSync(join(node.root, "usr/lib/coreos/kubelet-wrapper"), "# of a developer\n");
    const lines = heard();
    const seen = await refreshed(made);
    await refreshed(seen);
    expect(seen.outs["drift"]).toEqual([]);
    expect(lines.filter((line) => line.includes("another file than before"))).toHaveLength(1);
});

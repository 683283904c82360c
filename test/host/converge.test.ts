// Faults in the middle of an operation, and two operations at once, on simulated hosts.
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { create, delete as remove, read, update } from "../../provider/runtime";
import type { SimulatedHost } from "../../provider/testing";
import {
    active,
    created,
    errorOf,
    fileOn,
    host,
    inputsOf,
    instead,
    leftovers,
    reached,
    starts,
} from "../life/kubelets";
import { BAD, LATE, MISSING, NEW, OLD, SLOW, STORE, up, upgraded } from "../life/kubelets";

/** The unit of the operation that runs. */
async function operationOf(node: SimulatedHost): Promise<string> {
    const { stdout } = await node.run('cat "$PCK_ROOT/run/pulumi-coreos-kubelet/lock"');
    return `pulumi-coreos-kubelet@${/op=([0-9a-f]+)/.exec(stdout)?.[1] ?? ""}.service`;
}

test("a link that is cut is dialled again: one operation, one restart", async () => {
    const node = await host();
    const first = await created(node);
    const logins = node.counters.logins;
    const running = upgraded(node, first, SLOW);
    await reached(node, "fetch");
    node.cutLinks();
    await reached(node, "health");
    node.cutLinks();
    expect(await running).toMatchObject({ version: SLOW, runningVersion: SLOW });
    expect(starts(node)).toEqual([OLD, SLOW]);
    expect(node.counters.logins - logins).toBe(3);
    expect(leftovers(node)).toEqual([]);
});

test("a host that cannot be dialled for a while is waited for; the operation went on meanwhile", async () => {
    const node = await host();
    const first = await created(node);
    const running = upgraded(node, first, LATE);
    await reached(node, "health");
    await node.refuseDials(true);
    node.cutLinks();
    await expect
        .poll(() => node.run('cat "$PCK_ROOT"/run/pulumi-coreos-kubelet/*/log'))
        .toMatchObject({
            stdout: expect.stringContaining("result=committed") as string,
        });
    await node.refuseDials(false);
    expect(await running).toMatchObject({ runningVersion: LATE });
    expect(starts(node)).toEqual([OLD, LATE]);
});

test.each([
    ["killed with SIGKILL", (unit: string) => ["kill", "-s", "SIGKILL", unit]],
    ["stopped by an operator", (unit: string) => ["stop", unit]],
])("a transaction %s puts the old kubelet back", async (_, words) => {
    const node = await host();
    const first = await created(node);
    const failing = errorOf(upgraded(node, first, LATE));
    await reached(node, "health");
    await expect.poll(() => starts(node)).toEqual([OLD, LATE]);
    await node.systemctl(...words(await operationOf(node)));
    const error = await failing;
    expect(error.kind).toBe("rolled-back");
    expect(error.message).toMatch(/ended from outside.*the old kubelet runs again and is healthy/);
    expect(starts(node)).toEqual([OLD, LATE, OLD]);
    expect((await read(first.id, first.outs)).props).toEqual(first.outs);
    expect(leftovers(node)).toEqual([]);
});

test.each(["fetch", "health"])(
    "the power is cut in %s: the host comes back, and so does the operation",
    async (step) => {
        const node = await host();
        const first = await created(node);
        const running = upgraded(node, first, step === "fetch" ? SLOW : LATE);
        await reached(node, step);
        await node.powerCut();
        await node.boot();
        const wanted = step === "fetch" ? SLOW : LATE;
        expect(await running).toMatchObject({ version: wanted, runningVersion: wanted });
        expect(starts(node).at(-1)).toBe(wanted);
        expect(leftovers(node)).toEqual([]);
    },
);

test("an image that cannot be fetched: the old kubelet was never stopped", async () => {
    const node = await host();
    const first = await created(node);
    const error = await errorOf(upgraded(node, first, MISSING));
    expect(error.kind).toBe("fetch-failed");
    expect(error.message).toMatch(/fetch: .*Nothing was changed; kubelet\.service there is active as before/);
    expect(starts(node)).toEqual([OLD]);
    expect((await read(first.id, first.outs)).props).toEqual(first.outs);
});

test("a kubelet that ends at once is given up after its third end, however long systemd waits between them", async () => {
    const node = await host();
    const { id, outs } = await created(node);
    const slow = { unit: { restartSec: 3 }, health: { minReadySeconds: 4, progressDeadlineSeconds: 60 } };
    const error = await errorOf(update(id, outs, await inputsOf(node, BAD, slow)));
    expect(error.message).toMatch(/: health: the kubelet ended 3 times, the last time with status 1/);
    expect(starts(node)).toEqual([OLD, BAD, BAD, BAD, OLD]);
});

test("a kubelet that is started again before anybody looks: no status is told that was not seen", async () => {
    const node = await host({ images: { [BAD]: "crashes-after:1" } });
    const { id, outs } = await created(node);
    const health = { minReadySeconds: 5, progressDeadlineSeconds: 30 };
    const error = await errorOf(update(id, outs, await inputsOf(node, BAD, { health })));
    expect(error.message).toMatch(/: the kubelet ended [34] times(, the last time with status 1)? \(journal/);
});

test("a kubelet that is never healthy: what healthz said is quoted, and nothing where it was not asked", async () => {
    const node = await host({ images: { [BAD]: "never-healthy", [LATE]: "crashes" } });
    const { id, outs } = await created(node);
    const health = { minReadySeconds: 2, progressDeadlineSeconds: 4 };
    const sick = await errorOf(update(id, outs, await inputsOf(node, BAD, { health })));
    expect(sick.message).toMatch(/not healthy within 4 s: active \(running\), healthz said: .*500/);
    const unit = { restartSec: 30 };
    const waiting = await errorOf(update(id, outs, await inputsOf(node, LATE, { health, unit })));
    expect(waiting.message).toMatch(/not healthy within 4 s: activating \(auto-restart\) \(journal/);
});

test("a kubelet that was stopped before is stopped after the rollback", async () => {
    const node = await host();
    const first = await created(node);
    await node.systemctl("stop", "kubelet.service");
    const error = await errorOf(upgraded(node, first, BAD));
    expect(error.message).toMatch(/Rolled back: no kubelet runs, as before/);
    expect(await active(node)).toBe("ActiveState=inactive");
    expect(leftovers(node)).toEqual([]);
});

test.each<readonly [what: string, program: string, said: RegExp]>([
    [
        "for the new unit",
        '#!/bin/bash\n[[ "$*" != *of=*.pck-new-* ]] || { echo "No space left on device" >&2; exit 1; }\nexec /usr/bin/dd "$@"\n',
        /the new unit could not be written beside the old one\. Nothing was changed/,
    ],
    [
        "for the record",
        '#!/bin/bash\n[[ "$*" != *of=*/record\\ * ]] || { echo "No space left on device" >&2; exit 1; }\nexec /usr/bin/dd "$@"\n',
        /the record could not be written\. Nothing was changed/,
    ],
])("no room %s: refused, and nothing is left behind", async (_, program, said) => {
    const node = await host();
    const first = await created(node);
    const dd = join(node.root, "usr/bin/dd");
    writeFileSync(dd, program, { mode: 0o755 });
    const error = await errorOf(upgraded(node, first, NEW));
    expect(error.message).toMatch(said);
    expect(starts(node)).toEqual([OLD]);
    expect(leftovers(node)).toEqual([]);
    rmSync(dd);
    expect((await read(first.id, first.outs)).props).toEqual(first.outs);
    expect(await upgraded(node, first, NEW)).toMatchObject({ runningVersion: NEW });
});

test("two applies of one owner and one plan are one operation: one restart", async () => {
    const node = await host();
    const first = await created(node);
    const both = await Promise.all([upgraded(node, first, SLOW), upgraded(node, first, SLOW)]);
    expect(both.map(({ runningVersion }) => runningVersion)).toEqual([SLOW, SLOW]);
    expect(starts(node)).toEqual([OLD, SLOW]);
});

test("two applies of one owner and one plan that fails: both are told", async () => {
    const node = await host();
    const first = await created(node);
    const errors = await Promise.all([errorOf(upgraded(node, first, BAD)), errorOf(upgraded(node, first, BAD))]);
    expect(errors.map(({ kind }) => kind)).toEqual(["rolled-back", "rolled-back"]);
    expect(starts(node).at(-1)).toBe(OLD);
});

test("another plan of the same owner waits for the first, then is made anew", async () => {
    const node = await host();
    const first = await created(node);
    const slow = upgraded(node, first, SLOW);
    await reached(node, "fetch");
    const next = upgraded(node, first, NEW);
    expect(await slow).toMatchObject({ version: SLOW });
    expect(await next).toMatchObject({ version: NEW, runningVersion: NEW });
    expect(starts(node)).toEqual([OLD, SLOW, NEW]);
});

/** Lines of bash in which a command is the write of a record that says so. */
const recordSays = (state: string): string =>
    `if [[ "$*" == *of=*/record\\ * ]]; then cat >"$PCK_ROOT/run/slot"; if grep -q 'state=${state}' "$PCK_ROOT/run/slot"`;

test("a commit that cannot be written is rolled back, by a way back that is still whole", async () => {
    const node = await host();
    const first = await created(node);
    await node.run(`rkt fetch quay.io/coreos/hyperkube:${NEW}`);
    instead(node, "dd", `${recordSays("committed")}; then exit 1; fi; exec /usr/bin/dd "$@" <"$PCK_ROOT/run/slot"; fi`);
    const error = await errorOf(upgraded(node, first, NEW));
    expect(error.message).toMatch(/the record could not be written.*the old kubelet runs again and is healthy/);
    rmSync(join(node.root, "usr/bin/dd"));
    expect(starts(node)).toEqual([OLD, NEW, OLD]);
    expect(leftovers(node)).toEqual([]);
    expect((await read(first.id, first.outs)).props).toEqual(first.outs);
});

test("an image is remembered as fetched by us, though the operation that fetched it was refused in the end", async () => {
    const node = await host();
    const first = await created(node);
    instead(node, "dd", `${recordSays("armed")}; then exit 1; fi; exec /usr/bin/dd "$@" <"$PCK_ROOT/run/slot"; fi`);
    expect((await errorOf(upgraded(node, first, NEW))).kind).toBe("refused");
    rmSync(join(node.root, "usr/bin/dd"));
    expect(fileOn(node, `${STORE}/record`)).toMatch(new RegExp(`fetched=\\S+:${OLD} \\S+:${NEW}\t`));
    expect(leftovers(node)).toEqual([]);
});

test("a create that is refused for want of room leaves nothing of ours", async () => {
    const node = await host();
    instead(node, "fallocate", "exit 1");
    expect((await errorOf(created(node))).kind).toBe("no-space");
    expect(fileOn(node, `${STORE}/record`)).toBeUndefined();
    expect(existsSync(join(node.root, STORE))).toBe(false);
});

test("a rollback that cannot be written is not called one; the next look at the host finishes it", async () => {
    const node = await host();
    const first = await created(node);
    await node.run(`rkt fetch quay.io/coreos/hyperkube:${NEW}`);
    instead(
        node,
        "dd",
        `${recordSays("\\(committed\\|rolled-back\\)")}; then exit 1; fi; exec /usr/bin/dd "$@" <"$PCK_ROOT/run/slot"; fi`,
    );
    await expect(upgraded(node, first, NEW)).rejects.toThrow(/could not be put back and is left changed/);
    rmSync(join(node.root, "usr/bin/dd"));
    expect((await read(first.id, first.outs)).props).toEqual(first.outs);
    expect(leftovers(node)).toEqual([]);
});

test("a transaction that is killed before the swap is undone: the way back is still the file itself", async () => {
    const node = await host();
    const first = await created(node);
    instead(node, "mv", '[[ "$*" != *.pck-new-kubelet\\ */kubelet.service ]] || kill -KILL "$PPID"');
    const error = await errorOf(upgraded(node, first, NEW));
    expect(error.message).toMatch(/ended from outside.*the old kubelet was never stopped/);
    rmSync(join(node.root, "usr/bin/mv"));
    expect(starts(node)).toEqual([OLD]);
    expect((await read(first.id, first.outs)).props).toEqual(first.outs);
    expect(leftovers(node)).toEqual([]);
});

test("a kubelet that ends while a change needs no restart is started again", async () => {
    const node = await host({ images: { [OLD]: "crashes-after:4" } });
    const more = { unit: { restartSec: 20 }, health: { minReadySeconds: 1, progressDeadlineSeconds: 20 } };
    const { id, outs } = await create(await inputsOf(node, OLD, more));
    await expect.poll(() => active(node)).toBe("ActiveState=activating");
    node.setImage(OLD, "healthy");
    const updated = await update(id, outs, await inputsOf(node, OLD, { ...more, unit: { restartSec: 19 } }));
    expect(updated.outs).toMatchObject({ drift: [] });
    expect(await active(node)).toBe("ActiveState=active");
});

test("who cannot take a kubelet over leaves its owner the way back to before", async () => {
    const node = await host();
    const first = await created(node);
    const theirs = { owner: "urn:other", onExisting: "adopt" };
    expect((await errorOf(create(await inputsOf(node, BAD, theirs)))).kind).toBe("rolled-back");
    expect((await errorOf(create(await inputsOf(node, MISSING, theirs)))).kind).toBe("fetch-failed");
    await remove(first.id, first.outs);
    expect(await active(node)).toBe("ActiveState=inactive");
    expect(existsSync(join(node.root, "etc/systemd/system/kubelet.service"))).toBe(false);
});

test("a mask that somebody sets during the fetch is respected", async () => {
    const node = await host();
    const first = await created(node);
    const failing = errorOf(upgraded(node, first, SLOW));
    await reached(node, "fetch");
    await node.run('ln -sfn /dev/null "$PCK_ROOT/etc/systemd/system/kubelet.service"');
    expect((await failing).kind).toBe("unit-masked");
    expect(starts(node)).toEqual([OLD]);
});

test("sudo that is withdrawn in the middle: what the host runs is not known, and the next look tells", async () => {
    const node = await host();
    const first = await created(node);
    const failing = errorOf(upgraded(node, first, LATE));
    await reached(node, "health");
    writeFileSync(join(node.root, "etc/stand-in/sudo"), "refused\n");
    node.cutLinks();
    const error = await failing;
    expect(error.kind).toBe("no-sudo");
    expect(error.message).toMatch(/What the host runs now is not known/);
    writeFileSync(join(node.root, "etc/stand-in/sudo"), "nopasswd\n");
    expect((await read(first.id, first.outs)).props).toMatchObject({ version: LATE, runningVersion: LATE });
});

test("a re-dial is not given up for the number of dials: the host may be booting", async () => {
    const node = await host();
    const { id, outs } = await created(node);
    const connection = { ...node.connection, dialErrorLimit: 1 };
    const running = update(id, outs, await inputsOf(node, LATE, { connection }));
    await reached(node, "health");
    await node.refuseDials(true);
    node.cutLinks();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await node.refuseDials(false);
    expect((await running).outs).toMatchObject({ runningVersion: LATE });
});

test("a delete that is killed while it tidies up is taken to its end", async () => {
    const node = await host();
    const first = await created(node);
    instead(node, "rmdir", '[[ "$*" != *sysinit* ]] || ! mkdir "$PCK_ROOT/run/once" 2>/dev/null || kill -KILL "$PPID"');
    await remove(first.id, first.outs);
    rmSync(join(node.root, "usr/bin/rmdir"));
    expect(existsSync(join(node.root, "var/lib/pulumi-coreos-kubelet"))).toBe(false);
    expect(existsSync(join(node.root, "etc/systemd/system/pulumi-coreos-kubelet-recovery.service"))).toBe(false);
});

test("images: the running and the previous one are kept, older ones that we fetched go, and no other", async () => {
    const node = await host();
    await node.run("rkt fetch quay.io/coreos/hyperkube:v1.2.0_theirs");
    const tags = ["v1.3.5_coreos.0", "v1.3.6_coreos.0", "v1.3.7_coreos.0"];
    const first = await created(node);
    const { id } = first;
    let { outs } = first;
    for (const tag of [...tags, BAD]) {
        const updated = await update(id, outs, await inputsOf(node, tag)).catch(() => ({ outs }));
        outs = updated.outs;
    }
    const { stdout } = await node.run("rkt image list --no-legend --fields=name | sed 's/.*://' | sort");
    expect(stdout.trim().split("\n")).toEqual(["v1.2.0_theirs", "v1.3.6_coreos.0", "v1.3.7_coreos.0", BAD]);
    outs = (await update(id, outs, await inputsOf(node, tags[0] ?? ""))).outs;
    const after = await node.run("rkt image list --no-legend --fields=name | sed 's/.*://' | sort");
    expect(after.stdout.trim().split("\n")).toEqual(["v1.2.0_theirs", "v1.3.5_coreos.0", "v1.3.7_coreos.0"]);
});

test("images: space is looked at before a fetch; too little, and nothing is fetched and the old kubelet never stopped", async () => {
    const node = await host();
    const first = await created(node);
    // Enough for a start, not for an image besides.
    instead(node, "df", '[[ "$*" != *avail* ]] || { echo Avail; echo $((150 << 20)); exit; }');
    const error = await errorOf(upgraded(node, first, NEW));
    expect(error.kind).toBe("no-space");
    expect(error.message).toBe(
        "127.0.0.1: apply: 150 MiB are free under /var/lib, 160 MiB are needed to fetch an image. Nothing was changed; kubelet.service there is active as before. Make room under /var/lib there.",
    );
    const images = await node.run("rkt image list --no-legend --fields=name");
    expect(images.stdout).toBe(`quay.io/coreos/hyperkube:${OLD}\n`);
    expect(starts(node)).toEqual([OLD]);
    // An image that is in the store needs no such room.
    await node.run(`rkt fetch quay.io/coreos/hyperkube:${NEW}`);
    expect(await upgraded(node, first, NEW)).toMatchObject({ runningVersion: NEW });
});

test("folders of operations long past go but for ten; one that somebody may still come back for stays", async () => {
    const node = await host();
    const { id, outs } = await created(node);
    const make = 'cd "$PCK_ROOT/run/pulumi-coreos-kubelet"; for n in {1..30}; do mkdir';
    await node.run(`${make} "0ld$n" && touch -d "-$((n + 1)) minutes" "0ld$n"; done`);
    await node.run(`${make} "young$n"; done`);
    await update(id, outs, await inputsOf(node, NEW));
    const folders = readdirSync(join(node.root, "run/pulumi-coreos-kubelet"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    const oldest = (a: string, b: string): number => Number(a.slice(3)) - Number(b.slice(3));
    expect(folders.filter((name) => name.startsWith("0ld")).sort(oldest)).toEqual(
        Array.from({ length: 10 }, (_, index) => `0ld${index + 1}`),
    );
    expect(folders.filter((name) => name.startsWith("young"))).toHaveLength(30);
});

test("a failure quotes no value of the kubelet before it either: its last words may stand in the journal", async () => {
    const node = await host();
    const made = await created(node, OLD, { unit: { restartSec: 0.1, environment: { TOKEN: "former-secret" } } });
    instead(node, "journalctl", "echo the former-secret and the next-secret; exit");
    const next = { unit: { restartSec: 0.1, environment: { TOKEN: "next-secret" } } };
    const { kind, message } = await errorOf(up(node, made, BAD, next));
    expect(kind).toBe("rolled-back");
    expect(message).toContain("(journal: the [secret] and the [secret])");
});

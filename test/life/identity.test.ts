// Which machine it is, which instance, and whose.
import { rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { delete as remove, read, update } from "../../provider/runtime";
import type { SimulatedHost } from "../../provider/testing";
import { active, BAD, created, errorOf, fileOn, heard, host, inputsOf, instead, LINK, NEW, OLD } from "./kubelets";
import { type Properties, refreshed, run, starts, STORE, theirs, UNIT, up } from "./kubelets";

const FOREIGN =
    "[Service]\nExecStart=/usr/lib/coreos/kubelet-wrapper --v=7\nEnvironment=KUBELET_VERSION=v1.2.0_coreos.0\n";

/** The machine is installed anew: nothing of ours is left on it. */
async function wipe(node: SimulatedHost): Promise<void> {
    await run(node, "systemctl stop kubelet.service");
    for (const path of [UNIT, LINK, STORE]) rmSync(join(node.root, path), { recursive: true, force: true });
    await run(node, "systemctl daemon-reload");
    node.changeMachineId();
}

/** The value of a key in the host's record. */
async function recorded(node: SimulatedHost, key: string): Promise<string | undefined> {
    const text = await run(node, `tr '\\t' '\\n' <"$PCK_ROOT/${STORE}/record" | grep -a '^\\(seq\\|${key}\\)=\\|seq='`);
    const slots = text.split(/(?=[0-9a-f]{64} seq=)/).filter((slot) => slot.includes("seq="));
    const newest = slots.sort((a, b) => sequence(b) - sequence(a))[0];
    return new RegExp(`^${key}=(.*)$`, "m").exec(newest ?? "")?.[1];
}

const sequence = (slot: string): number => Number(/seq=(\d+)/.exec(slot)?.[1] ?? 0);

/** A port of this machine on which nobody listens. */
async function deadPort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

test("another machine at the same address: refresh says that it is gone, and why; up makes it anew there", async () => {
    const node = await host();
    const made = await created(node);
    await wipe(node);
    const lines = heard();
    expect(await read(made.id, made.outs)).toEqual({ id: "", props: {} });
    expect(lines).toContain("127.0.0.1: another machine answers at this address. The next `pulumi up` makes it anew");
    const anew = await created(node);
    expect(anew.outs["machineId"]).toBe(node.machineId);
    expect(anew.outs["instance"]).not.toBe(made.outs["instance"]);
});

test("another machine at the same address, met by an up without a refresh: it converges, and is known from then on", async () => {
    const node = await host();
    const made = await created(node);
    await wipe(node);
    const updated = await up(node, made, NEW);
    expect(updated.outs).toMatchObject({ machineId: node.machineId, runningVersion: NEW, drift: [] });
    expect((await refreshed(updated)).outs).toEqual(updated.outs);
});

test("another machine at the same address with a kubelet of its own: that is not taken for ours", async () => {
    const node = await host();
    const made = await created(node);
    await wipe(node);
    await theirs(node, FOREIGN);
    expect((await errorOf(up(node, made, NEW))).kind).toBe("unit-foreign");
    expect(fileOn(node, UNIT)).toBe(FOREIGN);
    const lines = heard();
    await remove(made.id, made.outs);
    expect(lines).toContain("127.0.0.1: nothing on the host is this resource's any more; it stays as it is");
    expect(fileOn(node, UNIT)).toBe(FOREIGN);
});

test("the same machine at another address: the new instance takes over without a restart, the old one has nothing to delete", async () => {
    const node = await host();
    const made = await created(node);
    const connection = { ...node.connection, host: "localhost" };
    const moved = await created(node, OLD, { connection });
    expect(moved.id).toBe(`kubelet.service@localhost:${node.connection.port}`);
    await remove(made.id, made.outs);
    expect(starts(node)).toEqual([OLD]);
    expect(await active(node)).toBe("ActiveState=active");
    expect((await refreshed(moved)).outs).toEqual(moved.outs);
});

test("a replaced instance whose old address is dead: there is nothing to delete", async () => {
    const node = await host();
    const made = await created(node);
    const moved = await created(node, OLD, { connection: { ...node.connection, host: "localhost" } });
    const connection = { ...node.connection, port: await deadPort(), dialErrorLimit: 0 };
    const lines = heard();
    await remove(`kubelet.service@127.0.0.1:${connection.port}`, { ...made.outs, connection });
    expect(lines.at(-1)).toBe("127.0.0.1: nothing on the host is this resource's any more; it stays as it is");
    expect((await refreshed(moved)).outs).toEqual(moved.outs);
    expect(starts(node)).toEqual([OLD]);
});

test("a rebuilt host with a new host key is refused, until connection.hostKey says that it is right", async () => {
    const node = await host();
    const made = await created(node);
    await wipe(node);
    node.changeHostKey();
    for (const attempt of [() => read(made.id, made.outs), () => up(node, made, NEW)]) {
        const error = await errorOf(attempt());
        expect(error.kind).toBe("host-key-changed");
        expect(error.message).toMatch(/set connection\.hostKey, or create the resource anew with --replace/);
    }
    const accepted = { connection: { ...node.connection, hostKey: node.hostKey } };
    const rebuilt = await up(node, made, OLD, accepted);
    expect(rebuilt.outs).toMatchObject({ machineId: node.machineId, hostKey: node.hostKey, runningVersion: OLD });
    // From then on it is pinned without the argument too.
    expect((await up(node, rebuilt, OLD)).outs).toMatchObject({ hostKey: node.hostKey });
});

test("a rebuilt host with a new host key, created anew (--replace): accepted, for the delete of the old instance too", async () => {
    const node = await host();
    const made = await created(node);
    await wipe(node);
    node.changeHostKey();
    const anew = await created(node);
    const lines = heard();
    await remove(made.id, made.outs);
    expect(lines).toContain("127.0.0.1: nothing on the host is this resource's any more; it stays as it is");
    expect((await refreshed(anew)).outs).toEqual(anew.outs);
    expect(await active(node)).toBe("ActiveState=active");
});

test("a first create that could not be put back: the host key that it saw is pinned all the same", async () => {
    const node = await host();
    instead(node, "rm", `[[ "$*" != *systemd/system/kubelet.service* ]] || exit 1`);
    const failure: unknown = await created(node, BAD).catch((error: unknown) => error);
    expect(failure).toMatchObject({ properties: { hostKey: node.hostKey, machineId: "" } });
    const { id, properties: outs } = failure as { readonly id: string; readonly properties: Properties };
    node.changeHostKey();
    expect((await errorOf(up(node, { id, outs }))).kind).toBe("host-key-changed");
});

test.each([
    ["moved into a component", "urn:pulumi:dev::p::my:Fleet$pulumi-nodejs:dynamic/coreos:KubeletService::node"],
    ["renamed, with an alias", "urn:pulumi:dev::p::pulumi-nodejs:dynamic/coreos:KubeletService::node-1"],
    ["of a stack that was renamed", "urn:pulumi:prod::p::pulumi-nodejs:dynamic/coreos:KubeletService::node"],
])(
    "a resource that is %s: the instance proves it, and the next apply writes the new owner without a restart",
    async (_, owner) => {
        const node = await host();
        const made = await created(node, OLD, {
            owner: "urn:pulumi:dev::p::pulumi-nodejs:dynamic/coreos:KubeletService::node",
        });
        // The engine moves the state; that alone is no change.
        const { logins } = node.counters;
        expect(await up(node, made, OLD, { owner })).toEqual(made);
        expect(node.counters.logins).toBe(logins);
        const changed = await up(node, made, OLD, { owner, unit: { restartSec: 0.2 } });
        expect(await recorded(node, "owner")).toBe(owner);
        expect(starts(node)).toEqual([OLD]);
        // A create after a kill is recognised by the new owner from then on, and by no other.
        const stranger = await errorOf(created(node));
        expect(stranger.message).toContain(`belongs to ${owner}`);
        await remove(changed.id, changed.outs);
        expect(fileOn(node, UNIT)).toBeUndefined();
    },
);

test("a resource that was renamed is deleted by its instance before any apply told the host", async () => {
    const node = await host();
    const made = await created(node, OLD, { owner: "urn:before" });
    await remove(made.id, { ...made.outs, owner: "urn:after" });
    expect(fileOn(node, UNIT)).toBeUndefined();
});

test("no owner known: with state the instance proves it, a create without state is refused", async () => {
    const node = await host();
    const made = await created(node, OLD, { owner: undefined });
    expect(made.outs).not.toHaveProperty("owner");
    const error = await errorOf(created(node, OLD, { owner: undefined }));
    expect(error.message).toMatch(/belongs to a resource that gave no owner/);
    const updated = await up(node, made, NEW, { owner: undefined });
    expect(updated.outs).toMatchObject({ runningVersion: NEW });
    await remove(updated.id, updated.outs);
    expect(fileOn(node, UNIT)).toBeUndefined();
});

test("a create after a kill with other content is an update that keeps the first baseline", async () => {
    const node = await host();
    await theirs(node, FOREIGN);
    const adopt = { onExisting: "adopt", onDelete: "restore" };
    const lost = await created(node, OLD, adopt);
    // `pulumi` was killed: the engine knows nothing of it, and the program has changed meanwhile.
    const made = await created(node, NEW, adopt);
    expect(made.outs).toMatchObject({ runningVersion: NEW, adopted: true });
    expect(made.outs["instance"]).not.toBe(lost.outs["instance"]);
    expect(starts(node).slice(1)).toEqual([OLD, NEW]);
    await remove(made.id, made.outs);
    expect(fileOn(node, UNIT)).toBe(FOREIGN);
});

test("a create after a kill with the same content restarts nothing", async () => {
    const node = await host();
    await created(node);
    const made = await created(node);
    expect(made.outs).toMatchObject({ runningVersion: OLD, lastChange: { downtimeSeconds: 0 } });
    expect(starts(node)).toEqual([OLD]);
});

test("an instance that a newer one has followed deletes nothing, whatever its state says", async () => {
    const node = await host();
    const made = await created(node);
    const newer = await created(node);
    for (const onDelete of ["restore", "remove"]) await remove(made.id, { ...made.outs, onDelete });
    expect((await refreshed(newer)).outs).toEqual(newer.outs);
    await expect(update(newer.id, newer.outs, await inputsOf(node, NEW))).resolves.toMatchObject({
        outs: { runningVersion: NEW } as Properties,
    });
});

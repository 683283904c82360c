// A host that is gone for good: what never needs it, and the ways to let it go.
import { expect, onTestFinished, test } from "vitest";
import { configure, delete as remove, diff } from "../../provider/runtime";
import type { SimulatedHost } from "../../provider/testing";
import { closedPort, dismissivePort } from "../ssh/support/door";
import { active, created, errorOf, heard, host, inputsOf, OLD, type Properties, refreshed, up } from "./kubelets";

const FORGET = "coreos-kubelet:forgetUnreachableOnDelete";

/** Every dial is refused, and few are made. */
async function gone(node: SimulatedHost): Promise<Properties> {
    await node.refuseDials(true);
    return { connection: { ...node.connection, dialErrorLimit: 1 } };
}

function configured(settings: Readonly<Record<string, string>>): void {
    configure({ get: (key) => settings[key] });
    onTestFinished(() => configure({ get: () => undefined }));
}

test.each<readonly [string, Properties]>([
    ["onDelete", { onDelete: "retain" }],
    ["timeouts", { timeouts: { fetch: 5 } }],
    ["health", { health: { minReadySeconds: 2, progressDeadlineSeconds: 20 } }],
    ["onExisting", { onExisting: "adopt" }],
    ["onPendingReboot", { onPendingReboot: "wait" }],
])("an update of %s alone never dials, and so does the way back", async (name, more) => {
    const node = await host({ release: "899.17.0" });
    const made = await created(node);
    await node.refuseDials(true);
    const { tcpConnections } = node.counters;
    const set = await up(node, made, OLD, more);
    expect(set.outs).toEqual({ ...made.outs, ...more });
    // What the host has is kept, so that the next `up` finds no difference.
    expect(await diff(set.id, set.outs, await inputsOf(node, OLD, more))).toEqual({ changes: false, replaces: [] });
    const back = await up(node, set, OLD);
    expect(back.outs).toEqual(made.outs);
    if (name !== "health") expect(back.outs).not.toHaveProperty(name);
    expect(node.counters.tcpConnections).toBe(tcpConnections);
});

test("delete of a host that is out of reach fails, and names the ways out", async () => {
    const node = await host();
    const made = await created(node);
    const error = await errorOf(remove(made.id, { ...made.outs, ...(await gone(node)) }));
    expect(error.kind).toBe("unreachable");
    expect(error.message).toBe(
        `127.0.0.1: delete: it cannot be reached. What it runs now is not known. If it is gone for good: \`pulumi config set ${FORGET} true\` (\`destroy\` heeds it with --run-program), or onDelete: "retain" by a \`pulumi up\` before, or deletedWith its machine.`,
    );
});

test('the way out by onDelete: "retain": set by an up that dials nobody, then deleted without a dial', async () => {
    const node = await host();
    const made = await created(node);
    await node.refuseDials(true);
    const { tcpConnections } = node.counters;
    const retained = await up(node, made, OLD, { onDelete: "retain" });
    await remove(retained.id, retained.outs);
    expect(node.counters.tcpConnections).toBe(tcpConnections);
});

test('the way out by onDelete: "retain" is open too where a refresh found drift before the host was gone', async () => {
    const node = await host();
    const made = await created(node);
    await node.systemctl("stop", "kubelet.service");
    const drifted = await refreshed(made);
    expect(drifted.outs["drift"]).toEqual(["kubelet: inactive (dead)"]);
    const more = await gone(node);
    const retained = await up(node, drifted, OLD, { onDelete: "retain" });
    expect(retained.outs).toMatchObject({ onDelete: "retain", drift: ["kubelet: inactive (dead)"] });
    // Of a host that is not gone the drift is not forgotten.
    expect((await errorOf(up(node, retained, OLD, { ...more, onDelete: "retain" }))).kind).toBe("unreachable");
    await node.refuseDials(false);
    expect((await up(node, retained, OLD, { onDelete: "retain" })).outs).toMatchObject({ drift: [] });
    expect(await active(node)).toBe("ActiveState=active");
});

test("the way out by the stack's configuration: forgotten with a warning", async () => {
    const node = await host();
    const made = await created(node);
    const lost = { ...made.outs, ...(await gone(node)) };
    configured({ [FORGET]: "true" });
    const lines = heard();
    await remove(made.id, lost);
    expect(lines).toContain(`127.0.0.1: it cannot be reached: it is forgotten (${FORGET})`);
});

test("the stack's configuration forgets no host that can be reached", async () => {
    const node = await host();
    const made = await created(node);
    configured({ [FORGET]: "true" });
    await remove(made.id, made.outs);
    expect(await active(node)).toBe("ActiveState=inactive");
});

test("another machine that answers with another host key is as good as out of reach: the same ways out", async () => {
    const node = await host();
    const made = await created(node);
    node.changeHostKey();
    // Not the key that this run's create has seen, so as to stand for a later run.
    const later = { id: "kubelet.service@127.0.0.1:22", outs: made.outs };
    const error = await errorOf(remove(later.id, later.outs));
    expect(error.kind).toBe("host-key-changed");
    expect(error.message).toMatch(/delete: it shows another host key\. What it runs now is not known\. If it is gone/);
    configured({ [FORGET]: "true" });
    await remove(later.id, later.outs);
    expect(await active(node)).toBe("ActiveState=active");
});

test.each<readonly [string, (node: SimulatedHost) => Promise<object>, string, RegExp]>([
    [
        "whose jump host is down",
        async (node) => ({
            ...node.connection,
            proxy: { host: "127.0.0.1", port: await closedPort(), dialErrorLimit: 0, password: "x" },
        }),
        "unreachable",
        /connect: no connection to jump host 127/,
    ],
    [
        "whose jump host shows another key",
        async (node) => {
            const jump = await host();
            return { ...node.connection, proxy: { ...jump.connection, hostKey: node.hostKey } };
        },
        "host-key-changed",
        /host key: the key of jump host 127/,
    ],
    [
        "that has no algorithm in common with us",
        async (node) => ({ ...node.connection, port: await dismissivePort(3) }),
        "unreachable",
        /connect: the SSH handshake with 127/,
    ],
])("a host %s is not out of reach: never forgotten", async (_, connectionOf, kind, message) => {
    const node = await host();
    const made = await created(node);
    const connection = await connectionOf(node);
    configured({ [FORGET]: "true" });
    // Not the key that this run's create has seen, so as to stand for a later run.
    const error = await errorOf(remove("kubelet.service@127.0.0.1:22", { ...made.outs, connection }));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
});

test("a host that is down behind a jump host that is not is out of reach", async () => {
    const [node, jump] = [await host(), await host()];
    const made = await created(node);
    await node.refuseDials(true);
    const connection = { ...node.connection, dialErrorLimit: 0, proxy: jump.connection };
    configured({ [FORGET]: "true" });
    const lines = heard();
    await remove(made.id, { ...made.outs, connection });
    expect(lines).toContain(`127.0.0.1: it cannot be reached: it is forgotten (${FORGET})`);
});

test.each([
    ["that takes connections and says nothing", false],
    ["that is switched off", true],
])("a host %s counts as out of reach", async (_, isOff) => {
    const node = await host();
    const made = await created(node);
    if (isOff) await node.powerCut();
    else node.blackHole(true);
    const connection = { ...node.connection, dialErrorLimit: 1, perDialTimeout: 1 };
    const lost = { ...made.outs, connection, timeouts: { connect: 3 } };
    expect((await errorOf(remove(made.id, lost))).kind).toBe("unreachable");
    configured({ [FORGET]: "true" });
    await remove(made.id, lost);
});

test("an adopted kubelet is retained unless onDelete says otherwise: deleted without a dial", async () => {
    const node = await host();
    const made = await created(node);
    await node.refuseDials(true);
    await remove(made.id, { ...made.outs, adopted: true });
    expect((await errorOf(remove(made.id, { ...made.outs, ...(await gone(node)) }))).kind).toBe("unreachable");
});

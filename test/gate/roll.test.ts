// What a roll does before, after and instead of the update of a node.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { NodeFailure } from "../../provider/rollout/node-change";
import { newKeyPair } from "../../provider/testing/keys";
import { BAD, errorOf, NEW, OLD, starts } from "../life/kubelets";
import { hostOf, loginsOf, nodesOf, outsOf, sceneOf } from "./fleet";

test("what restarts nothing passes: other settings and another connection without a look at any host", async () => {
    const nodes = await nodesOf(["a", "b"]);
    const { roll, worked, updateOf } = sceneOf(nodes, OLD);
    const before = loginsOf(nodes);
    const connection = { ...hostOf(nodes, "b").connection, perDialTimeout: 7 };
    for (const more of [{}, { timeouts: { fetch: 60 } }, { connection }, { onDelete: "retain" }]) {
        const update = await updateOf("b", OLD, more);
        await roll.before(update);
        await roll.after(update);
    }
    expect(loginsOf(nodes)).toEqual(before);
    expect(worked).toEqual([]);
});

test("a change that only reloads is seen on its own host, and passes", async () => {
    const nodes = await nodesOf(["a", "b"]);
    await hostOf(nodes, "a").systemctl("stop", "kubelet.service");
    const { change, worked } = sceneOf(nodes, OLD, { done: outsOf(nodes) });
    const before = loginsOf(nodes);
    await change("b", OLD, { unit: { restartSec: 0.1, description: "another" } });
    expect(loginsOf(nodes).map((count, at) => count - (before[at] ?? 0))).toEqual([0, 2]);
    expect([worked, starts(hostOf(nodes, "b"))]).toEqual([[], [OLD]]);
});

test("one after another: what is done around each, and what the hosts saw", async () => {
    const nodes = await nodesOf(["a", "b"]);
    const { change, worked, told } = sceneOf(nodes, NEW);
    await change("a", NEW);
    await change("b", NEW);
    expect(worked).toEqual(["before a", "after a", "before b", "after b"]);
    expect(Object.values(nodes).map(({ host: on }) => starts(on))).toEqual([
        [OLD, NEW],
        [OLD, NEW],
    ]);
    expect(told).toEqual([]);
});

test("beforeNode that fails: the node is not touched, and nothing after it", async () => {
    const nodes = await nodesOf(["a", "b", "c"]);
    const waves = { waves: [["a", "b"], ["c"]], maxUnavailable: 1 };
    const beforeNode = (): Promise<void> => Promise.reject(new Error("it is held by\na pod"));
    const { roll, updateOf, told, worked } = sceneOf(nodes, NEW, { ...waves, beforeNode });
    const both = ["a", "b"].map(async (name) => roll.before(await updateOf(name, NEW)));
    const errors = (await Promise.allSettled(both)).map((one) => (one.status === "rejected" ? String(one.reason) : ""));
    expect(errors.sort()).toEqual([
        expect.stringMatching(
            /^Error: beforeNode failed for [ab]: it is held by a pod\. Its kubelet was not touched\.$/,
        ),
        expect.stringMatching(
            /^HostError: .*: gate: the roll stopped at [ab], which tells why\. Nothing was changed on [ab]/,
        ),
    ]);
    expect(told).toEqual([
        expect.stringMatching(
            /^[ab]: wave 1 of 2: 0 nodes before it run the new version, it was not touched, 2 not started$/,
        ),
    ]);
    expect(worked).toEqual([]);
});

test("a roll that stops while beforeNode is at work: that node is not touched, and told to be given back", async () => {
    const nodes = await nodesOf(["a", "b"]);
    let drained = (): void => undefined;
    const drain = new Promise<void>((resolve) => (drained = resolve));
    const failures: NodeFailure[] = [];
    const { roll, change, updateOf, told } = sceneOf(nodes, BAD, {
        ...{ waves: [["a", "b"]], maxUnavailable: 2 },
        beforeNode: ({ name }) => (name === "b" ? drain : Promise.resolve()),
        onNodeFailed: (failure) => {
            failures.push(failure);
            return Promise.resolve();
        },
    });
    const slow = errorOf(roll.before(await updateOf("b", BAD)));
    expect((await errorOf(change("a", BAD))).kind).toBe("rolled-back");
    drained();
    expect(await slow).toMatchObject({ kind: "roll-stopped" });
    expect(starts(hostOf(nodes, "b"))).toEqual([OLD]);
    expect(failures).toMatchObject([
        { name: "a", isBack: true, running: OLD },
        {
            name: "b",
            isBack: true,
            running: OLD,
            errors: [expect.stringMatching(/the roll stopped at a, .* Nothing was/)],
        },
    ]);
    expect(told).toHaveLength(1);
});

test("a log-in that a node refuses has touched nothing of it", async () => {
    const nodes = await nodesOf(["a"]);
    const { change, told } = sceneOf(nodes, OLD);
    const { private: privateKey } = newKeyPair();
    const connection = { ...hostOf(nodes, "a").connection, privateKey, agentSocketPath: "/nowhere" };
    expect((await errorOf(change("a", OLD, { connection }))).kind).toBe("authentication");
    expect(told).toEqual([
        "a: wave 1 of 1: 0 nodes before it run by the new arguments, it was not touched, 0 not started",
    ]);
});

test("afterNode that fails: the node counts as changed, and nothing is started after it", async () => {
    const nodes = await nodesOf(["a", "b"]);
    const afterNode = (): Promise<void> => Promise.reject(new Error("no uncordon"));
    const { change, told } = sceneOf(nodes, NEW, { afterNode });
    await expect(change("a", NEW)).rejects.toThrow(
        "afterNode failed for a: no uncordon. Its new kubelet runs; no later `pulumi up` does this work again.",
    );
    expect(told).toEqual(["a: wave 1 of 2: 0 nodes before it run the new version, it runs the new one, 1 not started"]);
    expect((await errorOf(change("b", NEW))).kind).toBe("roll-stopped");
    expect(starts(hostOf(nodes, "b"))).toEqual([OLD]);
});

test("a node that rolls itself back: what it runs is told, then onNodeFailed", async () => {
    const nodes = await nodesOf(["a", "b", "c"]);
    const { change, told, worked } = sceneOf(nodes, BAD);
    hostOf(nodes, "a").setImage(BAD, "healthy");
    await change("a", BAD);
    expect((await errorOf(change("b", BAD))).kind).toBe("rolled-back");
    expect(told).toEqual([
        "b: wave 2 of 3: 1 node before it runs the new version, it runs the old one again, 1 not started",
    ]);
    expect(worked).toEqual(["before a", "after a", "before b", `failed b ${OLD}`]);
});

test("onNodeFailed that fails is told, and hides nothing", async () => {
    const nodes = await nodesOf(["a"]);
    const onNodeFailed = (): Promise<void> => Promise.reject(new Error("no answer"));
    const { change, told } = sceneOf(nodes, BAD, { onNodeFailed });
    expect((await errorOf(change("a", BAD))).kind).toBe("rolled-back");
    expect(told).toEqual([expect.stringMatching(/^a: wave 1 of 1: /), "a: onNodeFailed failed for a: no answer"]);
});

test("a host that must not be touched, or cannot be: nothing is done around it", async () => {
    const nodes = await nodesOf(["a"]);
    const { roll, updateOf, worked, told } = sceneOf(nodes, NEW);
    writeFileSync(join(hostOf(nodes, "a").root, "run/reboot-required"), "");
    expect((await errorOf(roll.before(await updateOf("a", NEW)))).kind).toBe("reboot-due");
    expect(worked).toEqual([]);
    expect(told).toHaveLength(1);
});

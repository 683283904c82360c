// What the gate of a wave asks of the hosts before it opens.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Fleet } from "../../provider/gate";
import type { SimulatedHost } from "../../provider/testing";
import { active, errorOf, host, MISSING, NEW, OLD, run, SLOW, starts, type Properties } from "../life/kubelets";
import { hostOf, loginsOf, nodesOf, outsOf, sceneOf, type Nodes } from "./fleet";

/** The kubelet's healthz answers no more. */
function silence({ root }: SimulatedHost): void {
    writeFileSync(join(root, "run/stand-in/healthz"), "0 0 500 0\n");
}

/** The kubelet's healthz is late with its next answer; gives how often it has been asked since. */
function delayOnce(on: SimulatedHost): () => number {
    const [curl, asked] = [join(on.root, "usr/bin/curl"), join(on.root, "run/asked")];
    renameSync(curl, `${curl}-in-time`);
    const script = `echo >>${asked}; (($(wc -l <${asked}) > 1)) || exit 28; exec ${curl}-in-time "$@"`;
    writeFileSync(curl, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
    return () => readFileSync(asked, "utf8").length;
}

const onlyOf =
    (name: string, done: Fleet["done"]): Fleet["done"] =>
    (asked) =>
        asked === name ? done(asked) : Promise.resolve(undefined);

test("a node that --target left out before it was ever made is no reason to stop", async () => {
    const nodes = await nodesOf(["a", "b"]);
    const { health, connection, runningVersion, hostKey } = {} as Properties;
    const done = (name: string): Promise<Properties | undefined> =>
        Promise.resolve(name === "a" ? { health, connection, runningVersion, hostKey } : undefined);
    const { change, worked } = sceneOf(nodes, NEW, { waves: [["a", "b"]], maxUnavailable: 2, done });
    await change("b", NEW);
    expect(worked).toEqual(["before b", "after b"]);
});

test.each<readonly [what: string, fall: (on: SimulatedHost) => unknown, done: Properties, said: RegExp]>([
    [
        "whose kubelet was stopped",
        (on) => on.systemctl("stop", "kubelet.service"),
        {},
        /: gate: a, which this roll has finished: kubelet\.service is inactive \(dead\)\. Nothing .* not started\. Mend it/,
    ],
    ["whose kubelet answers no more", silence, {}, /: a, which this roll has finished: healthz said: curl: \(7\)/],
    [
        "that runs another image than it should",
        () => undefined,
        { runningVersion: NEW },
        /: a, which this roll has finished: its pod runs v1\.3\.4_coreos\.0, not v1\.3\.6_coreos\.0/,
    ],
    [
        "that cannot be reached",
        (on) => on.refuseDials(true),
        {},
        /no connection to .*\. It is a, which this roll has finished: the next wave is not started\. Mend it/,
    ],
])(
    "a finished node %s stops the roll before the next is touched",
    async (_, fall, done, said) => {
        const nodes = await nodesOf(["a", "b", "c"]);
        await fall(hostOf(nodes, "a"));
        const { roll, worked, told, updateOf } = sceneOf(nodes, NEW, { done: onlyOf("a", outsOf(nodes, done)) });
        const error = await errorOf(roll.before(await updateOf("b", NEW)));
        expect(error.message).toMatch(said);
        expect(worked).toEqual([]);
        expect(told).toEqual([
            "b: wave 2 of 3: 0 nodes before it run the new version, it was not touched, 2 not started",
        ]);
        expect(starts(hostOf(nodes, "b"))).toEqual([OLD]);
    },
    180_000,
);

test("a finished node whose image nobody can tell passes, and one that is late to answer once", async () => {
    const nodes = await nodesOf(["a", "b"]);
    const { roll, worked, updateOf } = sceneOf(nodes, NEW, { done: outsOf(nodes, { runningVersion: "unknown" }) });
    const timesAsked = delayOnce(hostOf(nodes, "a"));
    await roll.before(await updateOf("b", NEW));
    expect([worked, timesAsked()]).toEqual([["before b"], 2]);
});

test("the next wave waits until the youngest kubelet has soaked, by the clock of its host", async () => {
    const nodes = await nodesOf(["a", "b"]);
    const { change, roll, updateOf, worked } = sceneOf(nodes, NEW, { soakSeconds: 6 });
    await change("a", NEW);
    await roll.before(await updateOf("b", NEW));
    const [, last] = hostOf(nodes, "a").kubeletStarts();
    expect(Date.now() - (last?.time ?? 0)).toBeGreaterThanOrEqual(5900);
    expect(worked).toEqual(["before a", "after a", "before b"]);
});

test("a connection is kept to nodes that soak; one that is through is looked at first and last", async () => {
    const nodes = await nodesOf(["a", "b", "c"]);
    const { change, roll, updateOf } = sceneOf(nodes, NEW, { soakSeconds: 8 });
    await change("a", NEW);
    await change("b", NEW);
    const before = loginsOf(nodes);
    await roll.before(await updateOf("c", NEW));
    // The last one is looked at for what its update needs, and before the gate.
    expect(loginsOf(nodes).map((count, at) => count - (before[at] ?? 0))).toEqual([2, 1, 2]);
});

test("a kubelet that is started again while it soaks stops the roll, healthy or not", async () => {
    const nodes = await nodesOf(["a", "b"]);
    const { roll, shown, updateOf, worked } = sceneOf(nodes, NEW, { soakSeconds: 3600, done: outsOf(nodes) });
    const stopped = errorOf(roll.before(await updateOf("b", NEW)));
    const { counters } = hostOf(nodes, "a");
    await expect.poll(() => shown.join()).toMatch(/soaks for/);
    await hostOf(nodes, "a").systemctl("restart", "kubelet.service");
    expect((await stopped).message).toMatch(/a, which this roll has finished: its kubelet was started again meanwhile/);
    expect([worked, counters.logins]).toEqual([[], 2]);
});

test("one gate for all nodes of a wave, which looks at each other node once", async () => {
    const nodes = await nodesOf(["a", "b", "c", "d"]);
    const wanted = { waves: [["a"], ["b", "c"], ["d"]], maxUnavailable: 2, done: outsOf(nodes) };
    const { roll, updateOf, worked } = sceneOf(nodes, NEW, wanted);
    const before = loginsOf(nodes);
    await Promise.all(["b", "c"].map(async (name) => roll.before(await updateOf(name, NEW))));
    // Each of its own wave is looked at once more, before the gate, for what its update needs.
    expect(loginsOf(nodes).map((count, at) => count - (before[at] ?? 0))).toEqual([1, 2, 2, 1]);
    expect([...worked].sort()).toEqual(["before b", "before c"]);
});

test("nodes that are down count: one too many stops the roll", async () => {
    const nodes = await nodesOf(["a", "b", "c"]);
    await hostOf(nodes, "c").systemctl("stop", "kubelet.service");
    const { roll, updateOf, told } = sceneOf(nodes, NEW);
    const error = await errorOf(roll.before(await updateOf("a", NEW)));
    expect(error.kind).toBe("too-many-down");
    expect(error.message).toMatch(
        /: gate: without a healthy kubelet are c \(kubelet\.service is inactive \(dead\)\), and maxUnavailable allows 1 at once\. Nothing was changed on a\./,
    );
    expect(told).toEqual(["a: wave 1 of 3: 0 nodes before it run the new version, it was not touched, 2 not started"]);
});

test("with room for it the roll goes on, one fewer at once", async () => {
    const nodes = await nodesOf(["a", "b", "c"]);
    await hostOf(nodes, "c").refuseDials(true);
    const waves = { waves: [["a", "b"], ["c"]], maxUnavailable: 2 };
    const { change, worked } = sceneOf(nodes, NEW, waves);
    await Promise.all([change("a", NEW), change("b", NEW)]);
    const [first, second] = worked[0] === "before a" ? ["a", "b"] : ["b", "a"];
    expect(worked).toEqual([`before ${first}`, `after ${first}`, `before ${second}`, `after ${second}`]);
}, 180_000);

test("a node that is down itself is no reason not to repair it", async () => {
    const nodes = await nodesOf(["a"]);
    await hostOf(nodes, "a").systemctl("stop", "kubelet.service");
    const { change } = sceneOf(nodes, NEW);
    await change("a", NEW);
    expect(await active(hostOf(nodes, "a"))).toBe("ActiveState=active");
});

test("a node that was never made is not down, nor one whose arguments are not known yet", async () => {
    const nodes: Nodes = { ...(await nodesOf(["a"])), b: { host: await host(), made: { id: "", outs: {} } } };
    const { fleet } = sceneOf(nodes, NEW);
    const wanted: Fleet["wanted"] = (name) => (name === "c" ? Promise.resolve(undefined) : fleet.wanted(name));
    const { roll, updateOf, worked } = sceneOf(nodes, NEW, { waves: [["a"], ["b"], ["c"]], wanted });
    await roll.before(await updateOf("a", NEW));
    expect(worked).toEqual(["before a"]);
});

test("a password is not shown to a host whose key only the state knows", async () => {
    const nodes = await nodesOf(["a", "b"], { password: "hunter2" });
    const on = hostOf(nodes, "b");
    const open = { ...on.connection, password: "hunter2" };
    const waves = [["a"], ["b"]];
    const looked = async (connection: object): Promise<number> => {
        const { fleet } = sceneOf(nodes, NEW);
        const wanted: Fleet["wanted"] = async (name) => {
            const inputs = await fleet.wanted(name);
            return name === "b" ? { ...inputs, connection } : inputs;
        };
        const { roll, updateOf } = sceneOf(nodes, NEW, { waves, wanted });
        const before = on.counters.tcpConnections;
        await roll.before(await updateOf("a", NEW));
        return on.counters.tcpConnections - before;
    };
    expect(await looked(open)).toBe(0);
    expect(await looked({ ...open, password: undefined, sudoPassword: "hunter3" })).toBe(0);
    expect(await looked({ ...open, hostKey: on.hostKey })).toBe(1);
    expect(await looked({ ...on.connection, password: undefined })).toBe(1);
});

test("a port of healthz that the roll changes is asked for at the old one too", async () => {
    const nodes = await nodesOf(["a", "b"]);
    const { fleet } = sceneOf(nodes, NEW);
    const health = { port: 10999, minReadySeconds: 1, progressDeadlineSeconds: 20 };
    const wanted: Fleet["wanted"] = async (name) => ({ ...(await fleet.wanted(name)), health });
    const { roll, updateOf, worked } = sceneOf(nodes, NEW, { wanted });
    await roll.before(await updateOf("a", NEW, { health }));
    expect(worked).toEqual(["before a"]);
});

test("images are fetched ahead on every node of the roll, by the first gate", async () => {
    const nodes = await nodesOf(["a", "b", "c"]);
    await hostOf(nodes, "b").refuseDials(true);
    const { roll, updateOf, worked } = sceneOf(nodes, SLOW, { prefetch: true, maxUnavailable: 2 });
    await roll.before(await updateOf("a", SLOW));
    const images = Object.values(nodes).map(({ host: on }) => run(on, "rkt image list --no-legend --fields=name"));
    const has = (await Promise.all(images)).map((text) => text.includes(SLOW));
    // One that cannot be reached is passed over.
    expect(has).toEqual([true, false, true]);
    expect([worked, starts(hostOf(nodes, "a"))]).toEqual([["before a"], [OLD]]);
}, 180_000);

test("an image that cannot be had on one of them is known before the first restart", async () => {
    const nodes = await nodesOf(["a", "b", "c"]);
    hostOf(nodes, "a").setImage(MISSING, "healthy");
    hostOf(nodes, "b").setImage(MISSING, "healthy");
    const { roll, updateOf, worked } = sceneOf(nodes, MISSING, { prefetch: true });
    const error = await errorOf(roll.before(await updateOf("a", MISSING)));
    expect(error.kind).toBe("fetch-failed");
    expect(error.message).toMatch(
        /fetch: rkt .*v1\.3\.9_coreos\.0.*\. It is c; no kubelet was restarted for this roll\. Mend/,
    );
    expect(worked).toEqual([]);
    expect(starts(hostOf(nodes, "a"))).toEqual([OLD]);
});

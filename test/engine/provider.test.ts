// Every method of the provider, in the SDK's own process, over gRPC.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { simulatedHost, type SimulatedHost, type SimulatedHostOptions } from "../../provider/testing";
import { UNKNOWN } from "../../provider/spec/unknown";
import { createOnMany } from "./many";
import { providerProcess, providerText, type Properties } from "./process";

const [SOME, NONE] = [2, 1];

async function host(options: SimulatedHostOptions = {}): Promise<SimulatedHost> {
    const made = await simulatedHost(options);
    onTestFinished(() => made.stop());
    return made;
}

const on = (node: SimulatedHost, more: Properties = {}): Properties => ({
    connection: { ...node.connection },
    version: "v1.3.4_coreos.0",
    unit: { restartSec: 1 },
    health: { minReadySeconds: 1, progressDeadlineSeconds: 60 },
    ...more,
});

test("the text of the provider in state is the golden one", async () => {
    await expect(await providerText()).toMatchFileSnapshot("provider.golden.txt");
});

test("where the package does not load, every call fails: none passes for one that had nothing to do", async () => {
    const empty = mkdtempSync(join(tmpdir(), "empty-"));
    onTestFinished(() => rmSync(empty, { recursive: true }));
    const broken = join(empty, "node_modules/pulumi-coreos-kubelet");
    mkdirSync(broken, { recursive: true });
    writeFileSync(join(broken, "package.json"), '{ "name": "pulumi-coreos-kubelet", "exports": {} }');
    const provider = await providerProcess({ cwd: empty });
    const missing = /subpath '.\/runtime' is not defined/;
    for (let call = 0; call < 2; call++) {
        await expect(provider.check({})).rejects.toThrow(missing);
        await expect(provider.diff("", {}, {})).rejects.toThrow(missing);
        await expect(provider.create({})).rejects.toThrow(missing);
        await expect(provider.read("", {})).rejects.toThrow(missing);
        await expect(provider.update("", {}, {})).rejects.toThrow(missing);
        await expect(provider.delete("", {})).rejects.toThrow(missing);
    }
});

test("check, create, diff, read, update, delete", async () => {
    const node = await host();
    const provider = await providerProcess();
    const { inputs, failures } = await provider.check(on(node));
    expect(failures).toEqual([]);
    const { id, properties } = await provider.create(inputs);
    expect(id).toBe(`kubelet.service@127.0.0.1:${node.connection.port}`);
    expect(properties).toMatchObject({ ...on(node), runningVersion: "v1.3.4_coreos.0", schemaVersion: 1 });

    expect(await provider.diff(id, properties, inputs)).toBe(NONE);
    expect(await provider.read(id, properties)).toEqual({ id, properties });

    const { inputs: news } = await provider.check(on(node, { version: "v1.3.6_coreos.0" }));
    expect(await provider.diff(id, properties, news)).toBe(SOME);
    const updated = await provider.update(id, properties, news);
    expect(updated).toMatchObject({ version: "v1.3.6_coreos.0", runningVersion: "v1.3.6_coreos.0" });

    await provider.delete(id, updated);
    expect((await provider.read(id, updated)).id).toBe("");
}, 240_000);

test("unknown values at any depth pass check and count as a change", async () => {
    const node = await host();
    const provider = await providerProcess();
    const { inputs: known } = await provider.check(on(node));
    const { id, properties } = await provider.create(known);
    for (const more of [
        { version: UNKNOWN },
        { connection: { ...node.connection, privateKey: UNKNOWN } },
        { connection: { host: UNKNOWN } },
        { flags: { v: [UNKNOWN] } },
        { rkt: { volumes: [{ name: "own", source: UNKNOWN, target: "/own" }] } },
    ]) {
        const { inputs, failures } = await provider.check(on(node, more));
        expect(failures).toEqual([]);
        expect(await provider.diff(id, properties, inputs)).toBe(SOME);
    }
    const bad = await provider.check(on(node, { version: "latest" }));
    expect(bad.failures).toEqual([expect.stringMatching(/v1\.3\.4_coreos\.0/)]);
}, 240_000);

test("a hung host ends at its deadline", async () => {
    const node = await host();
    node.blackHole(true);
    const provider = await providerProcess();
    const timeouts = { connect: 2, operation: 4 };
    await expect(provider.create(on(node, { timeouts }))).rejects.toThrow(/127\.0\.0\.1: .*(within|time)/);
}, 90_000);

test("a host that hangs in the middle ends at its deadline, and says that the outcome is unknown", async () => {
    const node = await host({ images: { "v1.3.4_coreos.0": "late:60" } });
    const provider = await providerProcess();
    const failed = expect(provider.create(on(node, { timeouts: { operation: 4 } }))).rejects.toThrow(
        /is not known.*refresh/s,
    );
    await expect.poll(() => node.kubeletStarts().length).toBe(1);
    await failed;
}, 90_000);

test("a provider whose pulumi was killed ends its work, and then rests", async () => {
    const node = await host();
    const provider = await providerProcess();
    provider.deafen();
    await provider.create(on(node));
    const ticks = (): number => {
        const [, , , , , , , , , , , , , user, system] = readFileSync(`/proc/${provider.pid}/stat`, "utf8").split(" ");
        return Number(user) + Number(system);
    };
    const before = ticks();
    await sleep(2000);
    // A tick is 10 ms: one that turns in circles would take near 200.
    expect(ticks() - before).toBeLessThan(50);
}, 90_000);

test("100 creates at once", async () => {
    const { nodes, ids, peak } = await createOnMany(100);
    expect(new Set(ids).size).toBe(100);
    expect(nodes.map((node) => node.kubeletStarts().length)).toEqual(nodes.map(() => 1));
    expect(nodes.every(({ counters }) => counters.logins === 1)).toBe(true);
    expect(peak * 2 ** 20).toBeLessThan(250e6);
}, 300_000);

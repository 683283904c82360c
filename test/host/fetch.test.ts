// Fetching an image ahead of the change that needs it, on simulated hosts.
import { expect, onTestFinished, test } from "vitest";
import { converge, type Converged } from "../../provider/host/converge";
import { Host } from "../../provider/host/host";
import { planFetch } from "../../provider/plan/fetch";
import { planApply } from "../../provider/plan/make";
import { asInputs } from "../../provider/spec/args";
import { specOf } from "../../provider/spec/defaults";
import type { SimulatedHost } from "../../provider/testing";
import { created, errorOf, fileOn, heard, host, inputsOf, leftovers, reached, run, starts } from "../life/kubelets";
import { BAD, MISSING, NEW, OLD, SLOW, STORE, UNIT, up, upgraded } from "../life/kubelets";

/** Fetches what a kubelet of that version needs. */
async function fetched(node: SimulatedHost, version: string): Promise<Converged> {
    const spec = specOf(asInputs(await inputsOf(node, version)));
    const on = new Host({
        ...{
            connection: spec.connection,
            pinned: node.hostKey,
            connectTimeout: 20,
            operationTimeout: 60,
            sources: [],
            secrets: [],
        },
        ...{ log: () => undefined, progress: () => undefined, beforeBegin: () => Promise.resolve() },
    });
    onTestFinished(() => on.close());
    return converge(on, spec, (observed) =>
        planFetch(planApply(spec, observed, { instance: observed.record?.instance ?? "", hasState: true })),
    );
}

const imagesOn = async (node: SimulatedHost): Promise<readonly string[]> =>
    (await run(node, "rkt image list --no-legend --fields=name")).trim().split("\n");

const image = (version: string): string => `quay.io/coreos/hyperkube:${version}`;

/** A field of the record's newest slot. */
function recorded(node: SimulatedHost, key: string): string | undefined {
    const slots = (fileOn(node, `${STORE}/record`) ?? "").split("\n").map((slot) => new Map(fieldsOf(slot)));
    const seq = (slot: ReadonlyMap<string, string>): number => Number(slot.get("seq") ?? -1);
    return slots.reduce((newest, slot) => (seq(slot) > seq(newest) ? slot : newest)).get(key);
}

const fieldsOf = (slot: string): readonly (readonly [string, string])[] =>
    [...slot.matchAll(/(\w+)=([^\t]*)/g)].map(([, key = "", value = ""]) => [key, value]);

test("the image is there, the record remembers it, nothing else changed; the change then fetches nothing", async () => {
    const node = await host();
    const first = await created(node);
    const [unit, operation, seq] = [fileOn(node, UNIT), recorded(node, "op"), recorded(node, "seq")];
    const { outcome } = await fetched(node, SLOW);
    expect(outcome).toMatchObject({ result: "committed", durations: { downtimeSeconds: 0 } });
    expect(outcome?.durations.fetchSeconds).toBeGreaterThanOrEqual(2);
    expect(await imagesOn(node)).toContain(image(SLOW));
    expect(recorded(node, "fetched")?.split(" ")).toEqual([image(OLD), image(SLOW)]);
    expect([recorded(node, "state"), fileOn(node, UNIT), starts(node)]).toEqual(["committed", unit, [OLD]]);
    // One write: it was never armed.
    expect([recorded(node, "op"), recorded(node, "seq")]).toEqual([operation, String(Number(seq) + 1)]);
    expect(leftovers(node)).toEqual([]);

    const again = await fetched(node, SLOW);
    expect(again.outcome).toMatchObject({ result: "committed", durations: { fetchSeconds: 0 } });
    expect(recorded(node, "fetched")?.split(" ")).toEqual([image(OLD), image(SLOW)]);

    const { lastChange } = await upgraded(node, first, SLOW);
    expect(lastChange).toMatchObject({ action: "updated", fetchSeconds: 0 });
    expect(starts(node)).toEqual([OLD, SLOW]);
});

test("one that no change came to need is removed by the next change", async () => {
    const node = await host();
    const first = await created(node);
    await fetched(node, BAD);
    expect(await imagesOn(node)).toContain(image(BAD));
    await up(node, first, NEW);
    expect(await imagesOn(node)).toEqual([image(OLD), image(NEW)]);
});

test("an image that cannot be had: the host and its record are as before", async () => {
    const node = await host();
    await created(node);
    const seq = recorded(node, "seq");
    const error = await errorOf(fetched(node, MISSING));
    expect(error.kind).toBe("fetch-failed");
    expect(error.message).toMatch(/Nothing was changed; kubelet\.service there is active as before/);
    expect([recorded(node, "seq"), starts(node), leftovers(node)]).toEqual([seq, [OLD], []]);
});

test("one that is stopped in the middle is refused, and may be made again", async () => {
    const node = await host();
    const first = await created(node);
    const cut = errorOf(fetched(node, SLOW));
    await reached(node, "fetch");
    const { stdout } = await node.run('cat "$PCK_ROOT/run/pulumi-coreos-kubelet/lock"');
    await node.systemctl("stop", `pulumi-coreos-kubelet@${/op=([0-9a-f]+)/.exec(stdout)?.[1] ?? ""}.service`);
    expect((await cut).message).toMatch(/ended from outside before it touched anything\. Nothing was changed/);
    expect(recorded(node, "fetched")).toBe(image(OLD));
    expect((await fetched(node, SLOW)).outcome?.result).toBe("committed");
    expect(await upgraded(node, first, SLOW)).toMatchObject({ runningVersion: SLOW });
});

test("on a host without a record nothing is remembered, and none is made", async () => {
    const node = await host();
    expect((await fetched(node, NEW)).outcome?.result).toBe("committed");
    expect(await imagesOn(node)).toEqual([image(NEW)]);
    expect(fileOn(node, `${STORE}/record`)).toBeUndefined();
});

test("a change of the same owner that comes meanwhile waits for it", async () => {
    const node = await host();
    const first = await created(node);
    const ahead = fetched(node, SLOW);
    await reached(node, "fetch");
    const change = upgraded(node, first, NEW);
    expect((await ahead).outcome?.result).toBe("committed");
    expect(await change).toMatchObject({ runningVersion: NEW });
    expect(starts(node)).toEqual([OLD, NEW]);
});

test("what a fetch says of itself is told without the values that the program gave", async () => {
    const node = await host({ images: { [OLD]: "slow-fetch:6.5" } });
    const lines = heard();
    await created(node, OLD, { rkt: { options: "--set-env=TOKEN=Downloading" } });
    const far = /^127\.0\.0\.1: fetching .*, for 5 s so far: \[secret\] ACI: {2}\d+ MB\/240 MB$/;
    expect(lines).toContainEqual(expect.stringMatching(far));
    expect(lines.join("\n")).not.toContain("Downloading");
});

// What begins on a host whose link breaks while nobody is left who wants it.
import { expect, onTestFinished, test } from "vitest";
import { HostError } from "../../provider/errors";
import { converge } from "../../provider/host/converge";
import { Host } from "../../provider/host/host";
import { planApply } from "../../provider/plan/make";
import type { KubeletServiceInputs } from "../../provider/spec/args";
import { specOf } from "../../provider/spec/defaults";
import type { SimulatedHost } from "../../provider/testing";
import { created, errorOf, host, inputsOf, NEW, OLD, reached, starts } from "../life/kubelets";

/** An upgrade; `wanted` is asked each time before it is sent, counted from 1. */
async function upgrade(node: SimulatedHost, wanted: (time: number) => boolean): Promise<unknown> {
    const spec = specOf((await inputsOf(node, NEW)) as unknown as KubeletServiceInputs);
    let times = 0;
    const on = new Host({
        ...{
            connection: spec.connection,
            pinned: node.hostKey,
            connectTimeout: 20,
            operationTimeout: 60,
            sources: [],
            secrets: [],
        },
        ...{ log: () => undefined, progress: () => undefined },
        beforeBegin: () => {
            times += 1;
            if (wanted(times)) return Promise.resolve();
            const what = { happened: "nobody wants it", hostState: "Nothing on the host was changed", next: "Go" };
            return Promise.reject(new HostError({ kind: "abandoned", host: "node-1", step: "plan", ...what }));
        },
    });
    onTestFinished(() => on.close());
    return converge(on, spec, (observed) =>
        planApply(spec, observed, { instance: observed.record?.instance ?? "", hasState: true }),
    );
}

test("an operation that was lost on its way is not sent again for somebody who is gone", async () => {
    const node = await host();
    await created(node);
    const error = await errorOf(
        upgrade(node, (time) => {
            if (time === 1) node.cutLinks();
            return time === 1;
        }),
    );
    expect(error.kind).toBe("abandoned");
    expect(starts(node)).toEqual([OLD]);
});

test("one that has begun is read to its end all the same", async () => {
    const node = await host();
    await created(node);
    const done = upgrade(node, (time) => time === 1);
    await reached(node, "health");
    node.cutLinks();
    await expect(done).resolves.toMatchObject({ outcome: { result: "committed" } });
    expect(starts(node)).toEqual([OLD, NEW]);
});

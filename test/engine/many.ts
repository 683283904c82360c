import { readFileSync } from "node:fs";
import { onTestFinished } from "vitest";
import { simulatedHost, type SimulatedHost } from "../../provider/testing";
import { providerProcess } from "./process";

export interface ManyCreates {
    readonly nodes: readonly SimulatedHost[];
    readonly ids: readonly string[];
    /** The provider process's peak memory, in MiB. */
    readonly peak: number;
    /** From the first call to the last answer. */
    readonly seconds: number;
}

/** Creates on so many hosts at once, all in one provider process. */
export async function createOnMany(count: number): Promise<ManyCreates> {
    const nodes = await Promise.all(
        Array.from({ length: count }, async () => {
            const node = await simulatedHost();
            onTestFinished(() => node.stop());
            return node;
        }),
    );
    const provider = await providerProcess();
    const begun = performance.now();
    const made = await Promise.all(
        nodes.map((node) =>
            provider.create({
                connection: { ...node.connection },
                version: "v1.3.4_coreos.0",
                unit: { restartSec: 1 },
                health: { minReadySeconds: 1, progressDeadlineSeconds: 900 },
                timeouts: { connect: 900, operation: 2400 },
            }),
        ),
    );
    const seconds = (performance.now() - begun) / 1000;
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${provider.pid}/status`, "utf8"))?.[1]) / 1024;
    return { nodes, ids: made.map(({ id }) => id), peak, seconds };
}

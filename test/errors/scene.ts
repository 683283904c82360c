// Two simulated hosts that every kind of error is provoked on, and put right again.
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { HostError } from "../../provider/errors";
import { check, create } from "../../provider/runtime";
import { simulatedHost, type SimulatedHost } from "../../provider/testing";
import { BAD, created, errorOf, MISSING, OLD, SLOW, type Made, type Properties } from "../life/kubelets";
import type { Nodes } from "../gate/fleet";

/** A version whose pod turns out to be of another image. */
export const OTHER = "v1.3.10_coreos.0";

export interface Scene {
    /** A host without a kubelet. */
    readonly bare: SimulatedHost;
    /** A host whose kubelet runs the old version. */
    readonly node: SimulatedHost;
    readonly made: Made;
    /** The second host as two nodes of a roll. */
    readonly nodes: Nodes;
    readonly stop: () => Promise<unknown>;
}

export async function sceneOfErrors(): Promise<Scene> {
    const images = { [BAD]: "crashes", [SLOW]: "slow-fetch:60", [MISSING]: "missing", [OTHER]: "wrong-image" } as const;
    const [bare, node] = await Promise.all([simulatedHost({ images }), simulatedHost({ images })]);
    const stop = (): Promise<unknown> => Promise.all([bare.stop(), node.stop()]);
    try {
        const made = await created(node);
        return { bare, node, made, nodes: { "node-1": { host: node, made }, "node-2": { host: node, made } }, stop };
    } catch (error) {
        await stop();
        throw error;
    }
}

/** What a create is refused with; `connection`: what differs from the host's own. */
export async function refusal(
    { connection }: Pick<SimulatedHost, "connection">,
    { connection: other, ...more }: Properties & { readonly connection?: Properties } = {},
): Promise<HostError> {
    const given = {
        // The machine's own agent, if it has one, is not to be asked.
        ...{ connection: { ...connection, agentSocketPath: "", ...other }, version: OLD, owner: "urn:other" },
        ...more,
    };
    const { inputs, failures } = await check({}, given);
    expect(failures).toEqual([]);
    return errorOf(create(inputs));
}

/** Takes away what stands at a path of a host and puts something else there, until the test is done. */
export function replace({ root }: SimulatedHost, path: string, put: (file: string) => unknown = () => undefined): void {
    const file = join(root, path);
    const aside = `${file}.aside`;
    if (existsSync(file)) renameSync(file, aside);
    onTestFinished(() => {
        rmSync(file, { recursive: true, force: true });
        if (existsSync(aside)) renameSync(aside, file);
    });
    put(file);
}

/** Stops the kubelet of a host until the test is done. */
export async function stopKubelet(node: SimulatedHost): Promise<void> {
    await node.systemctl("stop", "kubelet.service");
    onTestFinished(async () => {
        await node.systemctl("start", "kubelet.service");
        const healthz = "curl -fsS http://127.0.0.1:10248/healthz";
        await expect.poll(() => node.run(healthz)).toMatchObject({ stdout: "ok" });
    }, 90_000);
}

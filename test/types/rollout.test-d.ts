// Compiled, never run: what a program may write of a rollout.
import * as pulumi from "@pulumi/pulumi";
import { KubeletRollout, type KubeletRolloutArgs, type NodeFailure, type RolloutSummary } from "../../provider";

declare const text: pulumi.Output<string>;
declare const machine: pulumi.Resource;
declare const config: pulumi.Config;

declare function drained(name: string): Promise<void>;

export const workers = new KubeletRollout(
    "workers",
    {
        connection: { user: "core", privateKey: text },
        version: text,
        flags: { v: 2 },
        nodes: {
            "node-1": { connection: { host: text } },
            "node-2": {
                connection: pulumi.output({ host: "10.0.0.12" }),
                opts: { dependsOn: [machine], protect: true },
            },
            "node-3": {},
        },
        maxUnavailable: "25%",
        canary: ["node-1"],
        groups: [["node-1"], ["node-2", "node-3"]],
        soakSeconds: config.getNumber("soak"),
        prefetch: true,
        apiServerVersion: text,
        beforeNode: ({ name, oldVersion, newVersion, host }) => drained(name + oldVersion + newVersion + host),
        onNodeFailed: async ({ name, running, errors }: NodeFailure) => drained(`${name} ${running} ${errors.join()}`),
    },
    { dependsOn: machine },
);
export const summary: pulumi.Output<RolloutSummary> = workers.summary;
export const version: pulumi.Output<string> | undefined = workers.nodes["node-1"]?.runningVersion;

// @ts-expect-error no percentage
export const half: KubeletRolloutArgs = { nodes: {}, maxUnavailable: "half" };
// @ts-expect-error names of nodes are known when the program runs
export const unknown: KubeletRolloutArgs = { nodes: pulumi.output({}) };
// @ts-expect-error no such argument of a node
export const misspelt: KubeletRolloutArgs = { nodes: { "node-1": { canary: 1 } } };
// @ts-expect-error a promise is waited for: what is done around a node must give one
export const hasty: KubeletRolloutArgs = { nodes: {}, afterNode: () => undefined };

// What the program asks for, without any host and in milliseconds: under Pulumi's mocks.
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, expect, test } from "vitest";
import { kubelets } from "./kubelets";

type Fields = Readonly<Record<string, unknown>>;

const registered = new Map<string, Fields>();

beforeEach(async () => {
    registered.clear();
    await pulumi.runtime.setMocks({
        newResource: ({ name, inputs }) => {
            registered.set(name, inputs as Fields);
            return { id: name, state: inputs as Fields };
        },
        call: ({ inputs }) => inputs as Fields,
    });
});

const node = { host: "10.0.0.11", hostKey: "ssh-ed25519 AAAA", rack: "a" };
const cluster = { privateKey: "a key", version: "v1.3.4_coreos.0" };

test("each node is labelled with its rack, and has its name in the cluster", async () => {
    kubelets({ ...cluster, nodes: { "node-1": node, "node-2": { ...node, host: "10.0.0.12", rack: "b" } } });
    await pulumi.runtime.disconnect();
    expect(registered.get("node-1")).toMatchObject({ hostnameOverride: "node-1", nodeLabels: { rack: "a" } });
    expect(registered.get("node-2")).toMatchObject({ hostnameOverride: "node-2", nodeLabels: { rack: "b" } });
});

test("no host is logged in to whose key we do not know", () => {
    expect(() => kubelets({ ...cluster, nodes: { "node-1": { ...node, hostKey: "" } } })).toThrow("node-1");
});

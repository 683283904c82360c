// Under Pulumi's mocks: the plugin of @pulumi/command comes from Pulumi's servers alone, and is in no package registry.
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { afterEach, expect, test, vi } from "vitest";

type Fields = Readonly<Record<string, unknown>>;

interface Registered {
    readonly type: string;
    readonly inputs: Fields;
    /** Names of the resources that it waits for. */
    readonly dependsOn: readonly string[];
}

/** What of the SDK's request to the engine is looked at. */
interface Request {
    readonly getName: () => string;
    readonly getDependenciesList: () => readonly string[];
}

const COMMAND = "command:remote:Command";
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const nameIn = (urn: string): string => urn.split("::").at(-1) ?? "";

/** A secret's value stands beside its signature. */
function plain(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    return SIGNATURE in value ? (value as unknown as Fields)["value"] : value;
}

afterEach(() => vi.restoreAllMocks());

/** What the example registers, by name. */
async function run(config: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Registered>> {
    const register = vi.spyOn(MockMonitor.prototype, "registerResource");
    const seen = new Map<string, Omit<Registered, "dependsOn">>();
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                seen.set(name, { type, inputs: inputs as Fields });
                return { id: `${name}-id`, state: { ...(inputs as Fields), ...OUTPUTS[type] } };
            },
            call: ({ inputs }) => inputs as Fields,
        },
        "with-command",
    );
    pulumi.runtime.setAllConfig(
        Object.fromEntries(Object.entries(config).map(([key, value]) => [`with-command:${key}`, value])),
        ["with-command:privateKey"],
    );
    await import("../../examples/with-command/index.js");
    await pulumi.runtime.disconnect();
    const requests = register.mock.calls.map(([request]) => request as Request);
    const waitsFor = new Map(requests.map((one) => [one.getName(), one.getDependenciesList().map(nameIn)]));
    return new Map([...seen].map(([name, one]) => [name, { ...one, dependsOn: waitsFor.get(name) ?? [] }]));
}

const OUTPUTS: Readonly<Record<string, Fields>> = {
    [COMMAND]: { stdout: "ok" },
    "pulumi-nodejs:dynamic/coreos:KubeletService": {
        runningVersion: "v1.3.4_coreos.0",
        lastChange: { action: "created", fetchSeconds: 1, downtimeSeconds: 2, totalSeconds: 3 },
    },
};

test("examples/with-command: one connection for both, a command before each kubelet and one after", async () => {
    const hosts = { a: { host: "10.0.0.11", hostKey: "ssh-ed25519 AAAA" }, b: { host: "10.0.0.12", port: 2222 } };
    const registered = await run({
        hosts: JSON.stringify(hosts),
        privateKey: "a key",
        version: "v1.3.4_coreos.0",
    });
    const commands = [...registered].filter(([, { type }]) => type === COMMAND).map(([name]) => name);
    expect(commands.sort()).toEqual(["cni-folder-a", "cni-folder-b", "probe-a", "probe-b"]);
    for (const [name, address] of Object.entries(hosts)) {
        const kubelet = registered.get(`workers-${name}`);
        const connection = { ...address, user: "core" };
        for (const resource of [kubelet, registered.get(`cni-folder-${name}`), registered.get(`probe-${name}`)]) {
            const theirs = plain(resource?.inputs["connection"]) as Fields;
            expect({ ...theirs, privateKey: plain(theirs["privateKey"]) }).toMatchObject({
                ...connection,
                privateKey: "a key",
            });
        }
        expect(kubelet?.dependsOn).toContain(`cni-folder-${name}`);
        expect(registered.get(`probe-${name}`)?.dependsOn).toContain(`workers-${name}`);
        expect(registered.get(`probe-${name}`)?.inputs["triggers"]).toEqual(["v1.3.4_coreos.0"]);
    }
    expect(registered.get("workers-a")?.dependsOn).toEqual(["cni-folder-a"]);
    expect([...(registered.get("workers-b")?.dependsOn ?? [])].sort()).toEqual(["cni-folder-b", "workers-a"]);
    expect(registered.get("cni-folder-b")?.dependsOn).toEqual([]);
});

// What comes of the program on a host: the real `pulumi up`, by the Automation API, on a simulated CoreOS. Needs Linux, and
// the Pulumi CLI on the PATH; neither root nor a Pulumi account.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { simulatedHost, type SimulatedHost } from "pulumi-coreos-kubelet/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const OLD = "v1.3.4_coreos.0";
const NEW = "v1.3.6_coreos.0";
const BROKEN = "v1.3.7_coreos.0";
const MINUTES = 5 * 60_000;

let state: string;
let host: SimulatedHost;
let stack: Stack;

beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), "state-"));
    host = await simulatedHost({ release: "1185.3.0", images: { [BROKEN]: "crashes" } });
    stack = await LocalWorkspace.createOrSelectStack(
        { stackName: "unit-tests", workDir: __dirname },
        { envVars: { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "none" } },
    );
    const { privateKey = "", ...connection } = host.connection;
    const node = { host: connection.host, port: connection.port, hostKey: host.hostKey, rack: "a" };
    // A kubelet that is watched for 15 seconds after each start is for real hosts.
    const more = { unit: { restartSec: 0.1 }, health: { minReadySeconds: 1 } };
    await stack.setAllConfig({
        nodes: { value: JSON.stringify({ "node-1": node }) },
        privateKey: { value: privateKey, secret: true },
        more: { value: JSON.stringify(more) },
    });
}, MINUTES);

afterAll(async () => {
    await stack.workspace.removeStack("unit-tests", { force: true });
    await host.stop();
    await rm(state, { recursive: true });
}, MINUTES);

const versionsStarted = (): readonly string[] => host.kubeletStarts().map(({ version }) => version);

async function up(version: string): Promise<unknown> {
    await stack.setConfig("version", { value: version });
    const { outputs } = await stack.up();
    return outputs["versions"]?.value;
}

test(
    "an upgrade restarts the kubelet once",
    async () => {
        expect(await up(OLD)).toEqual([OLD]);
        expect(await up(NEW)).toEqual([NEW]);
        expect(versionsStarted()).toEqual([OLD, NEW]);
    },
    MINUTES,
);

test(
    "a version that crashes is rolled back",
    async () => {
        await expect(up(BROKEN)).rejects.toThrow(/Rolled back: the old kubelet runs again and is healthy/);
        expect(versionsStarted().at(-1)).toBe(NEW);
    },
    MINUTES,
);

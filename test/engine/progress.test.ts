// Where the operator reads what a host is doing.
import { expect, onTestFinished, test } from "vitest";
import { simulatedHost, type SimulatedHostOptions } from "../../provider/testing";
import { startEngine } from "./engine";
import { providerProcess, type Properties } from "./process";

async function engine(options = {}): ReturnType<typeof startEngine> {
    const started = await startEngine(options);
    onTestFinished(() => started.stop());
    return started;
}

const OWNER = "urn:pulumi:test::e2e::pulumi-nodejs:dynamic/coreos:KubeletService::node";

async function inputs(more: Properties = {}, host: SimulatedHostOptions = {}): Promise<Properties> {
    const node = await simulatedHost(host);
    onTestFinished(() => node.stop());
    return {
        connection: { ...node.connection },
        version: "v1.3.4_coreos.0",
        unit: { restartSec: 0.1 },
        health: { minReadySeconds: 1 },
        owner: OWNER,
        ...more,
    };
}

const STEPS = [
    "connecting to 127.0.0.1",
    "taking the host's lock",
    "fetching quay.io/coreos/hyperkube:v1.3.4_coreos.0 (nothing is stopped yet)",
    "laying the way back",
    "putting the new files in place",
    "systemctl daemon-reload",
    "restarting the kubelet",
    "committing",
    expect.stringMatching(/^created in \d+ s, [\d.]+ s of them without a kubelet$/) as string,
];

test("each step of a host is told in its resource's own row, in order; sentences stay, steps do not", async () => {
    const { address, said } = await engine();
    const provider = await providerProcess({ engine: address });
    await provider.create(await inputs());
    await expect.poll(() => said.map(({ message }) => message)).toContainEqual(STEPS.at(-1));
    expect(new Set(said.map(({ urn }) => urn))).toEqual(new Set([OWNER]));
    const steps = said.filter(({ ephemeral }) => ephemeral).map(({ message }) => message);
    // On a busy machine a step may last long enough to tell so.
    expect(steps.filter((step) => !/^waiting for health|, for \d+ s so far/.test(step))).toEqual(STEPS);
    expect(steps.some((step) => step.startsWith("waiting for health"))).toBe(true);
    const lasting = said.filter(({ ephemeral }) => !ephemeral).map(({ message }) => message);
    expect(lasting).toEqual([
        expect.stringMatching(/host key pinned on first use: ssh-ed25519 SHA256:/),
        expect.stringMatching(/image: quay.io\/coreos\/hyperkube is no longer served in the form that rkt takes/),
    ]);
    expect(provider.lines).toEqual([]);
}, 90_000);

test("a fetch that takes its time tells how far it is", async () => {
    const { address, said } = await engine();
    const provider = await providerProcess({ engine: address });
    await provider.create(await inputs({}, { images: { "v1.3.4_coreos.0": "slow-fetch:6.5" } }));
    const far = /^fetching .*, for 5 s so far: Downloading ACI: {2}\d+ MB\/240 MB$/;
    expect(said.map(({ message }) => message)).toContainEqual(expect.stringMatching(far));
}, 90_000);

test.each([
    ["the engine takes no log messages", {}],
    ["the resource does not know its URN", { owner: undefined }],
])(
    "where %s they are console lines with the host's name",
    async (_, more) => {
        const provider = await providerProcess({ engine: (await engine({ isMute: true })).address });
        const { owner, ...rest } = await inputs(more);
        await provider.create(owner === undefined ? rest : { ...rest, owner });
        await expect.poll(() => provider.lines).toContain("127.0.0.1: committing");
        expect(provider.lines).toEqual(expect.arrayContaining(STEPS.slice(0, -1).map((step) => `127.0.0.1: ${step}`)));
        expect(provider.lines.filter((line) => /host key pinned/.test(line))).toHaveLength(1);
    },
    30_000,
);

test("a provider whose pulumi is gone begins nothing: a later one may want something else by now", async () => {
    const { address, stop } = await engine();
    const provider = await providerProcess({ engine: address });
    const given = await inputs();
    stop();
    await expect(provider.create(given)).rejects.toThrow(
        /the pulumi that asked for this is gone\. Nothing on the host was changed/,
    );
}, 90_000);

test("a warning of check is one, in the resource's row", async () => {
    const { address, said } = await engine();
    const provider = await providerProcess({ engine: address });
    const { failures } = await provider.check(await inputs({ health: { minReadySeconds: 0 } }));
    expect(failures).toEqual([]);
    await expect.poll(() => said).toHaveLength(1);
    expect(said[0]).toMatchObject({
        urn: OWNER,
        severity: 2,
        message: expect.stringContaining("minReadySeconds") as string,
    });
}, 90_000);

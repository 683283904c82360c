// What a preview refuses, before any host is dialled.
import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "./cli";
import { succeeded } from "./command";
import { simulated } from "./hosts";
import { diagnosticsIn, on, program, stackOf } from "./kubelets";

beforeAll(cliFolder, CLI_TIMEOUT);

test.each([
    [
        "in their shape",
        {
            connection: { host: "10.0.0.11 and more", port: 65536, privateKey: "s3cr3t-1", privatKey: "s3cr3t-2" },
            unit: { environment: { TOKEN: "s3cr3t-3\n" } },
            flags: { v: ["s3cr3t-4\0"] },
        },
        [
            /connection\.host: must be a DNS name or an address alone/,
            /connection\.port: must be a whole number from 1 to 65535/,
            /connection\.privateKey: /,
            /connection\.privatKey: is no argument here; did you mean privateKey\?/,
            /unit\.environment\.TOKEN: cannot hold line breaks/,
            /flags\.v/,
        ],
    ],
    [
        "in what they mean",
        { version: "", flags: { "api-servers": "s3cr3t-5" } },
        [/version.*must not be empty/, /flags\.api-servers: /],
    ],
])(
    "arguments that are bad %s fail the preview, all at once; each is named, no secret is shown",
    async (_, bad, named) => {
        const node = await simulated();
        const nodes = await stackOf({ node: on(node, bad) });
        const { code, stdout } = await nodes.preview();
        expect(code).not.toBe(0);
        for (const reason of named) expect(stdout).toMatch(reason);
        expect(stdout).not.toContain("s3cr3t");
        expect((await node.visits()).tcpConnections).toBe(0);
    },
);

test("what a new version means for the flags in use is told in the preview, under the resource, once", async () => {
    const [one, two] = [await simulated(), await simulated()];
    const nodes = await stackOf({ one: on(one), two: on(two) });
    succeeded(await nodes.up());
    await nodes.setProgram(program({ one: on(one, { version: "v1.6.4_coreos.0" }), two: on(two) }));
    const { stdout } = succeeded(await nodes.preview());
    const told = diagnosticsIn(stdout).split("\n");
    const warnings = told.filter((line) => line.includes("warning:"));
    expect(warnings).toEqual([
        expect.stringMatching(/version: goes from Kubernetes 1\.3 to 1\.6 and skips 1\.4 to 1\.5/),
        expect.stringMatching(/apiServers: --api-servers becomes deprecated .* and gone from 1\.8 on: use kubeconfig$/),
    ]);
    expect(told.slice(0, 4).join("\n")).toMatch(/KubeletService \(one\):\n.*warning.*\n.*warning/);
    expect(stdout).not.toMatch(/KubeletService \(two\)/);
    const refusing = on(one, { version: "v1.6.4_coreos.0", onVersionJump: "refuse" });
    await nodes.setProgram(program({ one: refusing, two: on(two) }));
    const refused = await nodes.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toMatch(
        /version.*goes from Kubernetes 1\.3 to 1\.6.*onVersionJump: "warn" would let it pass/,
    );
}, 240_000);

test("health times that prove nothing are warned of, in the preview already; the host is not dialled", async () => {
    const node = await simulated();
    const nodes = await stackOf({ node: on(node, { health: { minReadySeconds: 1 } }) });
    expect(succeeded(await nodes.preview()).stdout).toMatch(
        /warning: .*minReadySeconds \(1\) is not above unit\.restartSec \(1\)/,
    );
    await nodes.setProgram(program({ node: on(node) }));
    expect(succeeded(await nodes.preview()).stdout).not.toMatch(/warning/);
    expect((await node.visits()).tcpConnections).toBe(0);
}, 240_000);

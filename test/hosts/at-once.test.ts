// Ten applies at once on one host, each from a provider process of its own.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startProvider, type Properties, type ProviderProcess } from "../engine/process";
// With the ending, or vite would take the shell program of the same name.
import { bed, hostsCanRun, type Bed, type BedHost } from "./bed.js";

const reason = hostsCanRun();
const TEN = Array.from({ length: 10 }, (_, index) => index);

describe.skipIf(reason !== undefined)(`ten applies at once${reason === undefined ? "" : `: ${reason}`}`, () => {
    let hosts: Bed;
    let providers: readonly ProviderProcess[];

    beforeAll(async () => {
        hosts = await bed();
        providers = await Promise.all(TEN.map(() => startProvider()));
        return () => hosts.destroy();
    }, 300_000);

    afterAll(async () => {
        await Promise.all(providers.map((provider) => provider.kill()));
    });

    async function node(): Promise<BedHost> {
        const host = await hosts.up("node");
        onTestFinished(() => host.down());
        return host;
    }

    function inputs({ connection }: BedHost, version: string, owner: string): Properties {
        return {
            connection: { ...connection },
            version,
            owner,
            unit: { restartSec: 0.5 },
            health: { minReadySeconds: 1, progressDeadlineSeconds: 60 },
        };
    }

    async function ask(host: BedHost, script: string): Promise<string> {
        const { code, stdout, stderr } = await host.inside(script);
        expect(code, stderr).toBe(0);
        return stdout.trim();
    }

    /** Versions that the kubelet was started with, in order. */
    async function starts(host: BedHost): Promise<readonly string[]> {
        return (await ask(host, "cut -f3 /run/stand-in/kubelet.log 2>/dev/null; true")).split("\n").filter(Boolean);
    }

    /** What runs or hangs on the host. The operation of one that lost may be ending yet. */
    const remains = (host: BedHost): Promise<string> =>
        ask(
            host,
            "systemctl list-units --all --plain --no-legend 'pulumi-coreos-kubelet@*'; flock -n /run/pulumi-coreos-kubelet/lock true || echo locked; ls -d /run/pulumi-coreos-kubelet/stage.* /etc/systemd/system/.pck-* 2>/dev/null; true",
        );

    interface Made {
        readonly id: string;
        readonly properties: Properties;
    }

    async function created(host: BedHost): Promise<Made> {
        const [first] = providers;
        if (first === undefined) throw new Error("no provider");
        return await first.create(inputs(host, "v1.3.0_coreos.0", "urn:mine"));
    }

    test("of one owner with one plan: one operation, one restart, one truth", async () => {
        const host = await node();
        const { id, properties } = await created(host);
        const news = inputs(host, "v1.3.1_coreos.0", "urn:mine");
        const ended = await Promise.all(providers.map((provider) => provider.update(id, properties, news)));
        expect(await starts(host)).toEqual(["v1.3.0_coreos.0", "v1.3.1_coreos.0"]);
        expect(ended.map(({ runningVersion }) => runningVersion)).toEqual(TEN.map(() => "v1.3.1_coreos.0"));
        await expect.poll(() => remains(host)).toBe("");
    }, 240_000);

    test("of one owner with ten plans: one after another, and the host is what the last one wanted", async () => {
        const host = await node();
        const { id, properties } = await created(host);
        const wanted = TEN.map((index) => `v1.3.${10 + index}_coreos.0`);
        const ended = await Promise.all(
            providers.map((provider, index) =>
                provider.update(id, properties, inputs(host, wanted[index] ?? "", "urn:mine")),
            ),
        );
        // Each was told of its own version, which it ran until the next one came.
        expect(ended.map(({ runningVersion }) => runningVersion)).toEqual(wanted);
        const [, ...later] = await starts(host);
        expect([...later].sort()).toEqual(wanted);
        const last = later.at(-1);
        expect(await ask(host, "grep -o 'KUBELET_VERSION=[^\"]*' /etc/systemd/system/kubelet.service")).toBe(
            `KUBELET_VERSION=${last ?? ""}`,
        );
        await expect.poll(() => remains(host)).toBe("");
    }, 240_000);

    test("of ten owners: one gets the host, the others are told who has it", async () => {
        const host = await node();
        const owners = TEN.map((index) => `urn:owner-${index}`);
        const ended = await Promise.allSettled(
            providers.map((provider, index) => provider.create(inputs(host, "v1.3.1_coreos.0", owners[index] ?? ""))),
        );
        const said = ended.map((end) => (end.status === "fulfilled" ? "fulfilled" : String(end.reason)));
        expect(
            said.filter((word) => word === "fulfilled"),
            said.join("\n"),
        ).toHaveLength(1);
        // Whom a loser met at the lock may have lost in the end, too.
        for (const loser of said.filter((word) => word !== "fulfilled")) {
            expect(loser).toMatch(
                /operation [0-9a-f]+ of urn:owner-\d has run there for \d+ s|the kubelet there belongs to urn:owner-\d/,
            );
            expect(loser).toMatch(/Nothing on the host was changed/);
        }
        expect(await starts(host)).toEqual(["v1.3.1_coreos.0"]);
        await expect.poll(() => remains(host)).toBe("");
    }, 240_000);
});

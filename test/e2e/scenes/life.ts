// The life of a kubelet.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import {
    activeOn,
    BAD,
    diagnosticsIn,
    fileOn,
    NEW,
    OLD,
    on,
    program,
    stackOf,
    startsOn,
    stateOf,
    UNIT,
    versionOn,
    WRAPPER,
} from "../kubelets";
import type { HostKind } from "../hosts";

/** How often it is told that the image can no longer be fetched in rkt's own form. */
const warnedOfImage = (stdout: string): number => diagnosticsIn(stdout).match(/is no longer served/g)?.length ?? 0;

export function lifeScenes({ host }: HostKind): void {
    test("create on 1185.3.0, no-op up dials no host, version change, destroy restores what was there", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        const created = succeeded(await nodes.up()).stdout;
        expect(created).toMatch(/\+ 2 created/);
        expect(warnedOfImage(created)).toBe(1);
        expect(await startsOn(node)).toEqual([OLD]);
        expect(await versionOn(node)).toBe(OLD);
        expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({
            schemaVersion: 1,
            osVersion: "1185.3.0",
            rktVersion: "1.14.0",
            wrapperSource: "host",
            runningVersion: OLD,
            drift: [],
            lastChange: { action: "created" },
        });
        expect(await node.visits()).toMatchObject({ tcpConnections: 1, logins: 1, channels: 1 });

        expect(succeeded(await nodes.up()).stdout).toMatch(/2 unchanged/);
        expect((await node.visits()).tcpConnections).toBe(1);

        await nodes.setProgram(program({ node: on(node, { version: NEW }) }));
        const preview = succeeded(await nodes.preview({ args: ["--diff"] })).stdout;
        expect(preview).toMatch(/- Environment="KUBELET_VERSION=v1\.3\.4_coreos\.0"/);
        expect(preview).toMatch(/\+ Environment="KUBELET_VERSION=v1\.3\.6_coreos\.0"/);
        const upgraded = succeeded(await nodes.up()).stdout;
        expect(upgraded).toMatch(/~ 1 updated/);
        expect([preview, upgraded].map(warnedOfImage)).toEqual([0, 1]);
        expect(await startsOn(node)).toEqual([OLD, NEW]);
        expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({ runningVersion: NEW, version: NEW });

        succeeded(await nodes.destroy());
        expect(await fileOn(node, UNIT)).toBeUndefined();
        expect(await activeOn(node)).toBe("inactive");
        const left = await node.run(
            'find "$PCK_ROOT/var/lib/pulumi-coreos-kubelet" "$PCK_ROOT/etc/systemd/system" -name "*pulumi*" -o -name ".pck*" -o -name "kubelet*" 2>/dev/null',
        );
        expect(left.stdout).toBe("");
    }, 240_000);

    test("create on 899.17.0: the wrapper is uploaded", async () => {
        const node = await host({ release: "899.17.0" });
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        expect(await startsOn(node)).toEqual([OLD]);
        expect(await fileOn(node, WRAPPER)).toMatch(/--stage1-from-dir=stage1-fly\.aci/);
        expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({
            wrapperPath: "/opt/bin/kubelet-wrapper",
            wrapperSource: "uploaded",
        });
        succeeded(await nodes.destroy());
        expect(await fileOn(node, WRAPPER)).toBeUndefined();
    }, 240_000);

    test("refused on 835.13.0", async () => {
        const node = await host({ release: "835.13.0" });
        const nodes = await stackOf({ node: on(node) });
        const { code, stdout } = await nodes.up();
        expect(code).not.toBe(0);
        expect(stdout).toMatch(/rkt/);
        expect(stdout).toMatch(/Nothing on the host was changed/);
        expect(await fileOn(node, UNIT)).toBeUndefined();
    }, 240_000);

    test("failed health: old kubelet runs again, state unchanged, next up tries again", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        await nodes.setProgram(program({ node: on(node, { version: BAD }) }));
        for (let attempt = 1; attempt <= 2; attempt += 1) {
            const { code, stdout } = await nodes.up();
            expect(code).not.toBe(0);
            expect(stdout).toMatch(/Rolled back: the old kubelet runs again and is healthy/);
            expect(await versionOn(node)).toBe(OLD);
            expect(await activeOn(node)).toBe("active");
            expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({ version: OLD, runningVersion: OLD });
            expect((await startsOn(node)).filter((version) => version === BAD).length).toBeGreaterThanOrEqual(attempt);
        }
        await nodes.setProgram(program({ node: on(node) }));
        expect(succeeded(await nodes.up()).stdout).toMatch(/2 unchanged/);
    }, 240_000);

    test("RKT_OPTS change and triggers change restart; connection-only change is one log-in and no restart; health alone no dial", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        const steps: readonly (readonly [Record<string, unknown>, { starts: number; logins: number }])[] = [
            [{ rkt: { hostDns: true } }, { starts: 2, logins: 2 }],
            [
                { rkt: { hostDns: true }, triggers: ["certificate of June"] },
                { starts: 3, logins: 3 },
            ],
        ];
        for (const [change, { starts, logins }] of steps) {
            await nodes.setProgram(program({ node: on(node, change) }));
            expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
            expect(await startsOn(node)).toHaveLength(starts);
            expect((await node.visits()).logins).toBe(logins);
        }
        const last = { rkt: { hostDns: true }, triggers: ["certificate of June"] };
        const { connection } = on(node) as { connection: Record<string, unknown> };
        const dialled = { ...last, connection: { ...connection, perDialTimeout: 5 } };
        await nodes.setProgram(program({ node: on(node, dialled) }));
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        expect([(await node.visits()).logins, (await startsOn(node)).length]).toEqual([4, 3]);

        const health = { minReadySeconds: 3, progressDeadlineSeconds: 30 };
        await nodes.setProgram(program({ node: on(node, { ...dialled, health }) }));
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        expect([(await node.visits()).logins, (await startsOn(node)).length]).toEqual([4, 3]);
    }, 240_000);
}

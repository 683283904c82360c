// `pulumi` killed in the middle: the host finishes by itself, and the next `up` or refresh makes the state true.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import { must, NEW, OLD, on, program, stackOf, startsOn, stateOf, versionOn } from "../kubelets";
import type { HostKind } from "../hosts";

export function killScenes({ host }: HostKind): void {
    test("SIGKILL in the middle of a create, then cancel and up: adopted, kubelet restarted at most once", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        const up = nodes.spawnUp();
        await up.line(/node creating.*restarting the kubelet/);
        up.kill("SIGKILL");
        await up.done;
        expect(await stateOf(nodes, "node")).toBeUndefined();
        succeeded(await nodes.cancel());
        succeeded(await nodes.up());
        expect(await startsOn(node)).toEqual([OLD]);
        expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({ runningVersion: OLD, drift: [] });
        expect(succeeded(await nodes.up()).stdout).toMatch(/2 unchanged/);
    }, 240_000);

    test("SIGKILL in the middle of an update, program reverted, refresh, up: converges, the state true", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        await nodes.setProgram(program({ node: on(node, { version: NEW }) }));
        const up = nodes.spawnUp();
        await up.line(/node updating.*restarting the kubelet/);
        up.kill("SIGKILL");
        await up.done;
        await nodes.setProgram(program({ node: on(node) }));
        succeeded(await nodes.cancel());
        succeeded(await nodes.refresh());
        expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({ version: NEW, runningVersion: NEW });
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        expect(await versionOn(node)).toBe(OLD);
        expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({ version: OLD, runningVersion: OLD, drift: [] });
        expect(await startsOn(node)).toEqual([OLD, NEW, OLD]);
    }, 240_000);

    test("rollback impossible: partial state; the next up repairs", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        await nodes.setProgram(program({ node: on(node, { version: "v1.4.0_coreos.0" }) }));
        const up = nodes.spawnUp();
        await up.line(/node updating.*restarting the kubelet/);
        // A folder where the old unit must go back to: no rename can put a file there.
        const units = '"$PCK_ROOT/etc/systemd/system"';
        await must(node, `cd ${units} && mv kubelet.service aside && mkdir -p kubelet.service/x`);
        const { code, stdout } = await up.done;
        expect(code).not.toBe(0);
        expect(stdout).toMatch(/could not be put back and is left changed/);
        expect((await stateOf(nodes, "node"))?.outputs["drift"]).toEqual(["the last operation left the host changed"]);
        await must(node, `cd ${units} && rm -r kubelet.service aside`);
        await nodes.setProgram(program({ node: on(node) }));
        succeeded(await nodes.up());
        expect(await versionOn(node)).toBe(OLD);
        expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({ runningVersion: OLD, drift: [] });
        expect(succeeded(await nodes.up()).stdout).toMatch(/2 unchanged/);
    }, 240_000);
}

// What others do to a host: refresh names it, up repairs it.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import { activeOn, fileOn, OLD, on, program, stackOf, startsOn, stateOf, UNIT, versionOn, WRAPPER } from "../kubelets";
import type { HostKind } from "../hosts";

const LINK = "/etc/systemd/system/multi-user.target.wants/kubelet.service";

export function driftScenes({ host }: HostKind): void {
    test.each([
        ["unit", `sed -i s/--config=/--root-dir=/ "$PCK_ROOT${UNIT}"`, "unit: changed by hand"],
        ["unit removed by hand", `rm "$PCK_ROOT${UNIT}"`, "unit: it is gone"],
        ["wrapper", `echo 'exit 3' >> "$PCK_ROOT${WRAPPER}"`, "wrapper: changed by hand"],
        ["enablement", `rm "$PCK_ROOT${LINK}"`, "enablement: multi-user.target.wants/kubelet.service is missing"],
        ["stopped kubelet", "systemctl stop kubelet.service", "kubelet: inactive (dead)"],
    ])(
        "drift of %s: refresh names it, up repairs it",
        async (_, script, name) => {
            const node = await host({ release: "899.17.0" });
            const nodes = await stackOf({ node: on(node) });
            succeeded(await nodes.up());
            const [unit, wrapper] = [await fileOn(node, UNIT), await fileOn(node, WRAPPER)];
            expect((await node.run(script)).code).toBe(0);

            expect(succeeded(await nodes.refresh({ args: ["--diff"] })).stdout).toContain(name);
            expect((await stateOf(nodes, "node"))?.outputs["drift"]).toContain(name);
            expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
            expect(await fileOn(node, UNIT)).toBe(unit);
            expect(await fileOn(node, WRAPPER)).toBe(wrapper);
            expect((await node.run(`test -L "$PCK_ROOT${LINK}"`)).code).toBe(0);
            expect(await activeOn(node)).toBe("active");
            expect((await stateOf(nodes, "node"))?.outputs["drift"]).toEqual([]);
            expect(succeeded(await nodes.up()).stdout).toMatch(/2 unchanged/);
        },
        240_000,
    );

    test("--replace leaves the kubelet running", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        const before = (await stateOf(nodes, "node"))?.outputs["instance"];
        const urn = "urn:pulumi:test::e2e::pulumi-nodejs:dynamic/coreos:KubeletService::node";
        const { stdout } = succeeded(await nodes.up({ args: ["--replace", urn] }));
        expect(stdout).toMatch(/nothing on the host is this resource's any more; it stays as it is/);
        expect((await stateOf(nodes, "node"))?.outputs["instance"]).not.toBe(before);
        expect(await startsOn(node)).toEqual([OLD]);
        expect(await activeOn(node)).toBe("active");
    }, 240_000);

    test("two hosts at once", async () => {
        const [one, two] = [await host(), await host({ release: "899.17.0" })];
        const nodes = await stackOf({ one: on(one), two: on(two) });
        expect(succeeded(await nodes.up()).stdout).toMatch(/\+ 3 created/);
        expect([await versionOn(one), await versionOn(two)]).toEqual([OLD, OLD]);
        await nodes.setProgram(program({ one: on(one) }));
        expect(succeeded(await nodes.up()).stdout).toMatch(/- 1 deleted/);
        expect([await versionOn(one), await versionOn(two)]).toEqual([OLD, undefined]);
    }, 240_000);
}

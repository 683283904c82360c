// What others do to a host: refresh names it, up repairs it.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import {
    activeOn,
    fileOn,
    must,
    OLD,
    on,
    program,
    stackOf,
    startsOn,
    stateOf,
    UNIT,
    urnOf,
    versionOn,
    WRAPPER,
} from "../kubelets";
import type { Host, HostKind } from "../hosts";

const LINK = "/etc/systemd/system/multi-user.target.wants/kubelet.service";

/** By the name of the node: what is done to its host, and what refresh calls that. */
const DRIFTS: ReadonlyMap<string, { readonly script: string; readonly drift: string }> = new Map([
    ["unit", { script: `sed -i s/--config=/--root-dir=/ "$PCK_ROOT${UNIT}"`, drift: "unit: changed by hand" }],
    ["removed", { script: `rm "$PCK_ROOT${UNIT}"`, drift: "unit: it is gone" }],
    ["wrapper", { script: `echo 'exit 3' >> "$PCK_ROOT${WRAPPER}"`, drift: "wrapper: changed by hand" }],
    [
        "enablement",
        { script: `rm "$PCK_ROOT${LINK}"`, drift: "enablement: multi-user.target.wants/kubelet.service is missing" },
    ],
    ["stopped", { script: "systemctl stop kubelet.service", drift: "kubelet: inactive (dead)" }],
]);

export function driftScenes({ host }: HostKind): void {
    test("drift of unit, wrapper, enablement, a stopped kubelet, a unit removed by hand: refresh names each, up repairs it", async () => {
        const hosts = new Map<string, Host>();
        for (const name of DRIFTS.keys()) hosts.set(name, await host({ release: "899.17.0" }));
        const nodes = await stackOf(Object.fromEntries([...hosts].map(([name, node]) => [name, on(node)])));
        succeeded(await nodes.up());
        const files = (node: Host): Promise<readonly (string | undefined)[]> =>
            Promise.all([fileOn(node, UNIT), fileOn(node, WRAPPER)]);
        const before = new Map<string, readonly (string | undefined)[]>();
        for (const [name, node] of hosts) {
            before.set(name, await files(node));
            await must(node, DRIFTS.get(name)?.script ?? "");
        }

        const { stdout } = succeeded(await nodes.refresh({ args: ["--diff"] }));
        for (const [name, { drift }] of DRIFTS) {
            expect(stdout).toContain(drift);
            expect((await stateOf(nodes, name))?.outputs["drift"]).toEqual([drift]);
        }
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 5 updated/);
        for (const [name, node] of hosts) {
            expect(await files(node)).toEqual(before.get(name));
            expect((await node.run(`test -L "$PCK_ROOT${LINK}"`)).code).toBe(0);
            expect(await activeOn(node)).toBe("active");
            expect((await stateOf(nodes, name))?.outputs["drift"]).toEqual([]);
        }
        expect(succeeded(await nodes.up()).stdout).toMatch(/6 unchanged/);
    }, 240_000);

    test("--replace leaves the kubelet running", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        const before = (await stateOf(nodes, "node"))?.outputs["instance"];
        const { stdout } = succeeded(await nodes.up({ args: ["--replace", urnOf("node")] }));
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

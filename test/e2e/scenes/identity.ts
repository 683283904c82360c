// Whose a kubelet is: its resource may move, be renamed, and be replaced by another machine.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import {
    activeOn,
    fileOn,
    must,
    NEW,
    OLD,
    on,
    program,
    stackOf,
    startsOn,
    stateOf,
    UNIT,
    versionOn,
} from "../kubelets";
import type { HostKind } from "../hosts";

const RECORD = "/var/lib/pulumi-coreos-kubelet/record";

/** The same kubelet inside a component; the alias says that it stood outside before. */
const moved = (args: unknown): string => `
    const pulumi = require("@pulumi/pulumi");
    const { KubeletService } = require("pulumi-coreos-kubelet");
    const workers = new pulumi.ComponentResource("test:index:Workers", "workers");
    new KubeletService("node", ${JSON.stringify(args)}, {
        parent: workers,
        aliases: [{ parent: pulumi.rootStackResource }],
    });
`;

export function identityScenes({ host }: HostKind): void {
    test("moved into a component: no restart, and the host learns of the new owner with the next change", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        await nodes.setProgram(moved(on(node)));
        expect(succeeded(await nodes.up()).stdout).not.toMatch(/deleted|replaced/);
        expect(await startsOn(node)).toEqual([OLD]);
        await nodes.setProgram(moved(on(node, { version: NEW })));
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        expect(await startsOn(node)).toEqual([OLD, NEW]);
        expect(await fileOn(node, RECORD)).toMatch(/owner=urn:pulumi:test::e2e::test:index:Workers\$\S+::node/);
        succeeded(await nodes.destroy());
        expect(await fileOn(node, UNIT)).toBeUndefined();
    }, 240_000);

    test("a renamed stack keeps its kubelet, and can change and destroy it", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        succeeded(await nodes.pulumi("stack", "rename", "renamed"));
        expect(succeeded(await nodes.up()).stdout).toMatch(/2 unchanged/);
        await nodes.setProgram(program({ node: on(node, { version: NEW }) }));
        succeeded(await nodes.up());
        expect(await startsOn(node)).toEqual([OLD, NEW]);
        expect(await fileOn(node, RECORD)).toMatch(/owner=urn:pulumi:renamed::e2e::\S+::node/);
        succeeded(await nodes.destroy());
        expect(await fileOn(node, UNIT)).toBeUndefined();
    }, 240_000);

    test("another machine at the same address: refresh says that ours is gone, up makes it anew", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        await must(
            node,
            `systemctl stop kubelet.service
            cd "$PCK_ROOT/" && rm -rf .${UNIT} ./var/lib/pulumi-coreos-kubelet ./etc/systemd/system/*.wants/kubelet.service
            echo 00112233445566778899aabbccddeeff >./etc/machine-id
            systemctl daemon-reload`,
        );
        succeeded(await nodes.refresh());
        expect(await stateOf(nodes, "node")).toBeUndefined();
        expect(succeeded(await nodes.up()).stdout).toMatch(/\+ 1 created/);
        expect(await versionOn(node)).toBe(OLD);
        expect(await activeOn(node)).toBe("active");
        expect((await stateOf(nodes, "node"))?.outputs["machineId"]).toBe("00112233445566778899aabbccddeeff");
    }, 240_000);

    test("the same machine at another address: one kubelet, whose it is by then, and no restart", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        const { connection } = on(node) as { connection: { host: string } };
        const name = connection.host === "127.0.0.1" ? "localhost" : `::ffff:${connection.host}`;
        await nodes.setProgram(program({ node: on(node, { connection: { ...connection, host: name } }) }));
        const { stdout } = succeeded(await nodes.up());
        expect(stdout).toMatch(/\+-1 replaced/);
        expect(stdout).toMatch(/nothing on the host is this resource's any more; it stays as it is/);
        expect(await startsOn(node)).toEqual([OLD]);
        expect(await activeOn(node)).toBe("active");
        succeeded(await nodes.destroy());
        expect(await fileOn(node, UNIT)).toBeUndefined();
    }, 240_000);
}

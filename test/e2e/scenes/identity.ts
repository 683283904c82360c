// Whose a kubelet is: its resource may move, be renamed, and be replaced by another machine.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import {
    activeOn,
    fileOn,
    FORGET,
    must,
    NEW,
    OLD,
    on,
    program,
    soon,
    stackOf,
    startsOn,
    stateOf,
    UNIT,
    urnOf,
    versionOn,
} from "../kubelets";
import type { Host, HostKind } from "../hosts";

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

const ANEW = "00112233445566778899aabbccddeeff";

/** The machine is installed anew: nothing of ours is left on it, and its id is another one. */
async function installAnew(node: Host): Promise<void> {
    await must(
        node,
        `systemctl stop kubelet.service
        cd "$PCK_ROOT/" && rm -rf .${UNIT} ./var/lib/pulumi-coreos-kubelet ./etc/systemd/system/*.wants/kubelet.service
        echo ${ANEW} >./etc/machine-id
        systemctl daemon-reload`,
    );
}

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
        await installAnew(node);
        succeeded(await nodes.refresh());
        expect(await stateOf(nodes, "node")).toBeUndefined();
        expect(succeeded(await nodes.up()).stdout).toMatch(/\+ 1 created/);
        expect(await versionOn(node)).toBe(OLD);
        expect(await activeOn(node)).toBe("active");
        expect((await stateOf(nodes, "node"))?.outputs["machineId"]).toBe(ANEW);
    }, 240_000);

    test("a rebuilt host with a new host key: --replace is the act that accepts it, in one up", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        const before = (await stateOf(nodes, "node"))?.outputs;
        expect(before?.["hostKey"]).toBe(await node.hostKey());
        await installAnew(node);
        await node.changeHostKey();

        const { stdout } = succeeded(await nodes.up({ args: ["--replace", urnOf("node")] }));
        expect(stdout).toMatch(/\+-1 replaced/);
        expect(stdout).toMatch(/nothing on the host is this resource's any more; it stays as it is/);
        const after = (await stateOf(nodes, "node"))?.outputs;
        expect(after).toMatchObject({ hostKey: await node.hostKey(), machineId: ANEW, runningVersion: OLD });
        expect(after?.["hostKey"]).not.toBe(before?.["hostKey"]);
        expect(await startsOn(node)).toEqual([OLD, OLD]);
        expect(await activeOn(node)).toBe("active");
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

    test("an instance that was replaced and whose old address is dead: the new one runs, the old one can be forgotten", async () => {
        const [old, node] = await Promise.all([host(), host()]);
        const nodes = await stackOf({ node: soon(old) });
        succeeded(await nodes.up());
        await old.lose();
        await nodes.setProgram(program({ node: soon(node) }));
        const { code, stdout } = await nodes.up();
        expect(code).not.toBe(0);
        expect(stdout).toMatch(/delete: it cannot be reached\..*`pulumi config set coreos-kubelet:forget\S+ true`/);
        expect(await startsOn(node)).toEqual([OLD]);

        await nodes.setConfig(FORGET, "true");
        expect(succeeded(await nodes.up()).stdout).toMatch(/it cannot be reached: it is forgotten/);
        const { resources } = await nodes.exportState();
        expect(resources.filter(({ urn }) => urn === urnOf("node"))).toMatchObject([
            { id: `kubelet.service@${node.connection.host}:${node.connection.port}` },
        ]);
        expect(await startsOn(node)).toEqual([OLD]);
        expect(await activeOn(node)).toBe("active");
    }, 240_000);
}

// Hosts that are gone for good: the ways out that delete names, each of them shown to work.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import { activeOn, fileOn, on, stackOf, stateOf, UNIT, type Args } from "../kubelets";
import type { Host, HostKind } from "../hosts";
import type { Stack } from "../stack";

/** A dial of a host that is off is given up after one try. */
function soon(target: Host, more: Args = {}): Args {
    const { connection } = on(target) as { connection: Args };
    return on(target, { connection: { ...connection, dialErrorLimit: 0, perDialTimeout: 2 }, ...more });
}

/** A kubelet on a machine, and another one that depends on it. */
function program(first: Args, second: Args): string {
    return `
        const pulumi = require("@pulumi/pulumi");
        const { KubeletService } = require("pulumi-coreos-kubelet");
        class Machine extends pulumi.dynamic.Resource {
            constructor(name) {
                super({ create: async () => ({ id: name, outs: {} }) }, name, {});
            }
        }
        const machine = new Machine("machine");
        const { deletedWith, ...args } = ${JSON.stringify(first)};
        const first = new KubeletService("first", args, deletedWith ? { deletedWith: machine } : {});
        new KubeletService("second", ${JSON.stringify(second)}, { dependsOn: first });
    `;
}

const nothing = 'require("@pulumi/pulumi");';

export function goneScenes({ host }: HostKind): void {
    interface Scene {
        readonly nodes: Stack;
        readonly lost: Host;
        readonly left: Host;
    }

    /** Two kubelets, the second depending on the first, whose host is then lost. */
    async function lostHost(more: Args = {}): Promise<Scene> {
        const [lost, left] = [await host(), await host()];
        const nodes = await stackOf({});
        await nodes.setProgram(program(soon(lost, more), soon(left)));
        succeeded(await nodes.up());
        await lost.lose();
        return { nodes, lost, left };
    }

    async function bothAreGone({ nodes, left }: Scene): Promise<void> {
        expect(await stateOf(nodes, "first")).toBeUndefined();
        expect(await stateOf(nodes, "second")).toBeUndefined();
        expect(await fileOn(left, UNIT)).toBeUndefined();
        expect(await activeOn(left)).toBe("inactive");
    }

    test("delete fails and names the ways out; a key of the stack's configuration is one", async () => {
        const scene = await lostHost();
        const { nodes } = scene;
        const { code, stdout } = await nodes.destroy();
        expect(code).not.toBe(0);
        expect(stdout).toMatch(
            /delete: it cannot be reached\. What it runs now is not known\. If it is gone for good: `pulumi config set coreos-kubelet:forgetUnreachableOnDelete true` \(`destroy` heeds it with --run-program\), or onDelete: "retain" by a `pulumi up` before, or deletedWith its machine/,
        );
        expect(await stateOf(nodes, "first")).toBeDefined();
        await nodes.setConfig("coreos-kubelet:forgetUnreachableOnDelete", "true");
        const { stdout: said } = succeeded(await nodes.destroy({ args: ["--run-program"] }));
        expect(said).toMatch(/it cannot be reached: it is forgotten/);
        await bothAreGone(scene);
    }, 240_000);

    test('onDelete: "retain" can be set without dialling, and lets it be deleted', async () => {
        const scene = await lostHost();
        const { nodes, lost, left } = scene;
        await nodes.setProgram(program(soon(lost, { onDelete: "retain" }), soon(left)));
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        await nodes.setProgram(nothing);
        succeeded(await nodes.up());
        await bothAreGone(scene);
    }, 240_000);

    test("one that is deleted with its machine is not dialled", async () => {
        const scene = await lostHost({ deletedWith: true });
        succeeded(await scene.nodes.destroy());
        await bothAreGone(scene);
    }, 240_000);

    test("times, health and what delete does change without a host", async () => {
        const { nodes, lost, left } = await lostHost();
        const settings: Args = {
            health: { minReadySeconds: 3, progressDeadlineSeconds: 30 },
            timeouts: { operation: 600 },
            onExisting: "adopt",
            onDelete: "remove",
        };
        await nodes.setProgram(program(soon(lost, settings), soon(left)));
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        expect((await stateOf(nodes, "first"))?.outputs).toMatchObject(settings);
    }, 240_000);
}

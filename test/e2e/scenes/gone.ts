// Hosts that are gone for good: the ways out that delete names, each of them shown to work.
import { expect, test } from "vitest";
import { succeeded } from "../command";
import { activeOn, fileOn, FORGET, OLD, soon, stackOf, startsOn, stateOf, UNIT, type Args } from "../kubelets";
import type { Host, HostKind } from "../hosts";
import type { Stack } from "../stack";

/** Kubelets by name, on hosts that are to be lost. With `deletedWith`, one is deleted with the machine. */
type Lost = Readonly<Record<string, Args>>;

/** Kubelets that another one, `left`, depends on, and their machine. */
function program(lost: Lost, left: Args, { hasMachine = true } = {}): string {
    return `
        const pulumi = require("@pulumi/pulumi");
        const { KubeletService } = require("pulumi-coreos-kubelet");
        class Machine extends pulumi.dynamic.Resource {
            constructor(name) {
                super({ create: async () => ({ id: name, outs: {} }) }, name, {});
            }
        }
        const machine = ${String(hasMachine)} ? new Machine("machine") : undefined;
        const lost = Object.entries(${JSON.stringify(lost)}).map(
            ([name, { deletedWith, ...args }]) =>
                new KubeletService(name, args, deletedWith ? { deletedWith: machine } : {}),
        );
        new KubeletService("left", ${JSON.stringify(left)}, { dependsOn: lost });
    `;
}

const WAYS_OUT =
    /delete: it cannot be reached\. What it runs now is not known\. If it is gone for good: `pulumi config set coreos-kubelet:forgetUnreachableOnDelete true` \(`destroy` heeds it with --run-program\), or onDelete: "retain" by a `pulumi up` before, or deletedWith its machine/;

export function goneScenes({ host }: HostKind): void {
    interface Scene {
        readonly nodes: Stack;
        /** Arguments of the kubelets whose hosts are lost. */
        readonly lost: Lost;
        readonly left: Host;
    }

    /** Kubelets whose hosts are then lost, and one that depends on them. */
    async function lostHosts(names: readonly string[], more: Args = {}): Promise<Scene> {
        const [left, ...hosts] = await Promise.all([host(), ...names.map(() => host())]);
        const lost = Object.fromEntries(hosts.map((one, at) => [names[at] ?? "", soon(one, more)]));
        const nodes = await stackOf({});
        await nodes.setProgram(program(lost, soon(left)));
        succeeded(await nodes.up());
        await Promise.all(hosts.map((one) => one.lose()));
        return { nodes, lost, left };
    }

    /** Which of the kubelets are in state. */
    async function known({ nodes }: Scene, ...names: readonly string[]): Promise<readonly string[]> {
        const states = await Promise.all(names.map((name) => stateOf(nodes, name)));
        return names.filter((_, at) => states[at] !== undefined);
    }

    async function allAreGone(scene: Scene): Promise<void> {
        expect(await known(scene, ...Object.keys(scene.lost), "left")).toEqual([]);
        expect(await fileOn(scene.left, UNIT)).toBeUndefined();
        expect(await activeOn(scene.left)).toBe("inactive");
    }

    test("destroy fails and names the ways out; a key of the stack's configuration is one", async () => {
        const scene = await lostHosts(["first"]);
        const { nodes } = scene;
        const { code, stdout } = await nodes.destroy();
        expect(code).not.toBe(0);
        expect(stdout).toMatch(WAYS_OUT);
        expect(await known(scene, "first")).toEqual(["first"]);
        await nodes.setConfig(FORGET, "true");
        const { stdout: said } = succeeded(await nodes.destroy({ args: ["--run-program"] }));
        expect(said).toMatch(/it cannot be reached: it is forgotten/);
        await allAreGone(scene);
    }, 240_000);

    test("those that are taken out of the program fail the up, which names the ways out; each of them works", async () => {
        const scene = await lostHosts(["retained", "deleted-with-machine", "forgotten"]);
        const { nodes, lost, left } = scene;
        const names = Object.keys(lost);
        await nodes.setProgram(program({}, soon(left)));
        const { code, stdout } = await nodes.up();
        expect(code).not.toBe(0);
        expect(stdout).toMatch(WAYS_OUT);
        expect(await known(scene, ...names)).toEqual(names);

        // Back in the program, two of them with a way out: that needs no host.
        const { retained, "deleted-with-machine": bound, forgotten } = lost;
        const ways = {
            retained: { ...retained, onDelete: "retain" },
            "deleted-with-machine": { ...bound, deletedWith: true },
        };
        await nodes.setProgram(program({ ...lost, ...ways }, soon(left)));
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        await nodes.setProgram(program({ forgotten: { ...forgotten } }, soon(left), { hasMachine: false }));
        succeeded(await nodes.up());
        expect(await known(scene, ...names)).toEqual(["forgotten"]);

        await nodes.setConfig(FORGET, "true");
        await nodes.setProgram(program({}, soon(left), { hasMachine: false }));
        expect(succeeded(await nodes.up()).stdout).toMatch(/it cannot be reached: it is forgotten/);
        expect(await known(scene, ...names)).toEqual([]);
        // What depended on them is as it was.
        expect(await known(scene, "left")).toEqual(["left"]);
        expect(await startsOn(left)).toEqual([OLD]);
        expect(await activeOn(left)).toBe("active");
    }, 240_000);

    test("one that is deleted with its machine is not dialled", async () => {
        const scene = await lostHosts(["first"], { deletedWith: true });
        succeeded(await scene.nodes.destroy());
        await allAreGone(scene);
    }, 240_000);

    test("times, health and what delete does change without a host", async () => {
        const { nodes, lost, left } = await lostHosts(["first"]);
        const settings: Args = {
            health: { minReadySeconds: 3, progressDeadlineSeconds: 30 },
            timeouts: { operation: 600 },
            onExisting: "adopt",
            onDelete: "remove",
        };
        await nodes.setProgram(program({ first: { ...lost["first"], ...settings } }, soon(left)));
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        expect((await stateOf(nodes, "first"))?.outputs).toMatchObject(settings);
    }, 240_000);
}

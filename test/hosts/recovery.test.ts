// A power cut in the middle: what the next boot does about it, and in which order.
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Properties } from "../engine/process";
import { endProviders, ProviderStack } from "../matrix/stacks";
// With the ending, or vite would take the shell program of the same name.
import { bed, hostsCanRun, type Bed, type BedHost, type BedRelease } from "./bed.js";
import { held, hold, type Place } from "./hold.js";

const reason = hostsCanRun();
const [OLD, NEW] = ["v1.3.4_coreos.0", "v1.3.6_coreos.0"];
const TRANSACTION = "/bin/bash /run/pulumi-coreos-kubelet/* transaction *";

const before = (command: string, skip = 0): Place => ({ program: TRANSACTION, command, skip });

describe.skipIf(reason !== undefined)(`recovery at boot${reason === undefined ? "" : `: ${reason}`}`, () => {
    let hosts: Bed;

    beforeAll(async () => {
        hosts = await bed();
        return async () => {
            await endProviders();
            await hosts.destroy();
        };
    }, 300_000);

    interface Node {
        readonly host: BedHost;
        readonly stack: ProviderStack;
        readonly args: (version: string, more?: Properties) => Properties;
    }

    async function node(release: BedRelease): Promise<Node> {
        const host = await hosts.up("node", release);
        const stack = new ProviderStack();
        onTestFinished(async () => {
            await stack.dispose();
            await host.down();
        });
        const args = (version: string, more: Properties = {}): Properties => ({
            connection: { ...host.connection },
            version,
            unit: { restartSec: 0.5 },
            health: { minReadySeconds: 1, progressDeadlineSeconds: 60 },
            ...more,
        });
        return { host, stack, args };
    }

    async function ask(host: BedHost, script: string): Promise<string> {
        const { code, stdout, stderr } = await host.inside(script);
        expect(code, stderr).toBe(0);
        return stdout.trim();
    }

    /** What of ours stands on the host. */
    const files = (host: BedHost): Promise<string> =>
        ask(
            host,
            "cd /etc/systemd/system; sha256sum kubelet.service /opt/bin/kubelet-wrapper 2>/dev/null; ls -d *.wants/kubelet.service *.requires/kubelet.service *.wants .pck-* */.pck-* /opt/bin/.pck-* 2>/dev/null; true",
        );

    /** Cuts the power before a command of the apply's transaction, with the provider gone, and boots again. */
    async function cut({ host, stack }: Node, args: Properties, place: Place): Promise<void> {
        await hold(host, place);
        const apply = stack.up(args);
        expect(await held(host, apply)).toBeDefined();
        await host.powerCut();
        await stack.killProvider();
        expect(await apply).toEqual({ kind: "killed" });
        await host.powerOn();
    }

    /** Positions in this boot's journal: our unit done, the kubelet started; -1 where it did not happen. */
    async function order(host: BedHost): Promise<{ readonly recovered: number; readonly started: number }> {
        const journal = await host.journal();
        return {
            recovered: journal.search(/Finished .*undo a change of the kubelet/),
            started: journal.search(/(Starting|Started) .*Kubernetes kubelet/),
        };
    }

    /** A refresh is true, the next `up` converges, and the one after has nothing to do. */
    async function converges({ host, stack, args }: Node, wanted: Properties, running: string): Promise<void> {
        expect(await stack.refresh()).toMatchObject({ kind: "done" });
        const outputs = await stack.outputs();
        if (outputs !== undefined)
            expect(outputs).toMatchObject({ version: running, runningVersion: running, drift: [] });
        expect(await stack.up(wanted)).toEqual({ kind: "done", changed: true });
        expect(await stack.outputs()).toMatchObject({ runningVersion: NEW, drift: [] });
        expect(await stack.up(wanted)).toEqual({ kind: "done", changed: false });
        expect(await ask(host, "curl -fsS --max-time 2 http://127.0.0.1:10248/healthz")).toBe("ok");
        expect(args(NEW)).toMatchObject({ version: NEW });
    }

    test.each(["1185.3.0", "899.17.0"] as const)(
        "a create on %s is rolled back: no unit, no wrapper, no link, and no kubelet is started",
        async (release) => {
            const made = await node(release);
            const bare = await files(made.host);
            await cut(made, made.args(NEW), before("step health*"));
            const { recovered, started } = await order(made.host);
            expect(recovered).toBeGreaterThanOrEqual(0);
            expect(started).toBe(-1);
            expect(await files(made.host)).toBe(bare);
            expect(await ask(made.host, "systemctl is-active kubelet.service || true")).toBe("inactive");
            await converges(made, made.args(NEW), "");
        },
        240_000,
    );

    test("an upgrade is rolled back before the kubelet starts", async () => {
        const made = await node("1185.3.0");
        await made.stack.up(made.args(OLD));
        const old = await files(made.host);
        await cut(made, made.args(NEW), before("step health*"));
        const { recovered, started } = await order(made.host);
        expect(recovered).toBeGreaterThanOrEqual(0);
        expect(started).toBeGreaterThan(recovered);
        expect(await files(made.host)).toBe(old);
        await expect
            .poll(() => ask(made.host, "curl -sS --max-time 2 http://127.0.0.1:10248/healthz 2>&1; true"), {
                timeout: 60_000,
            })
            .toBe("ok");
        await converges(made, made.args(NEW), OLD);
    }, 240_000);

    test("a cut between the swap of the wrapper and the one of the unit: both are the old ones", async () => {
        const made = await node("899.17.0");
        await made.stack.up(made.args(OLD));
        await ask(made.host, "sed -i '2i : older' /opt/bin/kubelet-wrapper");
        const old = await files(made.host);
        await cut(made, made.args(NEW), before("step swap-unit"));
        const { recovered, started } = await order(made.host);
        expect(recovered).toBeGreaterThanOrEqual(0);
        expect(started).toBeGreaterThan(recovered);
        expect(await files(made.host)).toBe(old);
        expect(await made.stack.refresh()).toMatchObject({ kind: "done" });
        // Somebody had changed it by hand, as it were.
        expect((await made.stack.outputs())?.["drift"]).toEqual(["wrapper: changed by hand"]);
        expect(await made.stack.up(made.args(NEW))).toEqual({ kind: "done", changed: true });
        expect(await made.stack.up(made.args(NEW))).toEqual({ kind: "done", changed: false });
    }, 240_000);

    test.each([
        ["before the first of them", 0],
        ["after the first of them", 3],
        ["after the last of them", 6],
    ])(
        "enablement links, cut %s: exactly the old ones are there, and the kubelet starts by them",
        async (_, skip) => {
            const made = await node("1185.3.0");
            await made.stack.up(made.args(OLD));
            const old = await files(made.host);
            const wanted = made.args(NEW, {
                unit: { restartSec: 0.5, wantedBy: ["kubelet-a.target", "kubelet-b.target"] },
            });
            await cut(made, wanted, before('mv -fT "$dir/.pck-new-kubelet"*', skip));
            const { recovered, started } = await order(made.host);
            expect(recovered).toBeGreaterThanOrEqual(0);
            expect(started).toBeGreaterThan(recovered);
            expect(await files(made.host)).toBe(old);
            await expect
                .poll(() => ask(made.host, "curl -sS --max-time 2 http://127.0.0.1:10248/healthz 2>&1; true"), {
                    timeout: 60_000,
                })
                .toBe("ok");
            await converges(made, wanted, OLD);
        },
        240_000,
    );
});

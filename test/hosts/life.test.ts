// The life of a kubelet on a host with a real systemd, with the order seen in its journal.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { create, delete as remove, read, update } from "../../provider/runtime";
// With the ending, or vite would take the shell program of the same name.
import { bed, BED_RELEASES, BED_SUITES, hostsCanRun, type Bed, type BedHost } from "./bed.js";

const reason = hostsCanRun();
const OLD = "v1.3.4_coreos.0";
const NEW = "v1.3.6_coreos.0";
const BAD = "v1.4.0_coreos.0";
const LATE = "v1.3.7_coreos.0";

type Properties = Readonly<Record<string, unknown>>;

const skipped = reason === undefined ? "" : `: ${reason}`;
const title = `a kubelet on a real systemd $systemd${skipped}`;

describe.skipIf(reason !== undefined).each(BED_SUITES)(title, ({ suite }) => {
    let hosts: Bed;
    let host: BedHost;
    let kubelet: { id: string; outs: Properties } | undefined;

    beforeAll(async () => {
        hosts = await bed(suite);
        host = await hosts.up("h1", "1185.3.0");
        await output("echo nameserver 127.0.0.1 >/etc/resolv.conf");
        await host.setImage(BAD, "crashes");
        await host.setImage(LATE, "late:60");
        return () => hosts.destroy();
    }, 300_000);

    afterEach(async () => {
        if (kubelet !== undefined) await remove(kubelet.id, kubelet.outs);
        kubelet = undefined;
    }, 240_000);

    const inputs = (version: string): Properties => ({
        connection: host.connection,
        version,
        apiServers: ["http://127.0.0.1:8080"],
        rkt: { hostDns: true, containerLogs: true },
        unit: { restartSec: 1 },
        health: { minReadySeconds: 2, progressDeadlineSeconds: 100 },
        owner: "urn:pulumi:test::hosts::KubeletService::h1",
    });

    async function output(script: string): Promise<string> {
        const { code, stdout, stderr } = await host.exec(script);
        expect(code, stderr).toBe(0);
        return stdout.trim();
    }

    async function made(): Promise<{ id: string; outs: Properties }> {
        kubelet = await create(inputs(OLD));
        return kubelet;
    }

    const versionOn = (): Promise<string> =>
        output("sed -n 's/.*KUBELET_VERSION=\\([^\"]*\\).*/\\1/p' /etc/systemd/system/kubelet.service");
    const isHealthy = (): Promise<string> => output("curl -fsS --max-time 2 http://127.0.0.1:10248/healthz");
    const leftovers = (): Promise<string> =>
        output(
            "find /etc/systemd/system /var/lib -maxdepth 2 -name '.pck*' -o -name '*pulumi-coreos-kubelet*' -o -name kubelet.service",
        );

    /** Starts an update in a process of its own and waits until its transaction has got to a step. */
    async function underWay(version: string, step: string): Promise<ChildProcess> {
        if (kubelet === undefined) throw new Error("nothing to update");
        const runtime = createRequire(join(process.cwd(), "test")).resolve("pulumi-coreos-kubelet/runtime");
        const call = JSON.stringify([kubelet.id, kubelet.outs, inputs(version)]);
        const child = spawn(process.execPath, ["-e", `require(${JSON.stringify(runtime)}).update(...${call})`], {
            stdio: "ignore",
        });
        await expect
            .poll(() => output('cat "$(ls -td /run/pulumi-coreos-kubelet/*/ | head -n 1)log"'))
            .toMatch(new RegExp(`PCK1\tstep\tname=${step}(?![^]*outcome)`));
        return child;
    }

    async function killed(child: ChildProcess): Promise<void> {
        const gone = once(child, "exit");
        child.kill("SIGKILL");
        await gone;
    }

    test("create, upgrade, failed upgrade, destroy", async () => {
        const { id, outs } = await made();
        expect(outs).toMatchObject({ runningVersion: OLD, wrapperSource: "host", drift: [] });
        expect(await isHealthy()).toBe("ok");
        expect(await output("systemctl is-enabled kubelet.service")).toBe("enabled");

        const upgraded = await update(id, outs, inputs(NEW));
        kubelet = { id, outs: upgraded.outs };
        expect(upgraded.outs).toMatchObject({ runningVersion: NEW, lastChange: { action: "updated" } });

        await expect(update(id, upgraded.outs, inputs(BAD))).rejects.toThrow(
            /Rolled back: the old kubelet runs again and is healthy/,
        );
        expect(await versionOn()).toBe(NEW);
        expect(await isHealthy()).toBe("ok");
        expect((await read(id, upgraded.outs)).props).toMatchObject({ runningVersion: NEW, drift: [] });

        await remove(id, upgraded.outs);
        kubelet = undefined;
        expect(await leftovers()).toBe("");
        expect(await output("systemctl is-active kubelet.service || true")).toBe("inactive");
    }, 240_000);

    // The releases differ alike on each systemd: one with our wrapper, one with its own will do for the older one.
    const releases = suite === "" ? BED_RELEASES : (["899.17.0", "2514.1.0"] as const);

    test.each(releases)(
        "the kubelet of CoreOS %s: created, upgraded, gone",
        async (release) => {
            const other = await hosts.up("other", release);
            onTestFinished(() => other.down());
            await other.exec("echo nameserver 127.0.0.1 >/etc/resolv.conf");
            const on = (version: string): Properties => ({ ...inputs(version), connection: other.connection });
            const { id, outs } = await create(on(OLD));
            const wrapperSource = release === "899.17.0" ? "uploaded" : "host";
            expect(outs).toMatchObject({ osVersion: release, runningVersion: OLD, wrapperSource, drift: [] });
            const upgraded = await update(id, outs, on(NEW));
            expect(upgraded.outs).toMatchObject({ runningVersion: NEW });
            expect((await read(id, upgraded.outs)).props).toEqual(upgraded.outs);
            await remove(id, upgraded.outs);
            expect((await read(id, upgraded.outs)).id).toBe("");
        },
        240_000,
    );

    test("a kubelet that ends at once is given up after its third end, however long systemd waits between them", async () => {
        const { id, outs } = await made();
        const slow = { unit: { restartSec: 3 }, health: { minReadySeconds: 4, progressDeadlineSeconds: 100 } };
        await expect(update(id, outs, { ...inputs(BAD), ...slow })).rejects.toThrow(
            /the kubelet ended 3 times, the last time with status 1.*the old kubelet runs again and is healthy, after \d+ s without/,
        );
        expect(await versionOn()).toBe(OLD);
        expect(await isHealthy()).toBe("ok");
    }, 240_000);

    test("a transaction killed with SIGKILL puts the old kubelet back", async () => {
        const { id, outs } = await made();
        const child = await underWay(LATE, "health");
        await output("systemctl kill --kill-who=main --signal=KILL 'pulumi-coreos-kubelet@*.service'");
        await expect.poll(versionOn).toBe(OLD);
        await killed(child);
        const { props } = await read(id, outs);
        expect(props).toMatchObject({ version: OLD, runningVersion: OLD, drift: [] });
        expect(await isHealthy()).toBe("ok");
    }, 240_000);
});

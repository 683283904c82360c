// Stacks of KubeletService, under the real CLI, and what came of them on their hosts.
import { onTestFinished } from "vitest";
import type { Host } from "./hosts";
import { stack, type Stack } from "./stack";

export const OLD = "v1.3.4_coreos.0";
export const NEW = "v1.3.6_coreos.0";
export { BAD } from "./hosts";

export type Args = Readonly<Record<string, unknown>>;

/** Arguments for a kubelet on a host, with health times that suit a test. */
export function on(target: Host, more: Args = {}): Args {
    const { host: address, port, user, privateKey } = target.connection;
    return {
        connection: { host: address, port, user, privateKey },
        version: OLD,
        apiServers: ["http://127.0.0.1:8080"],
        unit: { restartSec: 1 },
        health: { minReadySeconds: 2, progressDeadlineSeconds: 20 },
        ...more,
    };
}

/** Arguments for a kubelet on a host that may be off: a dial of it is given up after one try. */
export function soon(target: Host, more: Args = {}): Args {
    const { connection } = on(target) as { connection: Args };
    return on(target, { connection: { ...connection, dialErrorLimit: 0, perDialTimeout: 2 }, ...more });
}

/** A program with one KubeletService a name. */
export function program(kubelets: Readonly<Record<string, Args>>): string {
    const lines = Object.entries(kubelets).map(
        ([name, args]) => `new KubeletService(${JSON.stringify(name)}, ${JSON.stringify(args)});`,
    );
    return ['const { KubeletService } = require("pulumi-coreos-kubelet");', ...lines].join("\n");
}

export async function stackOf(kubelets: Readonly<Record<string, Args>>): Promise<Stack> {
    const made = await stack({ program: program(kubelets) });
    onTestFinished(() => made.dispose());
    return made;
}

interface Kubelet {
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** What the state says of a kubelet; undefined: it is not in state. */
export async function stateOf(of: Stack, name: string): Promise<Kubelet | undefined> {
    const { resources } = await of.exportState({ args: ["--show-secrets"] });
    const found = resources.find((resource) => resource.urn.endsWith(`:KubeletService::${name}`));
    return found as Kubelet | undefined;
}

/** URN of a kubelet that no component holds. */
export const urnOf = (name: string): string =>
    `urn:pulumi:test::e2e::pulumi-nodejs:dynamic/coreos:KubeletService::${name}`;

/** Stack configuration by which delete forgets hosts that cannot be reached. */
export const FORGET = "coreos-kubelet:forgetUnreachableOnDelete";

/** What a command tells at its end, each sentence under its resource. */
export function diagnosticsIn(stdout: string): string {
    return stdout.split("Diagnostics:")[1] ?? "";
}

export const UNIT = "/etc/systemd/system/kubelet.service";
export const WRAPPER = "/opt/bin/kubelet-wrapper";

/** Text of a file on the host; undefined: there is none. */
export async function fileOn(target: Host, path: string): Promise<string | undefined> {
    const { code, stdout } = await target.run(`cat "$PCK_ROOT${path}" 2>/dev/null`);
    return code === 0 ? stdout : undefined;
}

export async function putOn(target: Host, path: string, text: string): Promise<void> {
    await must(target, `echo ${Buffer.from(text).toString("base64")} | base64 -d >"$PCK_ROOT${path}"`);
}

/** KUBELET_VERSION in the host's unit. */
export async function versionOn(target: Host): Promise<string | undefined> {
    return /KUBELET_VERSION=([^"\n]*)/.exec((await fileOn(target, UNIT)) ?? "")?.[1];
}

/** ActiveState of the host's kubelet.service. */
export async function activeOn(target: Host): Promise<string> {
    return (await must(target, "systemctl show -p ActiveState kubelet.service")).trim().replace("ActiveState=", "");
}

/** Versions that the host's kubelet was started with in this boot, in order. */
export async function startsOn(target: Host): Promise<readonly string[]> {
    const log = (await fileOn(target, "/run/stand-in/kubelet.log")) ?? "";
    return log
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split("\t")[2] ?? "");
}

/** What a script prints that must end well. */
export async function must(target: Host, script: string): Promise<string> {
    const { code, stdout, stderr } = await target.run(script);
    if (code !== 0) throw new Error(`${script}: status ${code}: ${stderr}`);
    return stdout;
}

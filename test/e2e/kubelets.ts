// Stacks of KubeletService on simulated hosts, under the real CLI.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { simulatedHost, type SimulatedHost, type SimulatedHostOptions } from "../../provider/testing";
import { stack, type Stack } from "./stack";

export const OLD = "v1.3.4_coreos.0";
export const NEW = "v1.3.6_coreos.0";
export const BAD = "v1.4.0_coreos.0";

export type Args = Readonly<Record<string, unknown>>;

/** A host that is gone when the test is. */
export async function host(options: SimulatedHostOptions = {}): Promise<SimulatedHost> {
    const made = await simulatedHost({ images: { [BAD]: "crashes" }, ...options });
    onTestFinished(() => made.stop());
    return made;
}

/** Arguments for a kubelet on a host, with health times that suit a test. */
export function on(target: SimulatedHost, more: Args = {}): Args {
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

/** Text of a file on the host; undefined: there is none. */
export async function fileOn(target: SimulatedHost, path: string): Promise<string | undefined> {
    return readFile(join(target.root, path), "utf8").catch(() => undefined);
}

export const UNIT = "etc/systemd/system/kubelet.service";
export const WRAPPER = "opt/bin/kubelet-wrapper";

/** KUBELET_VERSION in the host's unit. */
export async function versionOn(target: SimulatedHost): Promise<string | undefined> {
    return /KUBELET_VERSION=([^"\n]*)/.exec((await fileOn(target, UNIT)) ?? "")?.[1];
}

/** ActiveState of the host's kubelet.service. */
export async function activeOn(target: SimulatedHost): Promise<string> {
    const { stdout } = await target.systemctl("show", "-p", "ActiveState", "kubelet.service");
    return stdout.trim().replace("ActiveState=", "");
}

/** Versions that the host's kubelet was started with, in order. */
export function startsOn(target: SimulatedHost): readonly string[] {
    return target.kubeletStarts().map(({ version }) => version);
}

// Kubelets on simulated hosts, by the provider's own calls.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { HostError } from "../../provider/errors";
import { check, create, diff, read, update } from "../../provider/runtime";
import { simulatedHost, type SimulatedHost, type SimulatedHostOptions } from "../../provider/testing";

export type Properties = Readonly<Record<string, unknown>>;

export const [OLD, NEW, BAD] = ["v1.3.4_coreos.0", "v1.3.6_coreos.0", "v1.4.0_coreos.0"];
export const [SLOW, LATE, MISSING] = ["v1.3.7_coreos.0", "v1.3.8_coreos.0", "v1.3.9_coreos.0"];

export const UNIT = "etc/systemd/system/kubelet.service";
export const WRAPPER = "opt/bin/kubelet-wrapper";
export const LINK = "etc/systemd/system/multi-user.target.wants/kubelet.service";
export const STORE = "var/lib/pulumi-coreos-kubelet";
export const DROP_INS = "etc/systemd/system/kubelet.service.d";

/** A host that is gone when the test is. */
export async function host(options: SimulatedHostOptions = {}): Promise<SimulatedHost> {
    const images = { [BAD]: "crashes", [SLOW]: "slow-fetch:2", [LATE]: "late:3", [MISSING]: "missing" } as const;
    const made = await simulatedHost({ images, ...options });
    onTestFinished(() => made.stop());
    return made;
}

/** Checked inputs for a kubelet on a host, with health times that suit a test. */
export async function inputsOf(node: SimulatedHost, version: string, more: Properties = {}): Promise<Properties> {
    const given = {
        connection: { ...node.connection },
        version,
        owner: "urn:mine",
        unit: { restartSec: 0.1 },
        health: { minReadySeconds: 1, progressDeadlineSeconds: 20 },
        ...more,
    };
    const { inputs, failures } = await check({}, given);
    expect(failures).toEqual([]);
    return inputs;
}

export interface Made {
    readonly id: string;
    readonly outs: Properties;
}

export async function created(node: SimulatedHost, version = OLD, more: Properties = {}): Promise<Made> {
    return create(await inputsOf(node, version, more));
}

/** What `pulumi up` does with other arguments: nothing where there is no difference. */
export async function up(node: SimulatedHost, { id, outs }: Made, version = OLD, more: Properties = {}): Promise<Made> {
    const inputs = await inputsOf(node, version, more);
    const { changes } = await diff(id, outs, inputs);
    return changes ? { id, outs: (await update(id, outs, inputs)).outs } : { id, outs };
}

export async function upgraded(node: SimulatedHost, made: Made, version: string): Promise<Properties> {
    return (await up(node, made, version)).outs;
}

/** What `pulumi refresh` stores. */
export async function refreshed({ id, outs }: Made): Promise<Made> {
    const seen = await read(id, outs);
    expect(seen.id).toBe(id);
    return { id, outs: seen.props };
}

export async function errorOf(attempt: Promise<unknown>): Promise<HostError> {
    const error: unknown = await attempt.then(
        () => expect.fail("it did not fail"),
        (reason: unknown) => reason,
    );
    if (!(error instanceof HostError)) throw error;
    expect(error.message.length).toBeLessThan(500);
    return error;
}

/** Versions that the host's kubelet was started with, in order. */
export const starts = (node: SimulatedHost): readonly string[] => node.kubeletStarts().map(({ version }) => version);

/** Waits for a word in the log of the operation that runs. */
export function reached(node: SimulatedHost, word: string): Promise<void> {
    const log = 'tail -n 1 -q "$PCK_ROOT"/run/pulumi-coreos-kubelet/*/log 2>/dev/null';
    return expect.poll(async () => (await node.run(log)).stdout).toContain(`name=${word}`);
}

/** What an operation must not leave behind. */
export function leftovers(node: SimulatedHost): readonly string[] {
    const folders = ["etc/systemd/system", "etc/systemd/system/multi-user.target.wants", "run/pulumi-coreos-kubelet"];
    return folders
        .flatMap((folder) => (existsSync(join(node.root, folder)) ? readdirSync(join(node.root, folder)) : []))
        .filter((name) => /^\.pck-|^stage\./.test(name));
}

export async function active(node: SimulatedHost): Promise<string> {
    return (await node.systemctl("show", "-p", "ActiveState", "kubelet.service")).stdout.trim();
}

/** Text of a file on the host; undefined: there is none. */
export function fileOn(node: SimulatedHost, path: string): string | undefined {
    return existsSync(join(node.root, path)) ? readFileSync(join(node.root, path), "utf8") : undefined;
}

/** Runs a script on the host, which must end well. */
export async function run(node: SimulatedHost, script: string): Promise<string> {
    const { code, stdout, stderr } = await node.run(script);
    expect(code, stderr).toBe(0);
    return stdout;
}

/** Until the test is done, a program of the host does something else where a line of bash says so. */
export function instead(node: SimulatedHost, name: string, line: string): void {
    const file = join(node.root, "usr/bin", name);
    writeFileSync(file, `#!/bin/bash\n${line}\nexec /usr/bin/${name} "$@"\n`, { mode: 0o755 });
    onTestFinished(() => rmSync(file, { force: true }));
}

/** A kubelet of somebody else, enabled and running. */
export async function theirs(node: SimulatedHost, text: string, mode = 0o644): Promise<void> {
    writeFileSync(join(node.root, UNIT), text, { mode });
    await run(node, "systemctl daemon-reload && systemctl enable kubelet.service && systemctl start kubelet.service");
    await expect.poll(() => active(node)).toBe("ActiveState=active");
}

/** What is told to the operator from now on, in lasting sentences and steps alike. */
export function heard(): readonly string[] {
    const lines: string[] = [];
    const spy = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    onTestFinished(() => spy.mockRestore());
    return lines;
}

// The projects of examples/ as they lie there, under the real CLI, on simulated hosts.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { simulatedHost, type SimulatedHost, type SimulatedHostOptions } from "../../provider/testing";
import { newKeyPair } from "../../provider/testing/keys";
import { REPOSITORY } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { stack, type Stack } from "../e2e/stack";

export interface Fleet {
    readonly hosts: Readonly<Record<string, SimulatedHost>>;
    /** Lets in on every one of them. */
    readonly privateKey: string;
}

/** Simulated hosts by name; gone when the test is. */
export async function fleetOf(names: readonly string[], options: SimulatedHostOptions = {}): Promise<Fleet> {
    const keys = newKeyPair();
    const made = await Promise.all(
        names.map(async (name) => {
            const host = await simulatedHost({ ...options, authorizedKeys: [keys.public] });
            return [name, host] as const;
        }),
    );
    onTestFinished(async () => {
        await Promise.all(made.map(([, host]) => host.stop()));
    });
    return { hosts: Object.fromEntries(made), privateKey: keys.private };
}

/** A stack of the example; gone when the test is. */
export async function exampleOf(name: string, env: Readonly<Record<string, string>> = {}): Promise<Stack> {
    const text = (file: string): Promise<string> => readFile(join(REPOSITORY, "examples", name, file), "utf8");
    const files = { "Pulumi.yaml": await text("Pulumi.yaml"), "tsconfig.json": await text("tsconfig.json") };
    const made = await stack({
        program: await text("index.ts"),
        language: "ts",
        files,
        // Its types are checked with those of the tests.
        env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...env },
    });
    onTestFinished(() => made.dispose());
    return made;
}

type Settings = Readonly<Record<string, string>>;

/** Where a host is reached, as settings whose keys begin with a prefix. */
export function addressOf({ connection, hostKey }: SimulatedHost, prefix = ""): Settings {
    const { host, port } = connection;
    return { [`${prefix}host`]: host, [`${prefix}port`]: String(port), [`${prefix}hostKey`]: hostKey };
}

/** Sets what examples of several nodes ask for, and more. */
export async function configure(of: Stack, { hosts, privateKey }: Fleet, more: Settings): Promise<void> {
    const addresses = Object.entries(hosts).map(([name, host]) => addressOf(host, `nodes.${name}.connection.`));
    await configureWith(of, Object.assign({}, ...addresses, more) as Settings, { privateKey });
}

/** Sets these, and times that suit a test; keys are paths. */
export async function configureWith(of: Stack, settings: Settings, secrets: Settings): Promise<void> {
    const times = { "more.unit.restartSec": "1", "more.health.minReadySeconds": "2" };
    const words = (option: string, some: Settings): readonly string[] =>
        Object.entries(some).flatMap(([key, value]) => [option, `${key}=${value}`]);
    const all = [...words("--plaintext", { ...times, ...settings }), ...words("--secret", secrets)];
    succeeded(await of.pulumi("config", "set-all", "--path", ...all));
}

/** A start of a kubelet on one of the hosts. */
export interface Start {
    readonly node: string;
    readonly version: string;
    /** Milliseconds since 1970. */
    readonly time: number;
}

/** Every start of a kubelet, in order, as the hosts recorded it. */
export function startsOn({ hosts }: Fleet): readonly Start[] {
    return Object.entries(hosts)
        .flatMap(([node, host]) => host.kubeletStarts().map(({ version, time }) => ({ node, version, time })))
        .sort((a, b) => a.time - b.time);
}

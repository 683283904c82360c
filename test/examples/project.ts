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

/** Sets what all examples ask for, with times that suit a test, and more; keys are paths. */
export async function configure(
    of: Stack,
    { hosts, privateKey }: Fleet,
    more: Readonly<Record<string, string>>,
): Promise<void> {
    const addresses = Object.entries(hosts).flatMap(([name, { connection, hostKey }]) => [
        [`nodes.${name}.connection.host`, connection.host],
        [`nodes.${name}.connection.port`, String(connection.port)],
        [`nodes.${name}.connection.hostKey`, hostKey],
    ]);
    const times = { restartSec: "0.1", minReadySeconds: "1" };
    const plain = [...addresses, ...Object.entries({ ...times, ...more })];
    const words = plain.flatMap(([key = "", value = ""]) => ["--plaintext", `${key}=${value}`]);
    succeeded(await of.pulumi("config", "set-all", "--path", ...words, "--secret", `privateKey=${privateKey}`));
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

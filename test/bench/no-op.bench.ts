// What an `up` that changes nothing takes for many nodes, beside as many resources of a provider that does nothing: with one
// property each, and with all that a KubeletService has.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded, type Ran } from "../e2e/command";
import { simulated } from "../e2e/hosts";
import { on } from "../e2e/kubelets";
import { stack, type Stack } from "../e2e/stack";
import { keep } from "./figures";
import { emptyProgram } from "./peers/under-pulumi";
import { median, report } from "./report";

const NODES = Number(process.env["NODES"] ?? 500);
const ROUNDS = 3;

beforeAll(cliFolder, CLI_TIMEOUT);

test("an up that changes nothing", { timeout: 3_600_000 }, async () => {
    const node = await simulated();
    const [ours, empty, full] = [
        await stack({ program: "" }),
        await stack({ program: "" }),
        await stack({ program: "" }),
    ];
    onTestFinished(async () => {
        for (const each of [ours, empty, full]) await each.dispose();
    });
    const { connection, ...args } = on(node, { apiServers: ["http://10.0.0.1:8080"] }) as {
        connection: { readonly host: string };
    };
    const program = (count: number): string => `const { KubeletService } = require("pulumi-coreos-kubelet");
for (let at = 0; at < ${count}; at++) {
    const connection = { ...${JSON.stringify(connection)}, host: at === 0 ? "${connection.host}" : "h" + at + ".test" };
    new KubeletService("h" + at, { ...${JSON.stringify(args)}, connection });
}`;
    await ours.setProgram(program(1));
    succeeded(await ours.up());
    const outputs = await multiply(ours, connection.host);
    const properties = Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== "__provider"));
    await ours.setProgram(program(NODES));
    await empty.setProgram(emptyProgram(NODES, { version: "v1" }));
    await full.setProgram(emptyProgram(NODES, properties));
    for (const each of [empty, full]) succeeded(await each.up());

    const times = { ours: [] as number[], empty: [] as number[], full: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
        times.ours.push(await secondsOf(ours));
        times.empty.push(await secondsOf(empty));
        times.full.push(await secondsOf(full));
    }
    keep("noOp", { nodes: NODES, ...times });
    const [mine, idle, same] = [median(times.ours), median(times.empty), median(times.full)];
    report(`An up that changes nothing, ${NODES} nodes`, {
        KubeletService: `${mine.toFixed(1)} s`,
        "an empty provider, one property": `${idle.toFixed(1)} s; ratio ${(mine / idle).toFixed(2)} (goal: at most 1.10)`,
        "an empty provider, our properties": `${same.toFixed(1)} s; ratio ${(mine / same).toFixed(2)}`,
    });
});

interface Exported {
    readonly urn: string;
    readonly outputs: Readonly<Record<string, unknown>>;
}

/** The state of one node, which a host has made, becomes that of all. Gives its outputs. */
async function multiply(of: Stack, host: string): Promise<Exported["outputs"]> {
    const { stdout } = succeeded(await of.pulumi("stack", "export", "--show-secrets"));
    const exported = JSON.parse(stdout) as { deployment: { resources: Exported[] } };
    const { resources } = exported.deployment;
    const first = resources.find(({ urn }) => urn.endsWith("::h0"));
    if (first === undefined) throw new Error("the first node is not in state");
    const text = JSON.stringify(first);
    for (let at = 1; at < NODES; at++) {
        const copy = text.replaceAll("::h0", `::h${at}`).replaceAll(host, `h${at}.test`);
        resources.push(JSON.parse(copy) as Exported);
    }
    const file = join(of.folder, "multiplied.json");
    await writeFile(file, JSON.stringify(exported));
    succeeded(await of.pulumi("stack", "import", "--file", file));
    return first.outputs;
}

async function secondsOf(of: Stack): Promise<number> {
    const begun = performance.now();
    const ran: Ran = succeeded(await of.up());
    const seconds = (performance.now() - begun) / 1000;
    expect(ran.stdout).toMatch(new RegExp(`${NODES + 1} unchanged`));
    return seconds;
}

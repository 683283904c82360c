// What runs under the Pulumi engine: our own provider, a stand-in of the shape of @pulumi/command, and nothing at all.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stack } from "../../e2e/stack";
import { unitOf, type Contender } from "./contender";
import type { BenchHosts } from "./hosts";
import { COMMAND_SHAPE, ENGINE, OURS } from "./names";

/** As many at once as Ansible takes. */
const PARALLEL = "50";

export function ours(hosts: BenchHosts): Promise<Contender> {
    return underPulumi(OURS, (version) => {
        const lines = hosts.hosts.map(({ name, connection, hostKey }) => {
            const args = {
                connection: { ...connection, hostKey },
                version,
                apiServers: ["http://127.0.0.1:8080"],
                // The others do not watch whether the kubelet stays healthy.
                health: { minReadySeconds: 0 },
            };
            return `new KubeletService(${JSON.stringify(name)}, ${JSON.stringify(args)});`;
        });
        return ['const { KubeletService } = require("pulumi-coreos-kubelet");', ...lines].join("\n");
    });
}

/**
 * CopyToRemote and two Commands a host, each with a log-in of its own. The plugin itself cannot be had from package
 * registries: this one has its resources and its way over the network, in Node.
 */
export async function commandShape(hosts: BenchHosts): Promise<Contender> {
    const provider = await readFile(join(__dirname, "command-shape.js"), "utf8");
    return await underPulumi(COMMAND_SHAPE, (version) => {
        const nodes = hosts.hosts.map(({ name, connection, hostKey }) => ({
            name,
            connection: { ...connection, hostKey },
            unit: unitOf(version),
        }));
        return `${provider}\nfor (const node of ${JSON.stringify(nodes)}) kubelet(node);`;
    });
}

/** A resource a host whose provider does nothing: what the engine itself takes. */
export async function engineAlone({ hosts }: BenchHosts): Promise<Contender> {
    const made = await underPulumi(ENGINE, (version) => emptyProgram(hosts.length, { version }));
    return { ...made, isIdle: true };
}

/** A program with so many resources of a provider that does nothing, each with these properties. */
export function emptyProgram(count: number, properties: object): string {
    return `const { dynamic, secret } = require("@pulumi/pulumi");
const provider = {
    create: async (inputs) => ({ id: "id", outs: inputs }),
    update: async (id, olds, news) => ({ outs: news }),
    diff: async (id, olds, news) => ({ changes: olds.version !== news.version }),
};
class Empty extends dynamic.Resource {}
for (let at = 0; at < ${count}; at++) new Empty(provider, "h" + at, ${withSecrets(properties)});`;
}

/** Properties as `pulumi stack export --show-secrets` has them, as a program's text. */
function withSecrets(properties: object): string {
    const text = JSON.stringify(properties);
    return text.replace(
        /\{"4dabf18193072939515e22adb298388d":"[0-9a-f]+","plaintext":("(?:[^"\\]|\\.)*")\}/g,
        (_, value: string) => {
            return `secret(${JSON.parse(value) as string})`;
        },
    );
}

async function underPulumi(name: string, programOf: (version: string) => string): Promise<Contender> {
    const made = await stack({ program: "" });
    return {
        name,
        bring: async (version) => {
            await made.setProgram(programOf(version));
            return { start: () => made.spawnUp({ args: ["--parallel", PARALLEL] }) };
        },
        dispose: () => made.dispose(),
    };
}

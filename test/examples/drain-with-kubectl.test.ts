import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { BAD, NEW, OLD } from "../e2e/kubelets";
import type { Stack } from "../e2e/stack";
import { configure, exampleOf, fleetOf, startsOn, type Fleet } from "./project";

beforeAll(cliFolder, CLI_TIMEOUT);

// Records each call: the microsecond, then its arguments. It cannot drain the node that the file beside it names.
const KUBECTL = `#!/bin/bash
here=\${BASH_SOURCE[0]%/*}
{
    printf '%s' "\${EPOCHREALTIME/[.,]/}"
    printf '\\t%s' "$@"
    printf '\\n'
} >>"$here/calls"
held=
[[ ! -f $here/held ]] || held=$(<"$here/held")
if [[ $3 == drain && $4 == "$held" ]]; then
    echo "error: pods with local storage: $held" >&2
    exit 1
fi
`;

interface Scene {
    readonly project: Stack;
    readonly fleet: Fleet;
    /** What happened since the last call, in order: calls of kubectl, starts of kubelets. */
    readonly told: () => Promise<readonly string[]>;
    /** No drain of that node succeeds from now on. */
    readonly hold: (node: string) => Promise<void>;
}

async function scene(names: readonly string[]): Promise<Scene> {
    const fleet = await fleetOf(names, { images: { [BAD]: "crashes" } });
    const path = [await cliFolder(), dirname(process.execPath), process.env["PATH"]];
    const project = await exampleOf("drain-with-kubectl", { PATH: ["tools", ...path].join(delimiter) });
    const tools = join(project.project, "tools");
    await mkdir(tools);
    await writeFile(join(tools, "kubectl"), KUBECTL);
    await chmod(join(tools, "kubectl"), 0o755);
    let since = 0;
    const told = async (): Promise<readonly string[]> => {
        const calls = await callsIn(join(tools, "calls"));
        const starts = startsOn(fleet).map(({ time, node, version }) => ({ time, what: `${node} starts ${version}` }));
        const news = [...calls, ...starts].filter(({ time }) => time > since).sort((a, b) => a.time - b.time);
        since = Date.now();
        return news.map(({ what }) => what);
    };
    return { project, fleet, told, hold: (node) => writeFile(join(tools, "held"), node) };
}

async function callsIn(file: string): Promise<readonly { readonly time: number; readonly what: string }[]> {
    const text = await readFile(file, "utf8").catch(() => "");
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => {
        const [time, ...words] = line.split("\t");
        return { time: Number(time) / 1000, what: words.join(" ") };
    });
}

const kubectl = (words: string): string => `--kubeconfig /etc/of ours ${words}`;
const drained = (name: string): string => kubectl(`drain ${name} --ignore-daemonsets`);
const uncordoned = (name: string): string => kubectl(`uncordon ${name}`);

test("examples/drain-with-kubectl: drained, restarted, uncordoned, one after another, and no other", async () => {
    const { project, fleet, told, hold } = await scene(["a", "b", "c"]);
    await configure(project, fleet, { version: OLD, kubeconfig: "/etc/of ours", "nodes.b.version": OLD });
    succeeded(await project.up());
    expect(await told()).toEqual([`a starts ${OLD}`, `b starts ${OLD}`, `c starts ${OLD}`]);

    await project.setConfig("version", NEW);
    succeeded(await project.up());
    const whole = (name: string): string[] => [drained(name), `${name} starts ${NEW}`, uncordoned(name)];
    expect(await told()).toEqual([...whole("a"), ...whole("c")]);

    // The first puts its old kubelet back: it takes pods again, and nobody after it is drained.
    await project.setConfig("version", BAD);
    const failed = await project.up();
    expect(failed.code).not.toBe(0);
    const tried = await told();
    expect(tried.filter((what) => what !== `a starts ${BAD}`)).toEqual([
        drained("a"),
        `a starts ${NEW}`,
        uncordoned("a"),
    ]);
    expect(failed.stdout).toMatch(/wave 1 of 3: 0 nodes before it run the new version, it runs the old one again, /);

    // A drain that is held up stops the roll, and is taken back.
    await hold("a");
    const held = await project.up();
    expect(held.code).not.toBe(0);
    expect(held.stdout).toMatch(/beforeNode failed for a: .*pods with local storage: a/s);
    expect(await told()).toEqual([drained("a"), uncordoned("a")]);
}, 240_000);

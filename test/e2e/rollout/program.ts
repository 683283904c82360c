// A program with one KubeletRollout over a fleet, and what it leaves behind: calls of its hooks, and the state.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Args } from "../kubelets";
import type { Stack } from "../stack";

/** Versions without a step over a minor, so that nothing is warned of. */
export const version = (patch: number): string => `v1.3.${patch}_coreos.0`;

/** Arguments of a roll that is quick, and with which a kubelet that ends at once is soon given up. */
export const QUICK = {
    apiServers: ["http://127.0.0.1:8080"],
    unit: { restartSec: 0.1 },
    health: { minReadySeconds: 0.2, progressDeadlineSeconds: 20 },
} as const satisfies Args;

/** One call of a user's hook. */
export interface Call {
    readonly hook: "beforeNode" | "afterNode" | "onNodeFailed";
    /** Milliseconds since 1970. */
    readonly at: number;
    readonly name: string;
    readonly host: string;
    readonly oldVersion: string;
    readonly newVersion: string;
    readonly running?: string;
    readonly errors?: readonly string[];
}

/** A hook that fails for one node. */
export interface Failing {
    readonly hook: Call["hook"];
    readonly node: string;
}

export interface ProgramOptions {
    readonly failing?: Failing | undefined;
    /** Runs before the rollout is made: may change its `args` and its `opts`. */
    readonly code?: string | undefined;
}

/** The rollout `fleet`, whose hooks write down that they are called. */
export function rolloutProgram(args: Args, { failing, code = "" }: ProgramOptions = {}): string {
    return `
        const { appendFileSync } = require("node:fs");
        const pulumi = require("@pulumi/pulumi");
        const { KubeletRollout } = require("pulumi-coreos-kubelet");
        const failing = ${JSON.stringify(failing ?? {})};
        const noting = (hook) => async (node) => {
            appendFileSync("calls", JSON.stringify({ hook, at: Date.now(), ...node }) + "\\n");
            if (hook === failing.hook && node.name === failing.node) throw new Error("no way to do it for " + node.name);
        };
        const hooks = ["beforeNode", "afterNode", "onNodeFailed"].map((hook) => [hook, noting(hook)]);
        const args = { ...${JSON.stringify(args)}, ...Object.fromEntries(hooks) };
        const opts = {};
        ${code}
        const rollout = new KubeletRollout("fleet", args, opts);
        exports.waves = rollout.waves;
        exports.summary = rollout.summary;
        exports.summaryText = rollout.summaryText;
    `;
}

/** Every call so far. */
export async function callsOf(stack: Stack): Promise<readonly Call[]> {
    const text = await readFile(join(stack.project, "calls"), "utf8").catch(() => "");
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as Call);
}

interface Resource {
    readonly type: string;
    readonly urn: string;
    readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface FleetState {
    /** By node: its version; where another one is said to run, that one too. */
    readonly versions: Readonly<Record<string, string>>;
    /** What the program exported when an `up` last ended well. */
    readonly exported: Readonly<Record<string, unknown>>;
}

/** What the state says. The file itself: to have the CLI export it takes a second. */
export async function stateOf(stack: Stack): Promise<FleetState> {
    const file = join(stack.folder, "state/.pulumi/stacks/e2e/test.json");
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as {
        checkpoint: { latest?: { resources?: readonly Resource[] } };
    };
    const resources = checkpoint.latest?.resources ?? [];
    const kubelets = resources.filter(({ type }) => type.endsWith(":KubeletService"));
    return {
        versions: Object.fromEntries(kubelets.map(({ urn, outputs }) => [nodeOf(urn), versionText(outputs)])),
        exported: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
    };
}

/** The child of a node is named by rollout and node. */
function nodeOf(urn: string): string {
    return urn.replace(/^.*::fleet-/, "");
}

function versionText(outputs: Readonly<Record<string, unknown>> = {}): string {
    const { version: wanted, runningVersion } = outputs;
    return wanted === runningVersion ? String(wanted) : `${String(wanted)}, runs ${String(runningVersion)}`;
}

/** The URN of a node's child. */
export function urnOf(node: string): string {
    const types = "pulumi-coreos-kubelet:index:KubeletRollout$pulumi-nodejs:dynamic/coreos:KubeletService";
    return `urn:pulumi:test::e2e::${types}::fleet-${node}`;
}

/** The sentences in which failing nodes tell where the roll stands, each once however often it is printed. */
export function standings(stdout: string): readonly string[] {
    return [...new Set([...stdout.matchAll(/wave \d+ of \d+: [^\n]* not started/g)].map(([text]) => text))];
}

// What this package rests on in the engine, seen with a provider that only writes down how it is called.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "./cli";
import { succeeded } from "./command";
import { stack, type Stack, type StackOptions } from "./stack";

const TOY = `
const pulumi = require("@pulumi/pulumi");
const provider = {
    diff: async (id, olds, news) => ({ changes: olds.text !== news.text }),
    create: async ({ text, seconds = 0 }) => {
        const note = (line) => require("node:fs").appendFileSync("calls", line + "\\n");
        note("create " + text);
        await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
        note("created " + text);
        return { id: "toy", outs: { text } };
    },
    read: async (id, props) => {
        require("node:fs").appendFileSync("calls", "read\\n");
        return { id, props: { ...props, text: props.text + ", drifted" } };
    },
    update: async (id, olds, { text }) => {
        require("node:fs").appendFileSync("calls", "update " + olds.text + " to " + text + "\\n");
        return { outs: { text } };
    },
    delete: async () => require("node:fs").appendFileSync("calls", "delete\\n"),
};
exports.Toy = class Toy extends pulumi.dynamic.Resource {
    constructor(name, args, opts) {
        super(provider, name, args, opts);
    }
};
`;

beforeAll(cliFolder, CLI_TIMEOUT);

async function toyStack(program: string): Promise<Stack> {
    return disposed({ program, files: { "toy.js": TOY } });
}

async function disposed(options: StackOptions): Promise<Stack> {
    const made = await stack(options);
    onTestFinished(() => made.dispose());
    return made;
}

async function calls(toys: Stack): Promise<string[]> {
    return (await readFile(join(toys.project, "calls"), "utf8")).trim().split("\n");
}

test("a resource is created, left alone, refreshed, updated after its hook, and destroyed", async () => {
    const program = (text: string) => `
        const { Toy } = require("./toy");
        const beforeUpdate = async () => require("node:fs").appendFileSync("calls", "hook\\n");
        new Toy("toy", { text: "${text}" }, { hooks: { beforeUpdate: [beforeUpdate] } });
    `;
    const toys = await toyStack(program("one"));
    expect(succeeded(await toys.up()).stdout).toMatch(/\+ 2 created/);
    expect(succeeded(await toys.up()).stdout).toMatch(/2 unchanged/);
    await toys.setProgram(program("two"));
    expect(succeeded(await toys.preview({ args: ["--diff"] })).stdout).toContain('~ text: "one" => "two"');
    succeeded(await toys.refresh());
    succeeded(await toys.up());
    succeeded(await toys.destroy());
    expect((await toys.exportState()).resources).toEqual([]);
    expect(await calls(toys)).toEqual([
        "create one",
        "created one",
        "read",
        "hook",
        "update one, drifted to two",
        "delete",
    ]);
}, 240_000);

test("a SIGKILL in the middle of a create leaves the provider to its end and the create pending", async () => {
    const toys = await toyStack(`
        const { Toy } = require("./toy");
        new Toy("toy", { text: "one", seconds: 2 });
    `);
    const up = toys.spawnUp();
    await up.line(/ toy creating/);
    await expect.poll(() => calls(toys).catch(() => [])).toEqual(["create one"]);
    up.kill();
    expect((await up.done).code).toBeNull();
    await expect.poll(() => calls(toys)).toEqual(["create one", "created one"]);
    // The shell launcher and the provider; language host and program are gone.
    const orphans = await toys.processes();
    expect(orphans.map(({ command }) => command)).toEqual([
        expect.stringContaining("pulumi-resource-pulumi-nodejs"),
        expect.stringContaining("cmd/dynamic-provider"),
    ]);

    const { pendingOperations } = await toys.exportState();
    expect(pendingOperations.map(({ type }) => type)).toEqual(["creating"]);
    expect((await toys.up()).stderr).toContain("the stack is currently locked");
    succeeded(await toys.cancel());
    await toys.setProgram(`const { Toy } = require("./toy"); new Toy("toy", { text: "two" });`);
    succeeded(await toys.up());
    expect((await calls(toys)).at(-1)).toBe("created two");
}, 240_000);

test("a TypeScript program reads its configuration, and a secret stays one", async () => {
    const toys = await disposed({
        language: "ts",
        program: `
            import * as pulumi from "@pulumi/pulumi";
            const config = new pulumi.Config();
            export const greeting: string = config.require("greeting");
            export const key: pulumi.Output<string> = config.requireSecret("key");
        `,
    });
    await toys.setConfig("greeting", "hello");
    await toys.setConfig("key", "-hidden", { secret: true });
    const { stdout } = succeeded(await toys.up());
    expect(stdout).toContain('greeting: "hello"');
    expect(stdout).toMatch(/key +: \[secret\]/);
    expect(JSON.stringify(await toys.exportState())).not.toContain("hidden");
}, 240_000);

// Without its stack: @pulumi/pulumi inspects every error of a program in colour, where Node 20 loops for 15 s (nodejs/node#64011).
test("a program that ends with a RunError shows its message and fails the command", async () => {
    const toys = await disposed({
        program: `
            const { RunError } = require("@pulumi/pulumi");
            throw Object.assign(new RunError("no nodes"), { stack: undefined });
        `,
    });
    const { code, stdout } = await toys.preview();
    expect(code).not.toBe(0);
    expect(stdout).toContain("error: no nodes");
}, 240_000);

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { cliFolder, REPOSITORY } from "./cli";
import { Command, succeeded, type Ran } from "./command";
import { killAllWith, processesWith, type Process } from "./processes";

export interface StackOptions {
    /** Text of the entry point. */
    readonly program: string;
    readonly language?: "js" | "mjs" | "ts";
    /** Folder that the stack's own is made in: what is installed there is what the program finds. The repository by default. */
    readonly under?: string;
    /** Further files of the project, by path. */
    readonly files?: Readonly<Record<string, string>>;
    /** Further environment for pulumi, its provider and its program; the caller's own is not handed on. */
    readonly env?: Readonly<Record<string, string>>;
}

export interface OperationOptions {
    readonly args?: readonly string[];
}

export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly initErrors?: readonly string[];
    readonly dependencies?: readonly string[];
    readonly protect?: boolean;
}

export interface State {
    readonly resources: readonly StateResource[];
    readonly pendingOperations: readonly { readonly type: string; readonly resource: StateResource }[];
}

/** A Pulumi project with one stack, all in a folder of its own. */
export async function stack(options: StackOptions): Promise<Stack> {
    const cli = await cliFolder();
    const work = options.under ?? join(REPOSITORY, ".work");
    await mkdir(work, { recursive: true });
    const made = new Stack(await mkdtemp(join(work, "e2e-")), cli, options);
    await made.create();
    return made;
}

export class Stack {
    readonly folder: string;
    readonly project: string;
    readonly #cli: string;
    readonly #options: StackOptions;
    readonly #main: string;

    constructor(folder: string, cli: string, options: StackOptions) {
        this.folder = folder;
        this.project = join(folder, "project");
        this.#cli = cli;
        this.#options = options;
        this.#main = `index.${options.language ?? "js"}`;
    }

    async create(): Promise<void> {
        for (const name of ["project", "state", "home", "tmp"]) await mkdir(join(this.folder, name));
        const typescript = String(this.#main.endsWith(".ts"));
        const runtime = `runtime: { name: nodejs, options: { typescript: ${typescript} } }`;
        await this.write("Pulumi.yaml", `name: e2e\n${runtime}\nmain: ${this.#main}\n`);
        await this.write("package.json", JSON.stringify({ name: "e2e", private: true, main: this.#main }));
        for (const [path, text] of Object.entries(this.#options.files ?? {})) await this.write(path, text);
        await this.setProgram(this.#options.program);
        succeeded(await this.pulumi("stack", "init", "test"));
    }

    async setProgram(text: string): Promise<void> {
        await this.write(this.#main, text);
    }

    async setConfig(key: string, value: string, { secret = false } = {}): Promise<void> {
        succeeded(await this.pulumi("config", "set", ...(secret ? ["--secret"] : []), "--", key, value));
    }

    up({ args = [] }: OperationOptions = {}): Promise<Ran> {
        return this.spawnUp({ args }).done;
    }

    /** An `up` to look at or to kill while it runs. */
    spawnUp({ args = [] }: OperationOptions = {}): Command {
        return this.#spawn("up", "--yes", "--skip-preview", ...args);
    }

    preview({ args = [] }: OperationOptions = {}): Promise<Ran> {
        return this.pulumi("preview", ...args);
    }

    refresh({ args = [] }: OperationOptions = {}): Promise<Ran> {
        return this.pulumi("refresh", "--yes", "--skip-preview", ...args);
    }

    destroy({ args = [] }: OperationOptions = {}): Promise<Ran> {
        return this.pulumi("destroy", "--yes", "--skip-preview", ...args);
    }

    /** Unlocks the stack, as is needed after a killed operation. */
    cancel(): Promise<Ran> {
        return this.pulumi("cancel", "--yes");
    }

    async exportState({ args = [] }: OperationOptions = {}): Promise<State> {
        const { stdout } = succeeded(await this.pulumi("stack", "export", ...args));
        const { deployment } = JSON.parse(stdout) as {
            deployment: { resources?: State["resources"]; pending_operations?: State["pendingOperations"] };
        };
        return { resources: deployment.resources ?? [], pendingOperations: deployment.pending_operations ?? [] };
    }

    /** What of this stack's commands, plugins and programs still runs, orphans of a killed `pulumi` too. */
    processes(): Promise<Process[]> {
        return processesWith(this.#mark());
    }

    /** Ends every process that this stack started and removes its folder. */
    async dispose(): Promise<void> {
        await killAllWith(this.#mark());
        await rm(this.folder, { recursive: true, force: true });
    }

    /** Any other command of the CLI. */
    pulumi(...args: string[]): Promise<Ran> {
        return this.#spawn(...args).done;
    }

    async write(path: string, text: string): Promise<void> {
        const file = join(this.project, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
    }

    #spawn(...args: string[]): Command {
        const always = ["--non-interactive", "--color", "never"];
        return new Command(join(this.#cli, "pulumi"), [...always, ...args], { cwd: this.project, env: this.#env() });
    }

    #env(): Record<string, string> {
        return {
            PATH: [this.#cli, dirname(process.execPath), process.env["PATH"]].join(delimiter),
            LANG: "C.UTF-8",
            HOME: join(this.folder, "home"),
            TMPDIR: join(this.folder, "tmp"),
            PULUMI_HOME: this.#pulumiHome(),
            PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
            PULUMI_CONFIG_PASSPHRASE: "e2e",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            ...this.#options.env,
        };
    }

    #pulumiHome(): string {
        return join(this.folder, "home/.pulumi");
    }

    #mark(): string {
        return `PULUMI_HOME=${this.#pulumiHome()}`;
    }
}

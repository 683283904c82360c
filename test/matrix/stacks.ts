// One kubelet as Pulumi keeps it: by the provider process alone, with what the engine would store or forget, or by the
// real CLI.
import { partialOf, startProvider, type Properties, type ProviderProcess } from "../engine/process";
import { program, stateOf } from "../e2e/kubelets";
import type { Command, Ran } from "../e2e/command";
import { stack, type Stack } from "../e2e/stack";

/** How an `up` or a refresh ended, as the operator sees it. */
export type Report =
    | { readonly kind: "done"; readonly changed: boolean }
    | { readonly kind: "failed"; readonly message: string }
    | { readonly kind: "killed" };

export interface KubeletStack {
    up(args: Properties): Promise<Report>;
    refresh(): Promise<Report>;
    /** What state says; undefined: it knows of no kubelet. */
    outputs(): Promise<Properties | undefined>;
    /** Process that a SIGKILL of the provider must hit. */
    killProvider(): Promise<void>;
    killPulumi(signal: NodeJS.Signals): Promise<void>;
    /** Everything that was printed, logged or stored in clear. */
    said(): Promise<string>;
    dispose(): Promise<void>;
}

/** The owner that a provider without an engine gives. */
export const OWNER = "urn:pulumi:test::matrix::pulumi-nodejs:dynamic/coreos:KubeletService::node";

/** A kubelet that is kept as the engine keeps it, over a provider process of its own. */
export class ProviderStack implements KubeletStack {
    #process: ProviderProcess | undefined;
    #state: { id: string; outputs: Properties } | undefined;
    #isKilled = false;
    readonly #said: string[] = [];

    constructor(readonly owner = OWNER) {}

    async up(args: Properties): Promise<Report> {
        return await this.#run(async (provider) => {
            const { inputs, failures } = await provider.check({ ...args, owner: this.owner });
            if (failures.length > 0) throw new Error(failures.join("; "));
            if (this.#state === undefined) {
                const { id, properties } = await provider.create(inputs);
                this.#state = { id, outputs: properties };
                return true;
            }
            const { id, outputs } = this.#state;
            if ((await provider.diff(id, outputs, inputs)) === NO_CHANGE) return false;
            this.#state = { id, outputs: await provider.update(id, outputs, inputs) };
            return true;
        });
    }

    async refresh(): Promise<Report> {
        return await this.#run(async (provider) => {
            if (this.#state === undefined) return false;
            const { id, properties } = await provider.read(this.#state.id, this.#state.outputs);
            this.#state = id === "" ? undefined : { id, outputs: properties };
            return true;
        });
    }

    outputs(): Promise<Properties | undefined> {
        return Promise.resolve(this.#state?.outputs);
    }

    /** The same kubelet in the state of another stack, whose `up` starts from what this one knows. */
    twin(owner = this.owner): ProviderStack {
        const twin = new ProviderStack(owner);
        twin.#state = this.#state;
        return twin;
    }

    async killProvider(): Promise<void> {
        this.#isKilled = true;
        await this.#process?.kill();
    }

    killPulumi(): Promise<void> {
        throw new Error("there is no pulumi here");
    }

    said(): Promise<string> {
        return Promise.resolve([...this.#said, ...printedBy(this.#process)].join("\n"));
    }

    async dispose(): Promise<void> {
        await this.#process?.kill();
    }

    async #run(act: (provider: ProviderProcess) => Promise<boolean>): Promise<Report> {
        const provider = (this.#process ??= await startProvider());
        try {
            return { kind: "done", changed: await act(provider) };
        } catch (error) {
            const message = String(error instanceof Error ? error.message : error).replace(/^\d+ UNKNOWN: /, "");
            this.#said.push(message);
            if (this.#isKilled) {
                this.#isKilled = false;
                this.#said.push(...printedBy(provider));
                this.#process = undefined;
                return { kind: "killed" };
            }
            const partial = partialOf(error);
            if (partial !== undefined) this.#state = { id: partial.id, outputs: partial.properties };
            return { kind: "failed", message: partial?.reasons.join("\n") ?? message };
        }
    }
}

function printedBy(provider: ProviderProcess | undefined): readonly string[] {
    if (provider === undefined) return [];
    return [...provider.lines, ...provider.complaints, ...provider.said()];
}

/** DIFF_NONE of provider.proto. */
const NO_CHANGE = 1;

/** A kubelet in a stack of the real CLI. */
export class CliStack implements KubeletStack {
    #running: Command | undefined;
    #said = "";
    #wasKilled = false;

    private constructor(private readonly stack: Stack) {}

    static async make(): Promise<CliStack> {
        return new CliStack(await stack({ program: "" }));
    }

    async up(args: Properties): Promise<Report> {
        await this.stack.setProgram(program({ node: args }));
        if (this.#wasKilled) await this.stack.cancel();
        this.#wasKilled = false;
        this.#running = this.stack.spawnUp();
        return this.#report(await this.#running.done);
    }

    async refresh(): Promise<Report> {
        if (this.#wasKilled) await this.stack.cancel();
        this.#wasKilled = false;
        return this.#report(await this.stack.refresh());
    }

    async outputs(): Promise<Properties | undefined> {
        return (await stateOf(this.stack, "node"))?.outputs;
    }

    killProvider(): Promise<void> {
        throw new Error("pulumi keeps its provider to itself");
    }

    async killPulumi(signal: NodeJS.Signals): Promise<void> {
        this.#wasKilled = signal === "SIGKILL";
        this.#running?.kill(signal);
        if (this.#wasKilled) await this.#running?.done;
    }

    async said(): Promise<string> {
        const { stdout } = await this.stack.pulumi("stack", "export");
        return this.#said + stdout;
    }

    async dispose(): Promise<void> {
        await this.stack.dispose();
    }

    #report({ code, stdout, stderr }: Ran): Report {
        this.#said += stdout + stderr;
        if (code === null) return { kind: "killed" };
        if (code !== 0) return { kind: "failed", message: stdout + stderr };
        return { kind: "done", changed: /[+~] \d+ (created|updated)/.test(stdout) };
    }
}

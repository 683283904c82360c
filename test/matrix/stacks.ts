// One kubelet as Pulumi keeps it: by the provider process alone, with what the engine would store or forget, or by the
// real CLI.
import { partialOf, startProvider, type Properties, type ProviderProcess } from "../engine/process";
import { stateOf } from "../e2e/kubelets";
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

const started: ProviderProcess[] = [];
/** Those of them that wait for the next stack: to start one costs more than an apply. */
const idle: ProviderProcess[] = [];

/** Also those whose test failed before it was done with them. */
export async function endProviders(): Promise<void> {
    idle.length = 0;
    await Promise.all(started.splice(0).map((provider) => provider.kill()));
}

async function start(): Promise<ProviderProcess> {
    const provider = await startProvider();
    started.push(provider);
    return provider;
}

/** A kubelet that is kept as the engine keeps it, over a provider process of its own. */
export class ProviderStack implements KubeletStack {
    #process: ProviderProcess | undefined;
    #state: { id: string; outputs: Properties } | undefined;
    #isKilled = false;
    /** How much of what the process has printed was for others. */
    #earlier: readonly [number, number, number] = [0, 0, 0];
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
    twin(): ProviderStack {
        const twin = new ProviderStack(this.owner);
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
        return Promise.resolve([...this.#said, ...this.#printed()].join("\n"));
    }

    dispose(): Promise<void> {
        if (this.#process !== undefined) idle.push(this.#process);
        this.#process = undefined;
        return Promise.resolve();
    }

    async #take(): Promise<ProviderProcess> {
        const provider = idle.pop() ?? (await start());
        this.#earlier = [provider.lines.length, provider.complaints.length, provider.said().length];
        return provider;
    }

    #printed(): readonly string[] {
        const provider = this.#process;
        if (provider === undefined) return [];
        const [lines, complaints, said] = this.#earlier;
        return [
            ...provider.lines.slice(lines),
            ...provider.complaints.slice(complaints),
            ...provider.said().slice(said),
        ];
    }

    async #run(act: (provider: ProviderProcess) => Promise<boolean>): Promise<Report> {
        const provider = (this.#process ??= await this.#take());
        try {
            return { kind: "done", changed: await act(provider) };
        } catch (error) {
            const message = String(error instanceof Error ? error.message : error).replace(/^\d+ UNKNOWN: /, "");
            this.#said.push(message);
            if (this.#isKilled) {
                this.#isKilled = false;
                this.#said.push(...this.#printed());
                this.#process = undefined;
                return { kind: "killed" };
            }
            const partial = partialOf(error);
            if (partial !== undefined) this.#state = { id: partial.id, outputs: partial.properties };
            return { kind: "failed", message: partial?.reasons.join("\n") ?? message };
        }
    }
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
        await this.stack.setProgram(programOf(args));
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
        // Interrupted, it ends with an error though all that was begun has come to its end, and is stored.
        const isInterrupted = /update cancel/.test(stdout + stderr) && !/HostError/.test(stdout + stderr);
        if (code !== 0 && !isInterrupted) return { kind: "failed", message: stdout + stderr };
        return { kind: "done", changed: /[+~] \d+ (created|updated)/.test(stdout) };
    }
}

/** Secrets are told to be so, as in a program of some care. */
function programOf({ connection, flags, rkt, unit, ...args }: Properties): string {
    const text = (value: unknown): string => JSON.stringify(value);
    return `
        const { secret } = require("@pulumi/pulumi");
        const { KubeletService } = require("pulumi-coreos-kubelet");
        const { privateKey, ...connection } = ${text(connection)};
        const { environment, ...unit } = ${text(unit)};
        const { setEnv, ...rkt } = ${text(rkt)};
        new KubeletService("node", {
            ...${text(args)},
            connection: { ...connection, privateKey: secret(privateKey) },
            flags: secret(${text(flags)}),
            rkt: { ...rkt, setEnv: secret(setEnv) },
            unit: { ...unit, environment: secret(environment) },
        });
    `;
}

// The real dynamic-provider process of the SDK, spoken to over gRPC as the engine does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { startEngine } from "./engine";

const fromHere = createRequire(join(process.cwd(), "test"));
const fromSdk = createRequire(join(dirname(fromHere.resolve("@pulumi/pulumi/package.json")), "sdk.js"));

export type Properties = Readonly<Record<string, unknown>>;

interface Struct {
    toJavaScript(): Properties;
}

type Reply = Readonly<Record<string, () => unknown>>;
type Request = Readonly<Record<`set${string}`, (value: unknown) => void>>;
type Call = (request: unknown, answer: (error: Error | null, reply: Reply) => void) => void;

const { Struct: Structs } = fromSdk("google-protobuf/google/protobuf/struct_pb.js") as {
    Struct: { fromJavaScript(value: Properties): Struct };
};
const messages = fromHere("@pulumi/pulumi/proto/provider_pb.js") as Readonly<Record<string, new () => Request>>;
const { ResourceProviderClient } = fromHere("@pulumi/pulumi/proto/provider_grpc_pb.js") as {
    ResourceProviderClient: new (
        address: string,
        credentials: unknown,
        options: object,
    ) => Record<string, Call> & { close(): void };
};
const { credentials } = fromSdk("@grpc/grpc-js") as { credentials: { createInsecure(): unknown } };

/** A provider process. */
export interface ProviderProcess {
    readonly pid: number;
    /** What it has printed so far. */
    readonly lines: readonly string[];
    /** What it has told its own engine so far. */
    said(): readonly string[];
    /** What it has complained of so far. */
    readonly complaints: readonly string[];
    /** Closes the far ends of its output, as the death of pulumi does. */
    deafen(): void;
    /** Ends it by SIGKILL, if it has not ended. */
    kill(): Promise<void>;
    check(news: Properties): Promise<{ inputs: Properties; failures: readonly string[] }>;
    diff(id: string, olds: Properties, news: Properties): Promise<number>;
    create(inputs: Properties): Promise<{ id: string; properties: Properties }>;
    update(id: string, olds: Properties, news: Properties): Promise<Properties>;
    read(id: string, properties: Properties): Promise<{ id: string; properties: Properties }>;
    delete(id: string, properties: Properties): Promise<void>;
}

/** What a failed create or update says of a resource that is there all the same; undefined: nothing. */
export function partialOf(error: unknown): Partial | undefined {
    const { metadata } = error as { metadata?: { get(key: string): readonly Uint8Array[] } };
    const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
    if (bytes === undefined) return undefined;
    const [detail] = Status.deserializeBinary(bytes).getDetailsList();
    if (detail === undefined) return undefined;
    const failed = ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    return {
        id: failed.getId(),
        properties: withoutProvider(failed.getProperties()),
        reasons: failed.getReasonsList(),
    };
}

interface Partial {
    readonly id: string;
    readonly properties: Properties;
    readonly reasons: readonly string[];
}

const { Status } = fromHere("@pulumi/pulumi/proto/status_pb.js") as {
    Status: {
        deserializeBinary(bytes: Uint8Array): { getDetailsList(): readonly { getValue_asU8(): Uint8Array }[] };
    };
};
const { ErrorResourceInitFailed } = messages as unknown as {
    ErrorResourceInitFailed: {
        deserializeBinary(bytes: Uint8Array): {
            getId(): string;
            getProperties(): Struct;
            getReasonsList(): readonly string[];
        };
    };
};

/** Text of the provider as the SDK stores it, made from the built package. */
export async function providerText(): Promise<string> {
    const { runtime } = fromHere("@pulumi/pulumi") as {
        runtime: { serializeFunction(f: () => unknown, options: object): Promise<{ text: string }> };
    };
    const { provider } = fromHere("./dist/provider.js") as { provider: unknown };
    const { text } = await runtime.serializeFunction(() => provider, { allowSecrets: true });
    return text;
}

function withoutProvider(struct: Struct): Properties {
    return Object.fromEntries(Object.entries(struct.toJavaScript()).filter(([key]) => key !== "__provider"));
}

export interface ProcessOptions {
    /** The folder in which the package is looked for. */
    readonly cwd?: string;
    /** Where the engine takes log messages; one of its own by default. */
    readonly engine?: string;
    /** A script that node loads before the provider. */
    readonly preload?: string;
    /** The folder in which the SDK is looked for; the repository by default. */
    readonly sdk?: string;
    /** The node that runs it; that of the test by default. */
    readonly node?: string;
}

/** A provider process that is gone when the test is. */
export async function providerProcess(options: ProcessOptions = {}): Promise<ProviderProcess> {
    const started = await startProvider(options);
    onTestFinished(() => started.kill());
    return started;
}

export async function startProvider(options: ProcessOptions = {}): Promise<ProviderProcess> {
    const { cwd = process.cwd(), engine, preload, sdk = process.cwd(), node = process.execPath } = options;
    const own = engine === undefined ? await startEngine() : undefined;
    const program = createRequire(join(sdk, "program.js")).resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const before = preload === undefined ? [] : ["--require", preload];
    const child = spawn(node, [...before, program, engine ?? own?.address ?? ""], {
        cwd,
        stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout = createInterface(child.stdout);
    const [port] = (await once(stdout, "line")) as [string];
    const lines: string[] = [];
    stdout.on("line", (line) => lines.push(line));
    const complaints: string[] = [];
    createInterface(child.stderr).on("line", (line) => complaints.push(line));
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
    });
    const __provider = await providerText();
    const whole = (properties: Properties): Struct => Structs.fromJavaScript({ __provider, ...properties });
    const ask = (
        method: string,
        message: string,
        fields: Readonly<Record<`set${string}`, unknown>>,
    ): Promise<Reply> => {
        const request = new (messages[message] as new () => Request)();
        for (const [set, value] of Object.entries(fields)) request[set as `set${string}`]?.(value);
        return new Promise((resolve, reject) => {
            client[method]?.(request, (error, reply) => (error === null ? resolve(reply) : reject(error)));
        });
    };
    const propertiesOf = (reply: Reply): Properties => {
        return withoutProvider(reply["getProperties"]?.() as Struct);
    };
    return {
        pid: child.pid ?? 0,
        lines,
        complaints,
        said: () => own?.said.map(({ message }) => message) ?? [],
        deafen: () => {
            child.stdout.destroy();
            child.stderr.destroy();
        },
        kill: async () => {
            client.close();
            own?.stop();
            if (child.exitCode !== null || child.signalCode !== null) return;
            const gone = once(child, "exit");
            child.kill("SIGKILL");
            await gone;
        },
        check: async (news) => {
            const reply = await ask("check", "CheckRequest", { setOlds: whole({}), setNews: whole(news) });
            const inputs = withoutProvider(reply["getInputs"]?.() as Struct);
            const failures = reply["getFailuresList"]?.() as { getReason(): string }[];
            return { inputs, failures: failures.map((failure) => failure.getReason()) };
        },
        diff: async (id, olds, news) => {
            const reply = await ask("diff", "DiffRequest", { setId: id, setOlds: whole(olds), setNews: whole(news) });
            return reply["getChanges"]?.() as number;
        },
        create: async (inputs) => {
            const reply = await ask("create", "CreateRequest", { setProperties: whole(inputs) });
            return { id: reply["getId"]?.() as string, properties: propertiesOf(reply) };
        },
        update: async (id, olds, news) =>
            propertiesOf(
                await ask("update", "UpdateRequest", { setId: id, setOlds: whole(olds), setNews: whole(news) }),
            ),
        read: async (id, properties) => {
            const reply = await ask("read", "ReadRequest", { setId: id, setProperties: whole(properties) });
            return { id: reply["getId"]?.() as string, properties: propertiesOf(reply) };
        },
        delete: async (id, properties) => {
            await ask("delete", "DeleteRequest", { setId: id, setProperties: whole(properties) });
        },
    };
}

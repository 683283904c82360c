import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { engineAddress } from "./engine";
import { plain } from "./errors";

/** Where the operator reads what a host is doing. */
export interface Progress {
    /** A step, shown in the resource's own row while it lasts. */
    step(text: string): void;
    /** A sentence that stays. */
    info(text: string): void;
    warn(text: string): void;
}

type Severity = "info" | "warning";

interface LogRequest {
    setSeverity(severity: number): void;
    setMessage(message: string): void;
    setUrn(urn: string): void;
    setEphemeral(isEphemeral: boolean): void;
}

interface Engine {
    send(severity: Severity, message: string, urn: string, isEphemeral: boolean, lost: () => void): void;
}

/**
 * Tells the progress of one host in the row of the resource `urn`. Where the engine's log cannot be reached, or no URN is
 * known, everything becomes console lines with the host's name. Never fails.
 */
export function progressOf(host: string, urn: string | undefined): Progress {
    const say = (severity: Severity, text: string, isEphemeral: boolean): void => {
        const message = plain(text);
        const fallback = (): void => {
            console.log(message.startsWith(`${host}: `) ? message : `${host}: ${message}`);
        };
        const channel = urn === undefined ? undefined : engine();
        if (channel === undefined || urn === undefined) fallback();
        else channel.send(severity, message, urn, isEphemeral, fallback);
    };
    return {
        step: (text) => say("info", text, true),
        info: (text) => say("info", text, false),
        warn: (text) => say("warning", text, false),
    };
}

export type Tell = (severity: "info" | "warn", text: string) => void;

/** Tells of a host each sentence once, however often it is found. */
export function tellerOf(host: string, urn: string | undefined): Tell {
    const progress = progressOf(host, urn);
    const told = new Set<string>();
    return (severity, text) => {
        if (!told.has(text)) progress[severity](`${host}: ${text}`);
        told.add(text);
    };
}

let known: { readonly engine: Engine | undefined } | undefined;

function engine(): Engine | undefined {
    return (known ??= { engine: connect() }).engine;
}

function connect(): Engine | undefined {
    const address = engineAddress();
    if (address === undefined) return undefined;
    try {
        return clientOf(address);
    } catch {
        return undefined;
    }
}

interface EngineMessages {
    readonly LogRequest: new () => LogRequest;
    readonly LogSeverity: { readonly INFO: number; readonly WARNING: number };
}

interface EngineServices {
    readonly EngineClient: new (
        address: string,
        credentials: unknown,
    ) => {
        log(request: LogRequest, answer: (error: unknown) => void): void;
    };
}

interface Grpc {
    readonly credentials: { createInsecure(): unknown };
}

// The program's copy of the SDK, not one of ours: the two would not understand each other's messages.
function clientOf(address: string): Engine {
    const fromProgram = createRequire(join(process.cwd(), "program.js"));
    const fromSdk = createRequire(join(dirname(fromProgram.resolve("@pulumi/pulumi/package.json")), "sdk.js"));
    const { LogRequest, LogSeverity } = fromProgram("@pulumi/pulumi/proto/engine_pb.js") as EngineMessages;
    const { EngineClient } = fromProgram("@pulumi/pulumi/proto/engine_grpc_pb.js") as EngineServices;
    const grpc = fromSdk("@grpc/grpc-js") as Grpc;
    const client = new EngineClient(address, grpc.credentials.createInsecure());
    let before = Promise.resolve();
    return {
        send: (severity, message, urn, isEphemeral, lost) => {
            const request = new LogRequest();
            request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
            request.setMessage(message);
            request.setUrn(urn);
            request.setEphemeral(isEphemeral);
            // One after another: calls under way at once arrive in any order.
            const send = (): Promise<void> =>
                new Promise((resolve) => {
                    client.log(request, (error) => {
                        if (error !== null && error !== undefined) lost();
                        resolve();
                    });
                });
            before = before.then(send).catch(lost);
        },
    };
}

// The engine as far as a provider speaks to it.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const fromHere = createRequire(join(process.cwd(), "test"));
const fromSdk = createRequire(join(dirname(fromHere.resolve("@pulumi/pulumi/package.json")), "sdk.js"));

export interface Said {
    readonly urn: string;
    readonly message: string;
    readonly ephemeral: boolean;
    readonly severity: number;
}

interface Server {
    addService(service: unknown, methods: object): void;
    bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
    forceShutdown(): void;
}

const grpc = fromSdk("@grpc/grpc-js") as {
    Server: new () => Server;
    ServerCredentials: { createInsecure(): unknown };
};
const { EngineService } = fromHere("@pulumi/pulumi/proto/engine_grpc_pb.js") as { EngineService: unknown };
const { Empty } = fromSdk("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => unknown };

/** The part of the engine that a provider speaks to: it takes log messages. */
export interface Engine {
    readonly address: string;
    /** What was said so far. */
    readonly said: readonly Said[];
    readonly stop: () => void;
}

/** @param isMute - It answers no call at all. */
export async function startEngine({ isMute = false } = {}): Promise<Engine> {
    const said: Said[] = [];
    const server = new grpc.Server();
    const log = (
        call: { request: { toObject(): Said } },
        answer: (error: Error | null, reply: unknown) => void,
    ): void => {
        said.push(call.request.toObject());
        answer(null, new Empty());
    };
    if (!isMute) server.addService(EngineService, { log });
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
            if (error === null) resolve({ address: `127.0.0.1:${port}`, said, stop: () => server.forceShutdown() });
            else reject(error);
        });
    });
}

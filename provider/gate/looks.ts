import { Host } from "../host/host";
import { secretsOf } from "../spec/secrets";
import type { Spec } from "../spec/spec";

/** Seconds for a log-in on a host that need not be there: one that takes longer is as good as down. */
export const BRIEFLY = 30;

export interface LookOptions {
    /** The key that the host must show; undefined: the connection says, or the first look trusts. */
    readonly pinned?: string | undefined;
    /** Seconds for a log-in. */
    readonly connect?: number;
    /** Seconds for everything. */
    readonly operation?: number;
    readonly sources?: readonly string[];
}

/** Acts on a host by a connection of its own, which is closed after. */
export async function onHost<T>(spec: Spec, options: LookOptions, act: (host: Host) => Promise<T>): Promise<T> {
    const host = hostOf(spec, options);
    try {
        return await act(host);
    } finally {
        host.close();
    }
}

/** A host to act on. It is to be closed. */
export function hostOf(spec: Spec, options: LookOptions): Host {
    const { connection, timeouts } = spec;
    const { pinned, connect = timeouts.connect, operation = timeouts.operation, sources = [] } = options;
    return new Host({
        connection,
        pinned: pinned === "" ? undefined : pinned,
        connectTimeout: connect,
        operationTimeout: operation,
        sources,
        secrets: secretsOf(spec),
        // What is worth a word of this host, its own operation says.
        log: () => undefined,
        progress: () => undefined,
        // Whoever asks is the program of this very run.
        beforeBegin: () => Promise.resolve(),
    });
}

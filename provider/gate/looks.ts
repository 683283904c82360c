import { Host } from "../host/host";
import type { Spec } from "../spec/spec";

/** Hosts that are looked at at once: easy on this machine; log-ins to one server have a limit of their own, in ssh/. */
const AT_ONCE = 8;

/** Seconds for a log-in on a host that need not be there: one that takes longer is as good as down. */
export const BRIEFLY = 30;

/** Does the same for each, eight at once; the results in the order of the items. Does not end what is under way when one rejects. */
export async function onEach<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
    const results: R[] = [];
    const left = items.entries();
    const work = async (): Promise<void> => {
        for (const [at, item] of left) results[at] = await act(item);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return results;
}

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
        // What is worth a word of this host, its own operation says.
        log: () => undefined,
        progress: () => undefined,
        // Whoever asks is the program of this very run.
        beforeBegin: () => Promise.resolve(),
    });
}

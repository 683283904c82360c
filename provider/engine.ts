import { connect } from "node:net";

/** Where the engine of this provider's process listens; undefined: this is no provider's process. */
export function engineAddress(): string | undefined {
    // The last argument: nothing in the SDK hands it to a dynamic provider.
    const address = process.argv.at(-1) ?? "";
    return /^[\w.]+:\d+$/.test(address) ? address : undefined;
}

const LONGEST_MILLISECONDS = 2000;

/** Whether the engine that calls us still runs. Only a refusal says that it does not. */
export function engineIsThere(): Promise<boolean> {
    const address = engineAddress();
    if (address === undefined) return Promise.resolve(true);
    const [host, port] = address.split(":");
    return new Promise((resolve) => {
        const socket = connect({ host: host ?? "", port: Number(port), timeout: LONGEST_MILLISECONDS });
        const settle = (isThere: boolean): void => {
            socket.destroy();
            resolve(isThere);
        };
        socket
            .once("connect", () => settle(true))
            .once("timeout", () => settle(true))
            .once("error", (error: NodeJS.ErrnoException) => settle(error.code !== "ECONNREFUSED"));
    });
}

let isDeafProof = false;

/**
 * Lets this provider's process outlive its `pulumi`. To print is an error once nobody reads it, and the SDK prints each error
 * that nobody took: it would turn in circles for ever, and its memory grow. Source: @pulumi/pulumi cmd/dynamic-provider.
 */
export function outliveEngine(): void {
    if (isDeafProof || engineAddress() === undefined) return;
    isDeafProof = true;
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

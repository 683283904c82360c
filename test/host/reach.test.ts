// How long a host is asked again: what it says while it goes down is no answer.
import { expect, onTestFinished, test, vi } from "vitest";
import { Host } from "../../provider/host/host";
import { connectionOf } from "../../provider/spec/connection";
import { hostErrorOf, KNOWN } from "../ssh/support/dialling";
import { silentPort } from "../ssh/support/door";
import { byKey, startServer, USER_KEY, type ServerOptions, type TestServer } from "../ssh/support/server";

function hostAt(port: number, operationTimeout = 300): Host {
    const connection = connectionOf({ host: "127.0.0.1", port, ...KNOWN });
    const host = new Host({
        ...{ connection, pinned: undefined, connectTimeout: 60, operationTimeout, sources: [], secrets: [] },
        ...{ log: () => undefined, progress: () => undefined, beforeBegin: () => Promise.resolve() },
    });
    onTestFinished(() => host.close());
    return host;
}

/** Runs no command for whoever comes first, and a shell that ends at once, with 7, for whoever comes next. */
async function goingDown(channels: "silent" | "refuse"): Promise<TestServer> {
    const options: { -readonly [Name in keyof ServerOptions]: ServerOptions[Name] } = {
        channels,
        onAuth: (context) => {
            if (server.connections.length > 1) delete options.channels;
            byKey(USER_KEY)(context);
        },
        onExec: (_, channel) => {
            channel.exit(7);
            channel.end();
        },
    };
    const server: TestServer = await startServer(options);
    return server;
}

const ASKS: readonly (readonly [string, (host: Host) => Promise<unknown>])[] = [
    ["an operation under way", (host) => host.follow("op")],
    ["a reboot", (host) => host.observeUntil("it", () => true)],
];

test.each(ASKS)("a host that refuses a command in %s is dialled again", async (_, ask) => {
    const server = await goingDown("refuse");
    expect((await hostErrorOf(ask(hostAt(server.port)))).message).toContain("the shell ended with status 7");
    expect(server.connections).toHaveLength(2);
});

test.each(ASKS)("a host that never answers a command in %s is dialled again", async (_, ask) => {
    const server = await goingDown("silent");
    const real = globalThis.setTimeout;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const ended: true[] = [];
    const error = hostErrorOf(ask(hostAt(server.port))).finally(() => ended.push(true));
    for (let seconds = 0; seconds < 100 && ended.length === 0; seconds += 1) {
        await vi.advanceTimersByTimeAsync(1000);
        await new Promise((resolve) => real(resolve, 50));
    }
    expect((await error).message).toContain("the shell ended with status 7");
    expect(server.connections).toHaveLength(2);
});

test("a host that refuses a command at another time says so", async () => {
    const server = await goingDown("refuse");
    expect((await hostErrorOf(hostAt(server.port).observe())).kind).toBe("no-channel");
    expect(server.connections).toHaveLength(1);
});

test("a log-in takes no longer than there is time for what it is made for", async () => {
    const began = performance.now();
    await hostErrorOf(hostAt(await silentPort(), 1).observe());
    expect(performance.now() - began).toBeLessThan(10_000);
});

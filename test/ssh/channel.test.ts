import type { ServerChannel } from "ssh2";
import { afterEach, describe, expect, it, vi } from "vitest";
import { allLines, dialTest, hostErrorOf, KNOWN } from "./support/dialling";
import { openDoor } from "./support/door";
import { startServer, type ServerOptions } from "./support/server";

async function sessionWith(options: ServerOptions) {
    const server = await startServer(options);
    const door = await openDoor(server.port);
    const { session } = await dialTest({ port: door.port, ...KNOWN });
    return { server, door, session };
}

function end(channel: ServerChannel, code = 0): void {
    channel.exit(code);
    channel.end();
}

afterEach(() => void vi.useRealTimers());

describe("channel", () => {
    it("gives lines, stderr and exit code", async () => {
        const { session } = await sessionWith({
            onExec: (command, channel) => {
                channel.stderr.write("oops\n");
                channel.write(`ran ${command}\nhalf`);
                end(channel, 3);
            },
        });
        const channel = await session.exec("job");
        expect(await allLines(channel)).toEqual(["ran job", "half"]);
        expect(await channel.closed).toEqual({ code: 3, signal: undefined });
        expect(channel.stderr()).toBe("oops\n");
    });

    it("names the signal that ended the command", async () => {
        const { session } = await sessionWith({
            onExec: (_command, channel) => {
                (channel as unknown as { exit: (signal: string) => void }).exit("KILL");
                channel.end();
            },
        });
        const channel = await session.exec("job");
        expect(await allLines(channel)).toEqual([]);
        expect(await channel.closed).toEqual({ code: undefined, signal: "KILL" });
    });

    it("misses nothing of a command that ends at once, many times over", async () => {
        const { session } = await sessionWith({
            onExec: (command, channel) => {
                channel.write(`${command}\n`);
                end(channel, 7);
            },
        });
        for (let n = 0; n < 50; n++) {
            const channel = await session.exec(`job ${n}`);
            expect(await channel.closed).toEqual({ code: 7, signal: undefined });
            expect(await allLines(channel)).toEqual([`job ${n}`]);
        }
    });

    it("misses nothing where the answer, the output and the end come in one piece", async () => {
        const { session, door } = await sessionWith({
            onExec: (command, channel) => {
                door.hold(100);
                channel.write(`${command}\n`);
                end(channel, 7);
            },
        });
        const channel = await session.exec("job");
        expect(await channel.closed).toEqual({ code: 7, signal: undefined });
        expect(await allLines(channel)).toEqual(["job"]);
    });

    it("puts characters together that arrive in pieces", async () => {
        const { session } = await sessionWith({
            onExec: (_command, channel) => {
                const bytes = [...Buffer.from("naïve €uro 🚢\n")];
                const send = (): void => {
                    const byte = bytes.shift();
                    if (byte === undefined) end(channel);
                    else channel.write(Buffer.from([byte]), () => setImmediate(send));
                };
                send();
            },
        });
        expect(await allLines(await session.exec("job"))).toEqual(["naïve €uro 🚢"]);
    });

    it("cuts an endless line and goes on", async () => {
        const { session } = await sessionWith({
            onExec: (_command, channel) => {
                channel.write(`${"x".repeat(5_000_000)}\nnext\n`);
                end(channel);
            },
        });
        const [long, next] = await allLines(await session.exec("job"));
        expect(long).toHaveLength(1024 * 1024 + "…[cut]".length);
        expect(next).toBe("next");
    });

    it("keeps 4 KiB of stderr", async () => {
        const { session } = await sessionWith({
            onExec: (_command, channel) => {
                channel.stderr.write(`${"a".repeat(100_000)}the end`);
                end(channel);
            },
        });
        const channel = await session.exec("job");
        await allLines(channel);
        expect(channel.stderr()).toHaveLength(4096);
        expect(channel.stderr()).toMatch(/the end$/);
    });

    it("passes on what is written, 200 kB and its end", async () => {
        const { session } = await sessionWith({
            onExec: (_command, channel) => {
                let size = 0;
                channel.on("data", (chunk: Buffer) => (size += chunk.length));
                channel.on("end", () => {
                    channel.write(`${size}\n`);
                    end(channel);
                });
            },
        });
        const channel = await session.exec("job");
        channel.write("€".repeat(66_666));
        channel.write("!!");
        channel.end();
        expect(await allLines(channel)).toEqual(["200000"]);
        channel.write("too late");
        channel.end();
        channel.close();
    });

    it("lets one reader break off and the next go on", async () => {
        const { session } = await sessionWith({
            onExec: (_command, channel) => {
                channel.write("one\ntwo\n");
                channel.once("data", (chunk: Buffer) => {
                    channel.write(`got ${chunk.toString()}\n`);
                    end(channel);
                });
            },
        });
        const channel = await session.exec("job");
        for await (const line of channel.lines()) {
            if (line === "one") break;
        }
        channel.write("more");
        expect(await allLines(channel)).toEqual(["two", "got more"]);
    });

    it("holds the command back while nobody reads", async () => {
        let sent = 0;
        const { session } = await sessionWith({
            onExec: (_command, channel) => {
                const send = (): void => {
                    if (sent >= 16_000_000) {
                        end(channel);
                        return;
                    }
                    channel.write(`${"y".repeat(99_999)}\n`, () => {
                        sent += 100_000;
                        setImmediate(send);
                    });
                };
                send();
            },
        });
        const channel = await session.exec("job");
        await new Promise((resolve) => setTimeout(resolve, 500));
        expect(sent).toBeLessThan(5_000_000);
        expect(await allLines(channel)).toHaveLength(160);
    });

    it("says that the connection was lost, and drops the half line", async () => {
        const { session, door } = await sessionWith({
            onExec: (_command, channel) => void channel.write("whole\nhal"),
        });
        const channel = await session.exec("job");
        const lines: string[] = [];
        const reading = (async () => {
            for await (const line of channel.lines()) {
                lines.push(line);
                door.cut();
            }
        })();
        const error = await hostErrorOf(reading);
        expect(error.kind).toBe("connection-lost");
        expect(lines).toEqual(["whole"]);
        expect(await channel.closed).toEqual({ code: undefined, signal: undefined });
        expect((await hostErrorOf(session.exec("next"))).kind).toBe("connection-lost");
    });

    it("settles closed on a lost connection though nobody reads", async () => {
        const { session, door } = await sessionWith({ onExec: (_command, channel) => void channel.write("unread\n") });
        const channel = await session.exec("job");
        door.cut();
        expect(await channel.closed).toEqual({ code: undefined, signal: undefined });
    });

    it("ends quietly when we close the session ourselves", async () => {
        const { session } = await sessionWith({ onExec: (_command, channel) => void channel.write("one\n") });
        const channel = await session.exec("job");
        const lines: string[] = [];
        for await (const line of channel.lines()) {
            lines.push(line);
            session.close();
        }
        expect(lines).toEqual(["one"]);
        expect(await channel.closed).toEqual({ code: undefined, signal: undefined });
    });

    it("close() ends it for a reader too", async () => {
        const { session } = await sessionWith({ onExec: (_command, channel) => void channel.write("one\n") });
        const channel = await session.exec("job");
        const reading = allLines(channel);
        channel.close();
        expect((await reading).length).toBeLessThanOrEqual(1);
        expect(await channel.closed).toEqual({ code: undefined, signal: undefined });
    });

    it("is lost within 40 s when nothing comes back any more", async () => {
        vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
        const { session, door } = await sessionWith({ onExec: (_command, channel) => void channel.write("one\n") });
        const channel = await session.exec("job");
        const error = hostErrorOf(allLines(channel));
        door.freeze();
        for (let second = 0; second < 40; second++) {
            await vi.advanceTimersByTimeAsync(1000);
        }
        expect((await error).kind).toBe("connection-lost");
    });

    it.each([
        ["refuse", "no-channel"],
        ["refuse command", "no-channel"],
    ] as const)("that the server answers with %s is an error", async (channels, kind) => {
        const { session } = await sessionWith({ channels });
        expect((await hostErrorOf(session.exec("job"))).kind).toBe(kind);
    });

    it("that a live server never opens is given up after 30 s", async () => {
        const { session } = await sessionWith({ channels: "silent" });
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
        const error = hostErrorOf(session.exec("job"));
        await vi.advanceTimersByTimeAsync(30_000);
        expect((await error).kind).toBe("deadline");
    });
});

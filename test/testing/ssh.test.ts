import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { newKeyPair } from "../../provider/testing/keys";
import { exec, host, logIn, until } from "./support";

const call = promisify(execFile);

test("the system's own ssh logs in by key and knows the host by its key", async () => {
    const one = await host();
    const { port, privateKey = "" } = one.connection;
    const folder = mkdtempSync(join(tmpdir(), "pck-test-"));
    try {
        writeFileSync(join(folder, "key"), privateKey, { mode: 0o600 });
        writeFileSync(join(folder, "known"), `[127.0.0.1]:${port} ${one.hostKey}\n`);
        const options = ["-F", "none", "-i", join(folder, "key"), "-p", String(port), "-o", "BatchMode=yes"];
        const known = ["-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile=${join(folder, "known")}`];
        const { stdout } = await call("ssh", [
            ...options,
            ...known,
            "core@127.0.0.1",
            ". $PCK_ROOT/etc/os-release; echo $ID $VERSION_ID; id -un >&2",
        ]);
        expect(stdout).toBe("coreos 1185.3.0\n");
        one.changeHostKey();
        await expect(call("ssh", [...options, ...known, "core@127.0.0.1", "true"])).rejects.toThrow(
            /HOST IDENTIFICATION/,
        );
    } finally {
        rmSync(folder, { recursive: true });
    }
});

test("a script on the standard input of sudo runs; exit status and both outputs come back", async () => {
    const client = await logIn((await host()).connection);
    const result = await exec(client, "sudo -n bash -s", "echo out; echo err >&2; cat </dev/null; exit 7\n");
    expect(result).toEqual({ code: 7, out: "out\n", err: "err\n" });
    client.end();
});

test("sudo that wants a password refuses", async () => {
    const client = await logIn((await host({ sudo: "refused" })).connection);
    const result = await exec(client, "sudo -n bash -s", "echo no\n");
    expect(result).toEqual({ code: 1, out: "", err: "sudo: a password is required\n" });
    client.end();
});

test("a stranger's key, another user and a wrong password are turned away; the right password is not", async () => {
    const one = await host({ password: "right" });
    const { port, host: address, privateKey = "" } = one.connection;
    const stranger = newKeyPair().private;
    await expect(logIn({ host: address, port, username: "core", privateKey: stranger })).rejects.toThrow(
        /authentication/i,
    );
    await expect(logIn({ host: address, port, username: "root", privateKey })).rejects.toThrow(/authentication/i);
    await expect(logIn({ host: address, port, username: "core", password: "wrong" })).rejects.toThrow(
        /authentication/i,
    );
    expect(one.counters.logins).toBe(0);
    (await logIn({ host: address, port, username: "core", password: "right" })).end();
    expect(one.counters).toMatchObject({ logins: 1, tcpConnections: 4 });
});

test("connections, logins, channels and bytes are counted", async () => {
    const one = await host();
    const client = await logIn(one.connection);
    await exec(client, "true");
    const before = one.counters.bytesOut;
    await exec(client, "head -c 100000 /dev/zero");
    expect(one.counters).toMatchObject({ tcpConnections: 1, logins: 1, channels: 2, forwarded: 0 });
    expect(one.counters.bytesOut - before).toBeGreaterThan(100_000);
    expect(one.counters.bytesOut - before).toBeLessThan(110_000);
    client.end();
});

test("latency is paid both ways, by the dial too, and a large output still arrives whole", async () => {
    const one = await host({ latency: 40 });
    const begin = performance.now();
    const client = await logIn(one.connection);
    expect(performance.now() - begin).toBeGreaterThan(6 * 80);
    const second = performance.now();
    expect(await exec(client, "seq 100000 | sha256sum; seq 100000 >&2")).toMatchObject({ code: 0 });
    expect(performance.now() - second).toBeGreaterThan(2 * 80);
    const timed = async (): Promise<number> => {
        const start = performance.now();
        await exec(client, "true");
        return performance.now() - start;
    };
    const far = await timed();
    one.latency = 0;
    expect(await timed()).toBeLessThan(far);
    client.end();
});

test("a host forwards connections to another host, unless it may not", async () => {
    const [inner, jump, closed] = await Promise.all([host(), host(), host({ jump: false })]);
    const through = async (by: typeof jump): Promise<string> => {
        const outer = await logIn(by.connection);
        const sock = await new Promise<NodeJS.ReadWriteStream>((resolve, reject) => {
            outer.forwardOut("127.0.0.1", 0, "127.0.0.1", inner.connection.port, (error, channel) => {
                if (error === undefined) resolve(channel);
                else reject(error);
            });
        });
        const client = await logIn({ ...inner.connection, sock: sock as never });
        const { out } = await exec(client, "cat $PCK_ROOT/etc/machine-id");
        client.end();
        outer.end();
        return out.trim();
    };
    expect(await through(jump)).toBe(inner.machineId);
    expect(jump.counters.forwarded).toBe(1);
    await expect(through(closed)).rejects.toThrow(/Channel open failure/);
});

test("refused dials spare the connections that exist; a cut ends them and not their commands", async () => {
    const one = await host();
    const client = await logIn(one.connection);
    await one.refuseDials(true);
    await expect(logIn(one.connection)).rejects.toThrow(/ECONNREFUSED/);
    expect((await exec(client, "echo here")).out).toBe("here\n");
    const broken = new Promise<void>((resolve) => client.on("error", () => undefined).on("close", () => resolve()));
    void exec(client, "sleep 0.3; echo done > $PCK_ROOT/home/core/done");
    await until(() => one.counters.channels === 2);
    one.cutLinks();
    await broken;
    await until(async () => (await one.run("cat ~/done")).stdout === "done\n");
    await one.refuseDials(false);
    (await logIn(one.connection)).end();
});

test("a black hole swallows everything, and what was sent arrives once it is gone", async () => {
    const one = await host();
    const client = await logIn(one.connection);
    one.blackHole(true);
    let ended = false;
    const result = exec(client, "echo late").finally(() => (ended = true));
    await expect(logIn({ ...one.connection, readyTimeout: 300 })).rejects.toThrow(/Timed out/);
    expect(ended).toBe(false);
    one.blackHole(false);
    expect((await result).out).toBe("late\n");
    client.end();
});

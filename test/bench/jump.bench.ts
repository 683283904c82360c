// What many hosts behind one jump host cost the process that logs in to them, beside as many without one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ConnectionArgs } from "../../provider/spec/connection";
import { KNOWN } from "../ssh/support/dialling";
import { openDoor } from "../ssh/support/door";
import { JUMP_USER, via } from "../ssh/support/jump";
import { startServer } from "../ssh/support/server";
import { startSshd } from "../ssh/support/sshd";
import { report } from "./report";

const HOSTS = 200;
/** Of output that each host sends while all the others do too. */
const KILOBYTES = 256;

// Three waves, to see what stays behind: each has all its sessions open at once.
const PROGRAM = `
const { readFileSync } = require("node:fs");
const { dial } = require(process.argv[1] + "/ssh");
const { connectionOf } = require(process.argv[1] + "/spec/connection");
const connections = JSON.parse(readFileSync(0, "utf8")).map(connectionOf);
const mebibytes = (name) => Number(new RegExp(name + ":\\\\s+(\\\\d+)").exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
(async () => {
    const seconds = [];
    for (let wave = 0; wave < 3; wave++) {
        const begun = performance.now();
        const sessions = await Promise.all(connections.map((connection) => dial({ connection, timeout: 120, log: () => undefined })));
        seconds.push((performance.now() - begun) / 1000);
        await Promise.all(sessions.map(async (session) => {
            for await (const line of (await session.exec("pour")).lines());
        }));
        for (const session of sessions) session.close();
    }
    console.log(JSON.stringify({ seconds, peak: mebibytes("VmHWM"), after: mebibytes("VmRSS") }));
})();
`;

interface Cost {
    readonly seconds: readonly number[];
    /** Mebibytes. */
    readonly peak: number;
    readonly after: number;
}

async function costOf(connections: readonly ConnectionArgs[]): Promise<Cost> {
    const child = spawn(process.execPath, ["-e", PROGRAM, join(process.cwd(), "dist")], {
        stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill());
    child.stdin.end(JSON.stringify(connections));
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    await once(child, "close");
    return JSON.parse(said) as Cost;
}

const told = ({ seconds, peak, after }: Cost): string =>
    `${peak.toFixed(0)} MiB at most, ${after.toFixed(0)} MiB at the end; log-ins of three waves: ` +
    seconds.map((one) => `${one.toFixed(1)} s`).join(", ");

test("many hosts behind one jump host", async () => {
    const line = `${"x".repeat(1023)}\n`;
    const servers = await Promise.all(
        Array.from({ length: HOSTS }, () =>
            startServer({
                onExec: (_command, channel) => {
                    channel.write(line.repeat(KILOBYTES));
                    channel.exit(0);
                    channel.end();
                },
            }),
        ),
    );
    const sshd = await startSshd([JUMP_USER.public]);
    onTestFinished(() => sshd.stop());
    const door = await openDoor(sshd.port);
    const proxy = via(door.port, { user: sshd.user, hostKey: sshd.hostKeys["ed25519"] ?? "" });
    const hosts = servers.map(({ port }) => ({ host: "127.0.0.1", port, ...KNOWN }));
    const direct = await costOf(hosts);
    const jumped = await costOf(hosts.map((host) => ({ ...host, proxy })));
    report(`${HOSTS} hosts at once, ${KILOBYTES} KiB of output each`, {
        directly: told(direct),
        "behind one jump host": `${told(jumped)}; connections to it: ${door.count()}`,
    });
    expect(door.count()).toBe(1);
    expect(jumped.peak * 2 ** 20).toBeLessThan(250e6);
});

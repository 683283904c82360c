import { spawn, type ChildProcess } from "node:child_process";
import {
    existsSync,
    mkdirSync,
    readFileSync,
    renameSync,
    rmSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { host, property, unit, until } from "./support";

test("an instance of a template starts without a reload, and ExecStopPost runs after SIGKILL", async () => {
    const one = await host();
    const text = `[Service]
ExecStart=/bin/bash -c "echo %i > /run/main; exec sleep 100"
ExecStopPost=-/bin/bash -c "echo post \${SERVICE_RESULT:-unset} > /run/post"
`;
    unit(one, "work@.service", text, "run/systemd/system");
    expect(await one.run("systemctl start --no-block work@op-1.service")).toMatchObject({ code: 0 });
    await until(() => existsSync(join(one.root, "run/main")));
    await one.systemctl("kill", "--signal=KILL", "work@op-1.service");
    await until(async () => (await property(one, "ActiveState", "work@op-1.service")) === "failed");
    expect(readFileSync(join(one.root, "run/post"), "utf8")).toBe("post unset\n");
    expect(await property(one, "Result", "work@op-1.service")).toBe("signal");
    await one.systemctl("reset-failed", "work@op-1.service");
    expect(await property(one, "ActiveState", "work@op-1.service")).toBe("inactive");
});

const CHOOSES_PIDS = "/proc/sys/kernel/ns_last_pid";

/** A process and session leader of that number. */
async function strangerWith(pid: number): Promise<ChildProcess> {
    for (let tries = 0; tries < 1000; tries++) {
        writeFileSync(CHOOSES_PIDS, String(pid - 1));
        const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
        onTestFinished(() => void child.kill("SIGKILL"));
        if (child.pid === pid) return child;
        child.kill("SIGKILL");
        await sleep(1);
    }
    throw new Error(`others were faster to get ${pid}`);
}

test.skipIf(process.getuid?.() !== 0)("a stop ends nobody who got the number of a command that has ended", async () => {
    const one = await host();
    const pre = `ExecStartPre=/bin/bash -c 'echo $$$$ > /run/pre'`;
    unit(one, "a.service", `[Service]\n${pre}\nExecStart=/bin/sleep 100\n`);
    await one.systemctl("start", "a");
    await until(async () => (await property(one, "ActiveState", "a.service")) === "active");
    const stranger = await strangerWith(Number(readFileSync(join(one.root, "run/pre"), "utf8")));
    await one.systemctl("stop", "a");
    expect(await property(one, "ActiveState", "a.service")).toBe("inactive");
    expect(stranger.kill(0)).toBe(true);
});

test("ExecStopPost is told the result from systemd 232 on", async () => {
    const one = await host({ release: "1353.0.0" });
    unit(
        one,
        "a.service",
        `[Service]\nExecStart=/bin/false\nExecStopPost=/bin/bash -c "echo $SERVICE_RESULT $EXIT_STATUS > /run/post"\n`,
    );
    await one.systemctl("start", "a");
    await until(() => existsSync(join(one.root, "run/post")));
    await until(async () => (await property(one, "ActiveState", "a.service")) === "failed");
    expect(readFileSync(join(one.root, "run/post"), "utf8")).toBe("exit-code 1\n");
});

test("a change on disk needs a reload before it counts", async () => {
    const one = await host();
    const text = (word: string) =>
        `[Service]\nEnvironment=WORD=${word}\nExecStart=/bin/bash -c 'echo "$WORD" > /run/word; exec sleep 100'\n`;
    const word = () => readFileSync(join(one.root, "run/word"), "utf8").trim();
    unit(one, "a.service", text("old"));
    await one.systemctl("start", "a");
    await until(() => existsSync(join(one.root, "run/word")));
    await sleep(20);
    unit(one, "a.service", text("new"));
    expect(await property(one, "NeedDaemonReload", "a.service")).toBe("yes");
    expect((await one.systemctl("restart", "a")).stderr).toContain("changed on disk");
    await sleep(200);
    expect(word()).toBe("old");
    await one.systemctl("daemon-reload");
    expect(await property(one, "NeedDaemonReload", "a.service")).toBe("no");
    await one.systemctl("restart", "a");
    await until(() => word() === "new");
});

test("a file that went back to an older one is seen up to systemd 230 only", async () => {
    for (const [release, verdict] of [
        ["899.17.0", "yes"],
        ["1185.3.0", "no"],
    ] as const) {
        const one = await host({ release });
        unit(one, "a.service", "[Service]\nExecStart=/bin/sleep 100\n");
        await one.systemctl("start", "a");
        unit(one, "a.new", "[Service]\nExecStart=/bin/sleep 200\n");
        utimesSync(join(one.root, "etc/systemd/system/a.new"), 1000, 1000);
        renameSync(join(one.root, "etc/systemd/system/a.new"), join(one.root, "etc/systemd/system/a.service"));
        expect(await property(one, "NeedDaemonReload", "a.service")).toBe(verdict);
    }
});

test("drop-ins add and replace, and show", async () => {
    const one = await host();
    unit(one, "a.service", "[Service]\nExecStart=/bin/false\n");
    mkdirSync(join(one.root, "etc/systemd/system/a.service.d"));
    unit(
        one,
        "a.service.d/10-x.conf",
        `[Service]\nExecStart=\nExecStart=/bin/bash -c "touch /run/there; exec sleep 100"\n`,
    );
    await one.systemctl("start", "a");
    await until(() => existsSync(join(one.root, "run/there")));
    expect(await property(one, "DropInPaths", "a.service")).toBe("/etc/systemd/system/a.service.d/10-x.conf");
    expect(await property(one, "FragmentPath", "a.service")).toBe("/etc/systemd/system/a.service");
});

test("unknown and masked units are told apart", async () => {
    const one = await host();
    expect(await one.systemctl("start", "nobody")).toMatchObject({ code: 5 });
    expect(await property(one, "LoadState", "nobody.service")).toBe("not-found");
    symlinkSync("/dev/null", join(one.root, "etc/systemd/system/masked.service"));
    expect(await property(one, "LoadState", "masked.service")).toBe("masked");
    expect(await one.systemctl("start", "masked")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("is masked") as string,
    });
});

test("links made by hand enable a unit after a reload", async () => {
    const one = await host();
    unit(one, "a.service", "[Service]\nExecStart=/bin/sleep 100\n[Install]\nWantedBy=multi-user.target\n");
    expect(await one.systemctl("is-enabled", "a")).toMatchObject({ code: 1, stdout: "disabled\n" });
    mkdirSync(join(one.root, "etc/systemd/system/multi-user.target.wants"));
    const link = join(one.root, "etc/systemd/system/multi-user.target.wants/a.service");
    symlinkSync("../a.service", link);
    await one.systemctl("daemon-reload");
    expect(await property(one, "UnitFileState", "a.service")).toBe("enabled");
    rmSync(link);
    expect(await property(one, "UnitFileState", "a.service")).toBe("enabled");
    await one.systemctl("daemon-reload");
    expect(await property(one, "UnitFileState", "a.service")).toBe("disabled");
});

test("a blocking start of a oneshot waits for its end and tells of its failure; --no-block does not", async () => {
    const one = await host();
    unit(
        one,
        "a.service",
        `[Service]\nType=oneshot\nExecStart=/bin/sleep 0.3\nExecStart=-/bin/false\nExecStart=/bin/false\n`,
    );
    const begin = performance.now();
    const result = await one.run("systemctl start a.service");
    expect(performance.now() - begin).toBeGreaterThan(300);
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining("Job for a.service failed") as string });
    expect(await one.systemctl("start", "--no-block", "a")).toMatchObject({ code: 0 });
    expect(await property(one, "ActiveState", "a.service")).toBe("activating");
    expect(Number(await property(one, "Job", "a.service"))).toBeGreaterThan(0);
});

test("a process that ignores SIGTERM is killed after TimeoutStopSec, with all that it started", async () => {
    const one = await host();
    const main = `trap : TERM; timeout 100 sleep 98765 & while :; do sleep 0.05; done`;
    unit(one, "a.service", `[Service]\nTimeoutStopSec=0.3\nExecStart=/bin/bash -c "${main}"\n`);
    await one.systemctl("start", "a");
    await until(async () => (await one.run("pgrep -f 'sleep 98765'")).code === 0);
    await one.systemctl("stop", "a");
    expect(await property(one, "Result", "a.service")).toBe("timeout");
    expect((await one.run("pgrep -f '^sleep 98765'")).code).toBe(1);
});

test("before systemd 234 a reload makes a starting unit skip its other ExecStartPre lines", async () => {
    for (const [release, skipped] of [
        ["1185.3.0", true],
        ["1520.0.0", false],
    ] as const) {
        const one = await host({ release });
        const lines = [
            "ExecStartPre=/bin/sleep 0.3",
            `ExecStartPre=/bin/touch /run/second`,
            "ExecStart=/bin/sleep 100",
        ];
        unit(one, "a.service", `[Service]\n${lines.join("\n")}\n`);
        await one.systemctl("start", "--no-block", "a");
        await until(async () => (await property(one, "SubState", "a.service")) === "start-pre");
        await one.systemctl("daemon-reload");
        await until(async () => (await property(one, "SubState", "a.service")) === "running");
        expect(existsSync(join(one.root, "run/second"))).toBe(!skipped);
        expect(one.journal().some((event) => event.event === "lost-place")).toBe(skipped);
    }
});

test("a start limit of the unit's own counts, in both spellings and where each is known", async () => {
    const text = (section: string, name: string) =>
        `[Unit]\n${section === "Unit" ? `${name}=30\nStartLimitBurst=2\n` : ""}` +
        `[Service]\n${section === "Service" ? `${name}=30\nStartLimitBurst=2\n` : ""}` +
        `Restart=always\nRestartSec=10ms\nExecStart=/bin/false\n`;
    for (const [section, name] of [
        ["Service", "StartLimitInterval"],
        ["Unit", "StartLimitIntervalSec"],
    ] as const) {
        const one = await host();
        unit(one, "a.service", text(section, name));
        await one.systemctl("start", "a");
        await until(async () => (await property(one, "ActiveState", "a.service")) === "failed");
        const starts = one.journal().filter((event) => event.unit === "a.service" && event.event === "active/running");
        expect(starts).toHaveLength(2);
    }
});

test("systemd-analyze verify complains about what it does not know", async () => {
    const one = await host();
    unit(one, "a.service", "[Service]\nExecStart=/bin/true\nNoSuchThing=1\n");
    const result = await one.run("systemd-analyze verify $PCK_ROOT/etc/systemd/system/a.service");
    expect(result.stderr).toContain("a.service:3] Unknown lvalue 'NoSuchThing' in section 'Service'");
    expect(result.code).toBe(0);
});

test("journalctl gives a unit's last lines", async () => {
    const one = await host();
    unit(one, "a.service", `[Service]\nExecStart=/bin/bash -c "seq 50"\n`);
    await one.systemctl("start", "a");
    const lines = async (words: string): Promise<readonly string[]> =>
        (await one.run(`journalctl -u ${words} --no-pager -o cat`)).stdout.trimEnd().split("\n");
    // What a process printed last and what is said of its end come by different ways, in either order.
    await until(async () => {
        const all = await lines("a.service");
        return all.includes("50") && all.includes("Stopped a.service.");
    });
    const all = await lines("a.service");
    expect(all).toEqual(expect.arrayContaining(["1", "49", "50"]));
    expect(await lines("a -n 3")).toEqual(all.slice(-3));
});

// How operations that nobody runs are read to an end, by the real program.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { OBSERVATION } from "../../provider/host/programs";
import { scratchHost } from "./programs";

const host = scratchHost();
let operation: string;

beforeEach(() => {
    operation = host.at("run/pulumi-coreos-kubelet/0011223344556677");
});

/** What the reader of the operation says, but that it lives. */
function follow(): readonly string[] {
    const lines = run("follow 0011223344556677").trim().split("\n");
    return lines.filter((line) => !line.startsWith("PCK1\talive\t"));
}

function run(command: string): string {
    const script = `systemctl() { echo ActiveState=inactive; }; ${command}`;
    const { stdout, stderr } = host.bash(OBSERVATION, script);
    expect(stderr).toBe("");
    return stdout;
}

test("an operation that is gone, as after a reboot, is stale: who comes back for it looks anew", () => {
    mkdirSync(host.at("run/pulumi-coreos-kubelet"), { recursive: true });
    expect(follow()).toEqual(["PCK1\toutcome\tresult=stale\treason=the operation is long past"]);
});

test("one whose folder alone was made is void: a late starter finds it claimed", () => {
    mkdirSync(operation, { recursive: true });
    expect(follow()).toEqual(["PCK1\toutcome\tresult=void"]);
    expect(existsSync(join(operation, "claim"))).toBe(true);
});

test("one that was laid ready and never started is void", () => {
    mkdirSync(operation, { recursive: true });
    writeFileSync(join(operation, "log"), "");
    expect(follow()).toEqual(["PCK1\toutcome\tresult=void"]);
    expect(existsSync(join(operation, "claim"))).toBe(true);
}, 30_000);

test("one that was started and said nothing at its end is lost", () => {
    mkdirSync(join(operation, "claim"), { recursive: true });
    writeFileSync(join(operation, "log"), "PCK1\tstep\tname=lock\n");
    expect(follow()).toEqual(["PCK1\tstep\tname=lock", "PCK1\toutcome\tresult=lost"]);
}, 30_000);

test("one that ended is read whole", () => {
    mkdirSync(operation, { recursive: true });
    const log = "PCK1\tstep\tname=lock\nPCK1\toutcome\tresult=committed\n";
    writeFileSync(join(operation, "log"), log);
    expect(follow()).toEqual(log.trim().split("\n"));
});

test.each([
    [
        "/run/x/verify/kubelet.service:3: Unknown section 'Foo'.",
        "/run/x/verify/kubelet.service:3: Unknown section 'Foo'.",
    ],
    ["/etc/systemd/system/kubelet.service.d/10-proxy.conf:2: Unknown key 'Foo' in section [Service], ignoring.", ""],
    ["/etc/systemd/system/other.service:2: Unknown key 'Foo' in section [Service], ignoring.", ""],
])("of what systemd-analyze says the lines on our unit count: %s", (said, problem) => {
    writeFileSync(host.at("unit"), "[Service]\n");
    const analyze = `systemd-analyze() { echo ${JSON.stringify(said)} >&2; false; }`;
    expect(run(`${analyze}; verify ${host.at("")}; printf %s "$REPLY"`)).toBe(problem);
});

test.each([
    [
        "image: searching\nDownloading ACI:  0 B/240.6 MB\nDownloading ACI:  1.9 MB/240.6 MB\n",
        "Downloading ACI:  1.9 MB/240.6 MB",
    ],
    // As a line that is written over.
    [
        "image: searching\nDownloading ACI:  0 B/240.6 MB\rDownloading ACI:  1.9 MB/240.6 MB\r",
        "Downloading ACI:  1.9 MB/240.6 MB",
    ],
    ["Downloading\tACI: \u001b[1A\0 1.9 MB\n\n", "DownloadingACI: [1A 1.9 MB"],
    ["x".repeat(3000), "x".repeat(200)],
    ["", ""],
])("of a fetch that said %j the last line is told", (said, last) => {
    mkdirSync(operation, { recursive: true });
    writeFileSync(join(operation, "fetch"), said);
    expect(run('last_said 0011223344556677; printf %s "$REPLY"')).toBe(last);
});

test("where nothing is fetched, nothing is said", () => {
    expect(run('last_said 0011223344556677; printf %s "$REPLY"')).toBe("");
});

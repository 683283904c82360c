// What the real program makes of a systemd that does not go along, and of operations that were ended from outside: in a scratch
// root, with stand-ins for systemd's tools.
import {
    chmodSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { OPERATION } from "../../provider/host/programs";
import { scratchHost } from "./programs";

const UNITS = "etc/systemd/system";
const [CUT, OTHER] = ["00000000000000aa", "00000000000000bb"];

const host = scratchHost();
const { at } = host;

beforeEach(() => {
    for (const folder of [UNITS, "opt/bin", "bin", "var/lib", "run/pulumi-coreos-kubelet"]) {
        mkdirSync(at(folder), { recursive: true });
    }
    tool("systemctl", 'case "$*" in show*) printf "%s\\n" ActiveState=inactive Job=0 NeedDaemonReload=no ;; esac');
    tool("journalctl", ":");
});

function tool(name: string, script: string): void {
    writeFileSync(at(`bin/${name}`), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
}

function bash(script: string): string {
    const { stdout, stderr, status } = host.bash(OPERATION, script);
    expect(status, stderr).toBe(0);
    return stdout.trim();
}

const text = (path: string): string | undefined => (existsSync(at(path)) ? readFileSync(at(path), "utf8") : undefined);
const state = (): string => bash('record_read; echo "${rec[state]} ${rec[op]-}"');

/** An operation that was swapping when it was cut: the new unit stands, the old one waits beside it. */
function armed(): void {
    writeFileSync(at(`${UNITS}/.pck-undo-kubelet`), "old\n");
    writeFileSync(at(`${UNITS}/kubelet.service`), "new\n");
    const fields = `rec[state]=armed rec[op]=${CUT} rec[undo_unit]=file rec[undo_wrapper]=kept rec[was_active]=0`;
    bash(`record_read; record_prepare; ${fields}; record_write`);
}

/** The folder of an operation that is no more. */
function operation(name: string, mode: "apply" | "recover"): void {
    const folder = at(`run/pulumi-coreos-kubelet/${name}`);
    mkdirSync(join(folder, "claim"), { recursive: true });
    const plan = ["PCK1", "plan", `mode=${mode}`, "progress=100", "min_ready=0", "health_port=0", "ballast=4096"];
    writeFileSync(join(folder, "plan"), `${plan.join("\t")}\n`);
    writeFileSync(join(folder, "log"), "");
}

const outcomeOf = (name: string): string =>
    (text(`run/pulumi-coreos-kubelet/${name}/log`) ?? "").trim().split("\n").at(-1) ?? "";

test("a recovery that is ended from outside does its work to the end", () => {
    armed();
    operation(OTHER, "recover");
    bash(`restore ${OTHER}`);
    expect(outcomeOf(OTHER)).toMatch(/\toutcome\tresult=rolled-back\t/);
    expect(text(`${UNITS}/kubelet.service`)).toBe("old\n");
    expect(state()).toBe(`rolled-back ${CUT}`);
});

test("what the cut operation was given to work with, its unit and its secrets, goes with what it did", () => {
    armed();
    operation(CUT, "apply");
    writeFileSync(at(`run/pulumi-coreos-kubelet/${CUT}/unit`), "new\n");
    operation(OTHER, "recover");
    rmSync(at(`run/pulumi-coreos-kubelet/${OTHER}/claim`), { recursive: true });
    bash(`transaction ${OTHER}`);
    expect(outcomeOf(OTHER)).toMatch(/\toutcome\tresult=rolled-back\t/);
    expect(readdirSync(at(`run/pulumi-coreos-kubelet/${CUT}`)).sort()).toEqual(["claim", "log"]);
});

test("of operations that nobody took to their end, only the log is kept for long", () => {
    const old = new Date(Date.now() - 120_000);
    const names = ["dead", "young", "not-started", "stage.00.1"];
    for (const name of names) {
        operation(name, "apply");
        if (name === "not-started") rmSync(at(`run/pulumi-coreos-kubelet/${name}/claim`), { recursive: true });
        if (name !== "young") utimesSync(at(`run/pulumi-coreos-kubelet/${name}`), old, old);
    }
    bash("here=; forget_folders");
    const left = names.map((name) => text(`run/pulumi-coreos-kubelet/${name}/plan`) !== undefined);
    expect(left).toEqual([false, true, true, false]);
    expect(readdirSync(at("run/pulumi-coreos-kubelet")).sort()).toEqual(["dead", "not-started", "young"]);
});

test("another operation's way back is not taken away", () => {
    armed();
    operation(OTHER, "apply");
    bash(`restore ${OTHER}`);
    expect(outcomeOf(OTHER)).toMatch(/\toutcome\tresult=refused\t.*\terror=interrupted$/);
    expect(text(`${UNITS}/.pck-undo-kubelet`)).toBe("old\n");
    expect(state()).toBe(`armed ${CUT}`);

    operation(CUT, "apply");
    bash(`restore ${CUT}`);
    expect(outcomeOf(CUT)).toMatch(/\toutcome\tresult=rolled-back\t/);
    expect(text(`${UNITS}/kubelet.service`)).toBe("old\n");
});

test("one that was cut before it was armed leaves nothing beside the files", () => {
    writeFileSync(at(`${UNITS}/kubelet.service`), "old\n");
    writeFileSync(at(`${UNITS}/.pck-new-kubelet`), "new\n");
    operation(CUT, "apply");
    bash(`restore ${CUT}`);
    expect(outcomeOf(CUT)).toMatch(/\terror=interrupted$/);
    expect([text(`${UNITS}/kubelet.service`), text(`${UNITS}/.pck-new-kubelet`)]).toEqual(["old\n", undefined]);
});

interface Systemd {
    /** What `systemctl show` prints. */
    readonly show: readonly string[];
    /** How many reloads it refuses. */
    readonly refusals?: number;
    /** Further fields of the plan. */
    readonly plan?: readonly string[];
}

/** Writes another unit and restarts the kubelet, which is refused. Gives the calls of systemctl that change something. */
function upgrade({ show, refusals = 0, plan = [] }: Systemd): readonly string[] {
    writeFileSync(at("calls"), "");
    tool(
        "systemctl",
        `calls=${at("calls")}
        case "$1" in
            show) printf '%s\n' ${show.map((line) => `'${line}'`).join(" ")}; exit 0 ;;
            is-system-running) echo running; exit 0 ;;
        esac
        echo "$*" >>"$calls"
        case "$1" in
            daemon-reload) (($(grep -c daemon-reload "$calls") > ${refusals})) ;;
            restart) false ;;
        esac`,
    );
    writeFileSync(at(`${UNITS}/kubelet.service`), "old\n");
    operation(CUT, "apply");
    const folder = `run/pulumi-coreos-kubelet/${CUT}`;
    rmSync(at(`${folder}/claim`), { recursive: true });
    writeFileSync(at(`${folder}/unit`), "new\n");
    writeFileSync(at(`${folder}/program`), "true\n");
    const old = "$(sha256sum <" + `${at(`${UNITS}/kubelet.service`)} | head -c 64)`;
    const more = `unit=write wrapper=keep reload=1 process=restart expect_unit=${old} expect_wrapper=absent expect_links= expect_seq=0 ${plan.join(" ")}`;
    bash(`printf '\\t%s' ${more} >>${at(`${folder}/plan`)}; sed -i ':a;N;s/\\n//;ta' ${at(`${folder}/plan`)}; true`);
    bash(`transaction ${CUT} || true`);
    return (text("calls") ?? "").trim().split("\n");
}

const ACTIVE = ["ActiveState=active", "MainPID=1", "ExecMainStartTimestampMonotonic=5", "Job=0"];

test("a reload that is refused commits nothing", () => {
    const calls = upgrade({ show: [...ACTIVE, "NeedDaemonReload=yes"], refusals: 1 });
    expect(outcomeOf(CUT)).toMatch(/result=rolled-back\treason=systemd did not read the new files\t.*\told=untouched$/);
    expect(calls).toEqual(["daemon-reload", "daemon-reload"]);
    expect(text(`${UNITS}/kubelet.service`)).toBe("old\n");
});

test("one that is refused on the way back too leaves the operation to be undone later", () => {
    upgrade({ show: [...ACTIVE, "NeedDaemonReload=yes"], refusals: 99 });
    expect(outcomeOf(CUT)).toMatch(/result=failed\t/);
    expect(text(`${UNITS}/kubelet.service`)).toBe("old\n");
    expect(state()).toBe(`armed ${CUT}`);
}, 30_000);

test("a client that gave up on a reload that was done is not believed", () => {
    const calls = upgrade({ show: [...ACTIVE, "NeedDaemonReload=no"], refusals: 1 });
    expect(calls).toContain("restart --no-block kubelet.service");
});

test.each([
    ["runs", "active", "0", true],
    ["is between two of its many ends", "deactivating", "0", true],
    ["waits for its start", "inactive", "7", true],
    ["is stopped", "inactive", "0", false],
    ["has failed", "failed", "0", false],
])("an old kubelet that %s: %s, job %s", (_, active, job, isStarted) => {
    const show = [`ActiveState=${active}`, `Job=${job}`, "ExecMainStartTimestampMonotonic=0", "NeedDaemonReload=no"];
    const calls = upgrade({ show });
    expect(outcomeOf(CUT)).toMatch(/result=rolled-back\t/);
    // One that runs since before is not stopped at all.
    const wasLeft = calls.every((call) => !call.startsWith("stop"));
    expect(wasLeft || calls.includes("start --no-block kubelet.service")).toBe(isStarted);
});

test("where systemd does not say how the kubelet is, nothing is touched", () => {
    const calls = upgrade({ show: [""] });
    expect(outcomeOf(CUT)).toMatch(/result=refused\treason=systemd does not say how kubelet\.service is\t/);
    expect(calls).toEqual([""]);
    expect(existsSync(at("var/lib/pulumi-coreos-kubelet"))).toBe(false);
});

test("folders that are made are for everybody to read, those above them too; one that is there keeps its mode", () => {
    const modes = (): string => bash(`make_folder "$root/opt/a/bin" && stat -c %a "$root"/opt{,/a,/a/bin}`);
    rmSync(at("opt"), { recursive: true });
    expect(modes()).toBe("755\n755\n755");
    chmodSync(at("opt/a/bin"), 0o750);
    expect(modes()).toBe("755\n755\n750");
});

test("the kubelet is asked how it is without a proxy, and without root's own settings of curl", () => {
    tool("curl", '[[ "$1 $2 $3" == "-q --noproxy *" ]] && printf ok');
    expect(bash('healthz 10248; printf %s "$REPLY"')).toBe("ok");
});

test("one that runs, with a restart that is queued though it was refused, is stopped and started again", () => {
    const calls = upgrade({ show: [...ACTIVE.slice(0, -1), "Job=7", "NeedDaemonReload=no"] });
    expect(calls).toContain("stop kubelet.service");
    expect(calls.at(-1)).toBe("start --no-block kubelet.service");
});

test("the old kubelet is asked where it answers, which may be another port than the new one's", () => {
    tool("curl", `echo "\${@: -1}" >>${at("asked")}; [[ $* != *:10248/* ]] || printf ok`);
    upgrade({ show: [...ACTIVE, "NeedDaemonReload=no"], plan: ["health_port=20000", "was_port=10248"] });
    expect(text("asked")).toBe("http://127.0.0.1:10248/healthz\n");

    const calls = at("calls");
    tool(
        "systemctl",
        `[[ $1 == show ]] || { echo >>${calls}; exit; }
        printf '%s\n' ActiveState=active MainPID=1 Job=0 ExecMainStartTimestampMonotonic=$(wc -l <${calls})`,
    );
    const plan = "plan=([health_port]=20000 [min_ready]=0 [progress]=300)";
    const old = "rec=([was_port]=10248 [was_healthy]=1)";
    expect(bash(`declare -A service; ${plan}; ${old}; stopped=0; start_old; echo "$REPLY"`).split("\n").at(-1)).toBe(
        "healthy",
    );
});

test("of images that we fetched, those that nobody needs go; one that somebody else took away is forgotten", () => {
    const store = at("images");
    tool(
        "rkt",
        `case "$2" in
            list) cat ${store} ;;
            rm) grep -vx "$3" ${store} >${store}.new; mv ${store}.new ${store}; [[ $3 != stuck ]] ;;
        esac`,
    );
    writeFileSync(store, "now\nbefore\nolder\nstuck\ntheirs\n");
    const fetched = "rec=([seq]=0 [image]=now [previous]=before [fetched]='before gone now older stuck now')";
    expect(bash(`${fetched}; record_prepare; remove_images; echo "\${rec[fetched]}"`)).toBe("before now stuck");
    expect(text("images")).toBe("now\nbefore\ntheirs\n");
    // Where rkt does not tell, nothing is forgotten.
    tool("rkt", "exit 1");
    expect(bash(`${fetched}; remove_images; echo "\${rec[fetched]}"`)).toBe("before gone now older stuck now");
});

test.each([
    ["is killed", "echo 'Downloading ACI:  1 MB/240 MB'; kill -9 $$", "rkt fetch: it ended with status 137"],
    ["says nothing", "exit 3", "rkt fetch: it ended with status 3"],
    ["does not end", "trap : TERM; sleep 2", "rkt fetch: it took longer than 1 s"],
    ["fails", "echo 'fetch: no such image'; echo usage; exit 254", "rkt fetch: no such image"],
])("a fetch that %s", (_, script, reason) => {
    tool("rkt", `[[ $1 != fetch ]] || { ${script}; }`);
    const plan = "plan=([fetch]=x [image]=x [fetch_room]=1 [fetch_timeout]=1)";
    const told = bash(`${plan} started=0 here=${at("run")}; fetch_image`)
        .split("\n")
        .at(-1);
    expect(told).toContain(`result=refused\treason=${reason}\t`);
    expect(existsSync(at("run/fetch"))).toBe(false);
});

// What is told of hosts that were seen, as text: whole blocks, and single rows where only those differ.
import { describe, expect, it, test } from "vitest";
import { render } from "../../provider/inspect/render";
import { reportOf } from "../../provider/inspect/report-of";
import { wrapperText } from "../../provider/coreos/wrapper";
import type { DropIn, Observed, Service } from "../../provider/plan/observed";
import { applied, bare, fileOf, foreign, FOREIGN_UNIT, OLD, recordOf, RUNNING, SHIPPED, specWith } from "../plan/hosts";

const SPEC = specWith();
const OURS = applied(SPEC);
const KEY = { fingerprint: "ssh-ed25519 SHA256:abc", checked: true };

function told(observed: Observed, healthz = "ok", port: number | false = 10248): string {
    return render({ host: "node-1", hostKey: KEY, error: null, report: reportOf({ observed, healthz }, port) });
}

/** The lines of one row. */
function row(text: string, name: string): readonly string[] {
    const lines = text.split("\n");
    const at = lines.findIndex((line) => line.startsWith(`  ${name} `));
    const next = lines.findIndex((line, index) => index > at && !line.startsWith(" ".repeat(14)));
    return at < 0 ? [] : lines.slice(at, next).map((line) => line.slice(14));
}

const service = (more: Partial<Service>): Partial<Observed> => ({ service: { ...OURS.service, ...more } });
const dropIn = (name: string, text: string): DropIn => ({
    ...fileOf(text),
    path: `/etc/systemd/system/kubelet.service.d/${name}.conf`,
});

test("a host with a healthy kubelet of ours", () => {
    expect(told(OURS)).toBe(`node-1
  host key    ssh-ed25519 SHA256:abc
  kubelet     runs and is healthy
  os          CoreOS 1185.3.0, ships a kubelet-wrapper
  software    rkt 1.14.0, systemd 231
  machine     0123456789abcdef0123456789abcdef, up for 1 h
  wrapper     /usr/lib/coreos/kubelet-wrapper: the OS's, generation C, sha256 bbbbbbbbbbbb
  unit        /etc/systemd/system/kubelet.service: ours, sha256 ${OURS.unit.hash.slice(0, 12)}
              KUBELET_VERSION v1.3.4_coreos.0
              sets Description, Wants, After, Environment, ExecStartPre, ExecStart, ExecStop, Restart, RestartSec, WantedBy
  drop-ins    none
  enabled by  multi-user.target.wants/kubelet.service
  service     active (running), process 4711, started 59 min ago
  image       quay.io/coreos/hyperkube:v1.3.4_coreos.0, pod uuid-1
  healthz     ok (port 10248)
  record      committed (operation op-1, write 1)
              owner urn:pulumi:dev::p::x:KubeletService::node-1, instance instance-1
  operation   none is under way
  reboot      none is due
  free        8192 MiB at /var/lib
`);
});

test("a bare host that ships no wrapper", () => {
    expect(told(bare(OLD), "curl: (7) refused")).toBe(`node-1
  host key    ssh-ed25519 SHA256:abc
  kubelet     kubelet.service is inactive (dead)
  os          CoreOS 899.17.0, ships no kubelet-wrapper (older than 962.0.0)
  software    rkt 1.0.0, systemd 231
  machine     0123456789abcdef0123456789abcdef, up for 1 h
  wrapper     /opt/bin/kubelet-wrapper: not there yet
  unit        /etc/systemd/system/kubelet.service: there is none
  drop-ins    none
  enabled by  nothing
  service     inactive (dead), never started since the boot
  image       none runs
  healthz     curl: (7) refused (port 10248)
  record      none: nothing of ours is on this host
  operation   none is under way
  reboot      none is due
  free        8192 MiB at /var/lib
`);
});

test("a host in the middle of an operation, another OS's reboot due, and much besides", () => {
    const observed: Observed = {
        ...OURS,
        ...service({
            active: "activating",
            sub: "auto-restart",
            result: "exit-code",
            pid: 0,
            status: "1",
            stale: true,
        }),
        ...{
            pod: undefined,
            unit: fileOf("[Service]\nExecStart=/bin/true\n"),
            uptime: Number.NaN,
            rebootDue: ["os-update"],
        },
        record: recordOf(SPEC, OURS, { state: "armed", reason: "", images: ["a:1", "b:2"] }),
        operation: { operation: "op-2", owner: undefined, digest: "", seconds: 75 },
        cloudinit: ["/usr/share/oem/cloud-config.yml"],
    };
    expect(told(observed, "", false)).toBe(`node-1
  host key    ssh-ed25519 SHA256:abc
  kubelet     kubelet.service is activating (auto-restart)
  os          CoreOS 1185.3.0, ships a kubelet-wrapper
  software    rkt 1.14.0, systemd 231
  machine     0123456789abcdef0123456789abcdef, up
  wrapper     /usr/lib/coreos/kubelet-wrapper: the OS's, generation C, sha256 bbbbbbbbbbbb
  unit        /etc/systemd/system/kubelet.service: ours, sha256 ${observed.unit.hash.slice(0, 12)}
              sets ExecStart
  drop-ins    none
  enabled by  multi-user.target.wants/kubelet.service
  service     activating (auto-restart), ended with status 1 (exit-code)
              systemd has not read its files since they changed
  image       none runs
  healthz     not asked
  record      armed: an operation is under way, or was cut and is undone by the next apply or refresh (operation op-1, write 1)
              owner urn:pulumi:dev::p::x:KubeletService::node-1, instance instance-1
              keeps a:1, b:2
  operation   op-2 of an unknown owner runs, for 1 min 15 s by now
  reboot      the host is due for a reboot (update_engine has put another OS in place)
  user data   /usr/share/oem/cloud-config.yml writes over the unit at every boot
  free        8192 MiB at /var/lib
`);
});

test("a host that could not be looked at", () => {
    const error = { kind: "no-sudo", message: "node-1: run:\u001b[2J no" } as const;
    const hostKey = { ...KEY, checked: false };
    expect(render({ host: "node-1", hostKey, error, report: null })).toBe(`node-1
  host key    ssh-ed25519 SHA256:abc (trusted on first use: --host-key or --known-hosts checks it)
  error       node-1: run: [2J no
`);
});

describe("the row of", () => {
    const uploaded = (text: string): Observed => ({ ...bare(OLD), wrapper: fileOf(text) });
    const rolledBack = recordOf(SPEC, OURS, { state: "rolled-back", reason: "it ended 3 times", old: "healthy" });
    it.each<readonly [name: string, what: string, observed: Observed, lines: readonly string[]]>([
        [
            "wrapper",
            "ours, for that rkt",
            uploaded(wrapperText("1.0.0")),
            [expect.stringMatching(/^\/opt\/bin\/kubelet-wrapper: ours, sha256 [0-9a-f]{12}$/) as string],
        ],
        [
            "wrapper",
            "ours, for another rkt",
            uploaded(wrapperText("0.15.0")),
            [expect.stringContaining("kubelet-wrapper: ours, but changed or for another rkt, sha256 ") as string],
        ],
        [
            "wrapper",
            "theirs",
            uploaded("#!/bin/sh\n"),
            [expect.stringContaining("wrapper: not ours, sha256 ") as string],
        ],
        [
            "wrapper",
            "ours, left over",
            { ...OURS, wrapper: fileOf(wrapperText("1.14.0")) },
            [
                "/usr/lib/coreos/kubelet-wrapper: the OS's, generation C, sha256 bbbbbbbbbbbb",
                "/opt/bin/kubelet-wrapper: ours, left over; the OS ships one by now",
            ],
        ],
        [
            "unit",
            "theirs",
            foreign(FOREIGN_UNIT),
            [
                expect.stringMatching(/kubelet\.service: not ours, sha256 [0-9a-f]{12}$/) as string,
                "KUBELET_VERSION v1.2.3_coreos.0",
                "sets Description, Environment, ExecStart, WantedBy",
            ],
        ],
        [
            "unit",
            "ours, whose record is gone",
            { ...OURS, record: undefined },
            expect.arrayContaining([
                expect.stringContaining("not ours, though this package wrote it: its record is gone, sha256 "),
            ]) as string[],
        ],
        [
            "unit",
            "ours, changed by hand",
            { ...OURS, unit: fileOf("[Service]\n") },
            [expect.stringContaining("ours, not as it was written, sha256 ") as string],
        ],
        [
            "unit",
            "masked",
            { ...OURS, unit: { hash: "link", text: "/dev/null" } },
            ["/etc/systemd/system/kubelet.service: masked"],
        ],
        [
            "unit",
            "a folder",
            { ...OURS, unit: { hash: "folder", text: "" } },
            ["/etc/systemd/system/kubelet.service: no regular file"],
        ],
        [
            "unit",
            "of the OS",
            { ...bare(), service: { ...RUNNING, fragment: "/usr/lib/systemd/system/kubelet.service" } },
            ["/usr/lib/systemd/system/kubelet.service: not ours, in another folder than ours would be"],
        ],
        [
            "drop-ins",
            "two",
            {
                ...OURS,
                dropIns: [dropIn("10", "[Service]\nNice=1\n"), dropIn("20", "[Service]\nEnvironment=RKT_OPTS=x\n")],
            },
            [
                "/etc/systemd/system/kubelet.service.d/10.conf: overrides nothing of the unit; sets Nice",
                "/etc/systemd/system/kubelet.service.d/20.conf: overrides RKT_OPTS; sets Environment",
            ],
        ],
        [
            "service",
            "one that has not seen a drop-in",
            { ...OURS, ...service({ unseen: true }) },
            ["active (running), process 4711, started 59 min ago", "a drop-in changed after it was started"],
        ],
        [
            "image",
            "a process that is in no pod",
            { ...OURS, pod: undefined },
            [expect.stringMatching(/^unknown/) as string],
        ],
        [
            "record",
            "a rollback",
            { ...OURS, record: { ...rolledBack, adopted: true } },
            [
                "rolled back (operation op-1, write 1)",
                "because it ended 3 times",
                "the old kubelet then: healthy",
                "owner urn:pulumi:dev::p::x:KubeletService::node-1, instance instance-1, adopted",
            ],
        ],
        [
            "record",
            "a first create that failed",
            { ...bare(), record: { ...rolledBack, instance: undefined, owner: undefined, old: "" } },
            ["rolled back (operation op-1, write 1)", "because it ended 3 times", "owned by nobody"],
        ],
        [
            "misfit",
            "another OS",
            { ...OURS, os: { id: "debian", versionId: "12", prettyName: "Debian" } },
            ["it is not CoreOS but Debian"],
        ],
        [
            "misfit",
            "an rkt that cannot",
            { ...OURS, rkt: "rkt Version: 0.13.0" },
            [expect.stringContaining("CoreOS 1185.3.0: the rkt found there is 0.13.0") as string],
        ],
        ["misfit", "none", OURS, []],
    ])("%s: %s", (name, _, observed, lines) => {
        expect(row(told(observed), name)).toEqual(lines);
    });
});

test("no value of the unit or a drop-in is told, not even where the host repeats it", () => {
    const secrets = ["s3cret-environment", "s3cret-option", "s3cret-flag", "s3cret-pre", "s3cret-drop-in"];
    const [environment = "", option = "", flag = "", pre = "", added = ""] = secrets;
    const spec = specWith({
        rkt: { setEnv: { TOKEN: option } },
        flags: { "bootstrap-token": flag },
        unit: { environment: { PASSWORD: environment }, execStartPre: [`/bin/login ${pre}`] },
    });
    const host = applied(spec, SHIPPED);
    const echo = secrets.join(" and ");
    const observed: Observed = {
        ...host,
        dropIns: [dropIn("10", `[Service]\nEnvironment="RKT_OPTS=--x ${added}"\n`)],
        record: recordOf(spec, host, { state: "rolled-back", reason: `healthz said: ${echo}` }),
    };
    for (const secret of secrets) expect(JSON.stringify(observed)).toContain(secret);
    const all = told(observed, echo) + JSON.stringify(reportOf({ observed, healthz: echo }, 10248));
    expect(all).not.toContain("s3cret");
    expect(row(all, "healthz")).toEqual([`${secrets.map(() => "[secret]").join(" and ")} (port 10248)`]);
    expect(row(all, "unit")).toContain("KUBELET_VERSION v1.3.4_coreos.0");
});

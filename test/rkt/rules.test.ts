// Each rule by its name and its source: where it finds something, how grave that is, and where it finds nothing.
import { describe, expect, it } from "vitest";
import type { Finding, HostFacts } from "../../provider/rkt/findings";
import { RULE_NAMES, type RuleName } from "../../provider/rkt/rule-names";
import type { RktSpec } from "../../provider/spec/spec";
import { bind, findings, found, placeOf, RESOLV, volumeOf } from "./support";

type Verdict = "error" | "warning" | "fine";
type Case = readonly [verdict: Verdict, place: string, options: string | Partial<RktSpec>, facts?: HostFacts];

const sources = (of: HostFacts["sources"], osVersion?: string): HostFacts => ({
    sources: of,
    ...(osVersion !== undefined && { osVersion }),
});
const twice = (first: string, second: string): string => `${first} ${second}`;
const LOGS = bind("log", "/var/log", "/var/log");
const VAR_LOG = bind("var-log", "/var/log", "/var/log");

/** Rules by what they are known from: what was run, on rkt as rkt-opts.tsv tells, or what is written in rkt itself. */
const BY_SOURCE: Readonly<Record<string, string>> = {
    "run: word splitting and order":
        "stray-word single-dash needs-value swallowed-option behind-image quotes white-space insecure-replaced",
    "run: names and keys; appc/spec schema/types/volume.go, acname.go":
        "volume-name volume-key volume-kind volume-boolean volume-empty mount-volume mount-key",
    "run: paths":
        "volume-source mount-escape target-root target-decoded target-relative target-climbs target-kind source-missing",
    "run: combination; rkt/rkt issue 3663, be7d77c4 and 1916ca71 (1.26.0); stage1_fly/run/main.go":
        "mount-dangling volume-unmounted volume-twice volume-on-two-targets target-twice target-nested",
    "run: help and refusals; rkt/rkt rkt/*.go at its tags": "unknown-option option-version no-effect",
    "rkt-opts.tsv": "file-missing folder-missing private-users",
    "coreos/coreos-overlay d37e3eff6 to b7261b601, kubelet-wrapper": "pattern",
    "rkt/rkt rkt/cli_apps.go, parseApps": "second-end",
    "spf13/pflag parseLongArg": "bad-syntax bad-boolean help",
    "rkt/rkt CHANGELOG 1.15.0, #2880; run on 1.8.0 and 1.14.0": "volume-recursive",
    'rkt/rkt stage0/run.go, "failed to register the pod"': "metadata-service",
    "rkt/rkt issue 2141, mended by #2599 in 1.6.0": "dns-fails",
    "rkt/rkt #2982, in 1.12.0": "dns-ignored",
    "rkt/rkt #3161, in 1.15.0": "dns-unusable",
    "rkt/rkt rkt/run.go, parseDNSFlags": "dns-value dns-contradiction hosts-value hosts-contradiction",
    "rkt/rkt #3833 (1.30.0); coreos-overlay 4c7f19bb2 (1.29.0-r1)": "hosts-twice",
    "rkt/rkt stage1_fly/run/main.go": "target-of-the-kernel dns-hides dns-hidden hosts-hides",
    "rkt/rkt common/common.go, NetList.Set": "net-value net-twice",
    "rkt/rkt rkt/run.go, portList": "port-value port-contradiction port-unnamed",
    "rkt/rkt rkt/run.go, kvMap.Set; appc/spec schema/types/environment.go": "env-syntax env-name env-twice",
    "rkt/rkt rkt/flag/secflags.go": "insecure-value",
    "rkt/rkt CHANGELOG 1.3.0, #2336": "stage1-unsigned",
    "rkt/rkt rkt/stage1hash.go, stage1ImageLocationFlag.Set": "stage1-twice",
    "rkt/rkt rkt/run.go, runRun":
        "metadata-contradiction store-contradiction past-the-store other-store pod-manifest uuid-file-replaced",
};

// A row whose fact is of another source names it.
const CASES: Readonly<Record<RuleName, readonly Case[]>> = {
    "stray-word": [
        ["error", "1.14.0 C", "foo"],
        ["error", "1.30.0 K", "--net host"],
        ["error", "1.30.0 K", "--debug true"],
        ["error", "1.30.0 K", "-"],
        ["fine", "1.30.0 K", "--net=host --debug"],
    ],
    "second-end": [
        ["error", "1.14.0 C", "-- --debug --"],
        ["fine", "1.14.0 C", "-- --debug"],
    ],
    "single-dash": [
        ["error", "1.14.0 C", "-volume x,kind=host,source=/x"],
        ["error", "1.14.0 C", "-e FOO=bar"],
        ["error", "1.14.0 C", "-h"],
    ],
    "bad-syntax": [
        ["error", "1.14.0 C", "---"],
        ["error", "1.14.0 C", "--=x"],
    ],
    "unknown-option": [
        ["error", "1.30.0 K", "--foo"],
        ["error", "1.30.0 K", "--volumes x,kind=host,source=/x"],
        ["error", "1.30.0 K", "--toString=1"],
        ["error", "1.30.0 K", "--mount-volume target=/x,name=x,kind=host,source=/x"],
    ],
    help: [["error", "1.30.0 K", "--help"]],
    "needs-value": [
        ["error", "1.14.0 C", "--debug --mount"],
        ["error", "1.30.0 K", "--hostname"],
        ["fine", "1.30.0 K", "--net"],
    ],
    "behind-image": [
        ...["exec=/x", "user=0", "memory=1G", "environment=A=b", "caps-retain=CAP_KILL", "readonly-rootfs=true"].map(
            (option): Case => ["error", "1.30.0 K", `--${option}`],
        ),
        ["fine", "1.30.0 K", "--set-env=A=b"],
    ],
    "option-version": [
        ["error", "1.8.0 C", "--set-env-file=/x"],
        ["fine", "1.9.0 C", "--set-env-file=/x"],
        ["error", "1.14.0 C", "--hosts-entry=host"],
        ["fine", "1.15.0 D", "--hosts-entry=host"],
        ["error", "0.16.0 ours", "--dns=10.0.0.2"],
        ["error", "1.0.0 A", "--hostname=a"],
        ["fine", "1.2.0 A", "--hostname=a"],
        ["error", "1.21.0 D", "--pull-policy=never"],
        ["fine", "1.24.0 D", "--pull-policy=never"],
        ["fine", "0.15.0 ours", "--insecure-skip-verify"],
        ["error", "1.0.0 A", "--insecure-skip-verify"],
        ["error", "1.0.0 A", "--stage1-image=/x"],
        ["error", "1.28.1 H", "--ipc=host"],
    ],
    "bad-boolean": [
        ["error", "1.14.0 C", "--inherit-env=maybe"],
        ["error", "1.14.0 C", "--debug="],
        ["fine", "1.14.0 C", "--inherit-env=T --debug=0"],
    ],
    "swallowed-option": [
        ["warning", "1.14.0 C", "--hostname --debug"],
        ["fine", "1.14.0 C", "--hostname=--debug"],
    ],
    pattern: [
        ["warning", "1.14.0 C", "--set-env=NO_PROXY=*.local"],
        ["warning", "1.14.0 C", { volumes: [volumeOf({ source: "/opt/[ab]" })] }],
        ["fine", "1.14.0 ours", "--set-env=NO_PROXY=*.local"],
        ["fine", "1.14.0 C", "--dns-opt=a[b"],
    ],
    quotes: [
        ["warning", "1.14.0 C", '--set-env=A="b"'],
        ["warning", "1.14.0 C", "--set-env='A=b'"],
        ["fine", "1.14.0 C", { setEnv: { A: '"b"' } }],
    ],
    "white-space": [
        ["error", "1.14.0 C", { setEnv: { A: "b c" } }],
        ["error", "1.14.0 C", { volumes: [volumeOf({ source: "/a b" })] }],
        ["error", "1.14.0 C", { volumes: [volumeOf({ target: "/a,b" })] }],
        // A shell parts no words at a no-break space.
        ["fine", "1.14.0 C", { volumes: [volumeOf({ source: "/a\u00a0b" })] }],
    ],
    "volume-name": [
        ...["Log", "var_log", "resolv.conf", "a/b", "-log", "log-", "", "name=log", "kind=host"].map((name): Case => [
            "error",
            "1.30.0 K",
            `--volume=${name},kind=host,source=/x`,
        ]),
        ["error", "1.30.0 K", { volumes: [volumeOf({ name: "a,kind=empty" })] }],
        ...["a--b", "007", "x".repeat(300)].map((name): Case => ["fine", "1.30.0 K", bind(name, "/x", "/x")]),
    ],
    "volume-key": [
        ...["", "readOnly", "readonly=true", "source=/y", "mode=0755", "uid=0", "name=x", "kind=host,"].map(
            (more): Case => ["error", "1.30.0 K", `--volume=x,kind=host,source=/x,${more}`],
        ),
        ["fine", "1.30.0 K", bind("x", "/x+%&;=:$@", "/x")],
    ],
    "volume-kind": [
        ["error", "1.30.0 K", "--volume=x,source=/x"],
        ["error", "1.30.0 K", "--volume=x,kind=HOST,source=/x"],
    ],
    "volume-source": [
        ["error", "1.30.0 K", "--volume=x,kind=host"],
        ["error", "1.30.0 K", "--volume=x,kind=host,source=./x"],
        ["error", "1.30.0 K", "--volume=x,kind=empty,source=/x"],
        ["error", "1.30.0 K", { volumes: [volumeOf({ source: "etc" })] }],
    ],
    "volume-boolean": [
        ...["yes", "off", "maybe", "", "tRUE"].map((word): Case => [
            "error",
            "1.30.0 K",
            `--volume=x,kind=host,source=/x,readOnly=${word}`,
        ]),
        ...["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"].map((word): Case => [
            "fine",
            "1.30.0 K",
            `--volume=x,kind=host,source=/x,recursive=${word}`,
        ]),
    ],
    "volume-recursive": [
        ["error", "1.12.0 C", { volumes: [volumeOf({ recursive: true })] }],
        ["error", "1.8.0 C", "--volume=x,kind=host,source=/x,recursive=false --mount=volume=x,target=/x"],
        ["warning", "1.13.0 C", { volumes: [volumeOf({ recursive: true })] }],
        ["warning", "1.14.0 C", "--volume=x,kind=host,source=/x,recursive=true --mount=volume=x,target=/x"],
        ["fine", "1.14.0 C", "--volume=x,kind=host,source=/x,recursive=false --mount=volume=x,target=/x"],
        ["fine", "1.15.0 D", { volumes: [volumeOf({ recursive: true })] }],
        ["fine", "1.8.0 C", { volumes: [volumeOf({})] }],
    ],
    "volume-empty": [
        ["error", "1.30.0 K", "--volume=x,kind=empty,mode=0755,uid=0,gid=0 --mount=volume=x,target=/x"],
        // What is not mounted is left out.
        ["fine", "1.30.0 K", "--volume=x,kind=empty"],
    ],
    "mount-volume": [
        ["error", "1.30.0 K", "--volume=x,kind=host,source=/x --mount=volume=X,target=/x"],
        ["error", "1.30.0 K", "--mount=volume=,target=/x"],
        // Names are decoded too.
        ["fine", "1.30.0 K", "--volume=a-b,kind=host,source=/x --mount=volume=a%2Db,target=/x"],
    ],
    "mount-key": [
        ...["/o&d", "/o,d", "/x,readOnly=true", "/x,target=/y"].map((target): Case => [
            "error",
            "1.30.0 K",
            `--volume=x,kind=host,source=/x --mount=volume=x,target=${target}`,
        ]),
        ["fine", "1.30.0 K", `${bind("x", "/x", "/x")},`],
    ],
    "mount-escape": [
        ["error", "1.30.0 K", "--mount=volume=x,target=/o%zzd"],
        ["error", "1.30.0 K", "--mount=volume=x,target=/o;d"],
    ],
    "target-root": [
        ...["target=", "target=/", "target=/..", "target=.", "target=//"].map((target): Case => [
            "error",
            "1.30.0 K",
            `--volume=x,kind=host,source=/x --mount=volume=x,${target}`,
        ]),
        ["error", "1.30.0 K", "--volume=x,kind=host,source=/x --mount=volume=x"],
        ["error", "1.30.0 K", { volumes: [volumeOf({ target: "opt" })] }],
        ["error", "1.30.0 K", { volumes: [volumeOf({ target: "/." })] }],
    ],
    "target-decoded": [
        ["warning", "1.30.0 K", bind("x", "/x", "/a+b")],
        ["warning", "1.30.0 K", bind("x", "/x", "/a%20b")],
        ["error", "1.30.0 K", { volumes: [volumeOf({ target: "/a+b" })] }],
        ["error", "1.30.0 K", { volumes: [volumeOf({ target: "/a%20b" })] }],
        ["error", "1.30.0 K", { volumes: [volumeOf({ target: "/a;b" })] }],
        ["fine", "1.30.0 K", bind("x", "/x", "/a=b:$@")],
    ],
    "target-relative": [
        ["warning", "1.30.0 K", bind("x", "/x", "etc/x")],
        ["fine", "1.30.0 K", bind("x", "/x", "/etc/x")],
    ],
    "target-climbs": [
        ["warning", "1.30.0 K", bind("x", "/x", "/mnt/../x")],
        ["warning", "1.30.0 K", { volumes: [volumeOf({ target: "/mnt/../x" })] }],
        ["fine", "1.30.0 K", bind("x", "/x", "/mnt/..x")],
    ],
    "target-kind": [
        ["error", "1.30.0 K", bind("x", "/x", "/var"), sources({ "/x": "file" })],
        ["error", "1.30.0 K", bind("x", "/x", "/kubelet"), sources({ "/x": "folder" })],
        ["fine", "1.30.0 K", bind("x", "/x", "/var"), sources({ "/x": "folder" })],
        ["fine", "1.30.0 K", bind("x", "/x", "/var/x"), sources({ "/x": "file" })],
        ["fine", "1.30.0 K", bind("x", "/x", "/var")],
    ],
    "target-of-the-kernel": [
        ["warning", "1.30.0 K", bind("x", "/x", "/dev")],
        ["warning", "1.30.0 K", bind("x", "/x", "/sys/fs/cgroup")],
        ["fine", "1.30.0 K", bind("x", "/x", "/system")],
        ["fine", "1.30.0 K", bind("x", "/sys", "/sys")],
        ["fine", "1.30.0 K", bind("stage", "/tmp", "/tmp")],
    ],
    "mount-dangling": [
        ["error", "1.30.0 K", "--mount=volume=x,target=/x"],
        ["error", "1.30.0 K", "--mount=target=/x"],
        ["error", "1.30.0 K", "--volume=x,kind=host,source=/x --mount=volume=y,target=/x"],
        // The wrapper's own volumes count; G and later name them otherwise.
        ["fine", "1.14.0 C", "--mount=volume=run,target=/run"],
        ["error", "1.30.0 K", "--mount=volume=run,target=/run"],
        // What is wrong with the volume is told of already.
        ["fine", "1.30.0 K", "--volume=x,kind=host --mount=volume=x,target=/x"],
    ],
    "volume-unmounted": [
        ["error", "1.25.0 D", "--volume=x,kind=host,source=/x"],
        ["warning", "1.26.0 G", "--volume=x,kind=host,source=/x"],
        ["fine", "1.25.0 D", "--volume=run,kind=host,source=/run"],
    ],
    "volume-twice": [
        ["fine", "1.25.0 D", twice(LOGS, LOGS)],
        ["error", "1.26.0 G", twice(LOGS, LOGS)],
        ["warning", "1.25.0 D", `${LOGS} --volume log,kind=host,source=/etc`],
        ["warning", "1.14.0 C", "--volume run,kind=host,source=/var/log"],
        ["error", "1.30.0 C", "--volume run,kind=host,source=/var/log"],
        ["fine", "1.30.0 K", bind("run", "/run", "/run")],
        ["error", "1.30.0 K", { hostDns: true, options: RESOLV }],
        ["error", "1.30.0 K", { volumes: [volumeOf({}), volumeOf({ target: "/b" })] }],
    ],
    "volume-on-two-targets": [
        ["error", "1.14.0 C", `${LOGS} --mount volume=log,target=/b`],
        ["error", "1.14.0 C", bind("run", "/var/log", "/mnt/x")],
        ["error", "1.30.0 K", "--mount volume=coreos-run,target=/mnt/x"],
        ["fine", "1.14.0 C", `${LOGS} --mount volume=log,target=/var/log`],
    ],
    "target-twice": [
        ["error", "1.14.0 C", bind("mine", "/srv/run", "/run")],
        ["error", "1.14.0 C", bind("mine", "/run", "/run")],
        ["warning", "1.30.0 K", bind("mine", "/srv/run", "/run")],
        ["warning", "1.30.0 C", bind("mine", "/srv/run", "/run")],
        // Source: rkt/rkt be7d77c4 and 1916ca71 (1.26.0): of two mounts on one target the first wins, the other is ignored.
        ["fine", "1.30.0 K", bind("mine", "/run", "/run")],
        ["fine", "1.30.0 K", VAR_LOG],
        ["fine", "1.30.0 K", bind("modules", "/lib/modules", "/lib/modules")],
        ["warning", "1.30.0 K", bind("mine", "/run", "/run").replace(" --mount", ",readOnly=true --mount")],
        ["warning", "1.30.0 C", bind("mine", "/run", "/run").replace(" --mount", ",readOnly=true --mount")],
        ["fine", "1.30.0 C", bind("mine", "/run", "/run")],
        // K mounts it recursively; a volume of ours in its place would not.
        ["warning", "1.30.0 K", bind("mine", "/var/lib/kubelet", "/var/lib/kubelet")],
        ["error", "1.14.0 C", twice(bind("a", "/a", "/x"), bind("b", "/b", "/x"))],
        ["warning", "1.30.0 K", twice(bind("a", "/a", "/x"), bind("b", "/b", "/x"))],
        ["warning", "1.14.0 C", `${twice(bind("a", "/a", "/x"), bind("b", "/b", "/x"))} --mount volume=b,target=/y`],
        ["fine", "1.14.0 C", "--mount=volume=x,target=/x --mount=volume=x,target=/x"],
        // Two spellings are two targets.
        ["fine", "1.14.0 C", twice(bind("a", "/a", "/x"), bind("b", "/b", "/x/"))],
        ["error", "1.30.0 K", { containerLogs: true, volumes: [volumeOf({ target: "/var/log/" })] }],
    ],
    "target-nested": [
        ["warning", "1.30.0 K", bind("x", "/x", "/etc/kubernetes/x")],
        ["warning", "1.30.0 K", bind("x", "/x", "/etc")],
        ["warning", "1.14.0 C", twice(bind("a", "/a", "/x"), bind("b", "/b", "/x/y"))],
        ["warning", "1.14.0 C", twice(bind("a", "/a", "/x"), bind("b", "/b", "/x/"))],
        ["fine", "1.14.0 C", twice(bind("a", "/a", "/x"), bind("b", "/b", "/xy"))],
        // K's own is read-only, and what lies below it would be too.
        ["warning", "1.30.0 K", bind("mine", "/etc/ssl/certs/mine", "/etc/ssl/certs/mine")],
        // Whichever is seen, it is the same.
        ["fine", "1.30.0 K", bind("pods", "/var/log/pods", "/var/log/pods")],
        ["fine", "1.30.0 K", { hostDns: true, iscsi: true, containerLogs: true }],
    ],
    "source-missing": [
        ["error", "1.14.0 C", bind("x", "/x", "/x"), sources({ "/x": "absent" })],
        ["error", "1.14.0 C", { hostDns: true }, sources({ "/etc/resolv.conf": "absent" })],
        ["fine", "1.14.0 C", bind("x", "/x", "/x"), sources({ "/x": "folder" })],
        ["fine", "1.30.0 K", "--volume=x,kind=host,source=/x", sources({ "/x": "absent" })],
        // Of two definitions the later counts.
        ["error", "1.25.0 D", `${bind("x", "/a", "/x")} --volume x,kind=host,source=/b`, sources({ "/b": "absent" })],
        ["fine", "1.25.0 D", `${bind("x", "/a", "/x")} --volume x,kind=host,source=/b`, sources({ "/a": "absent" })],
        // Source: coreos/coreos-overlay 2f5893b5c: open-iscsi since 1024.0.0, and in no 1010.x.
        ["error", "1.2.1 A", { iscsi: true }, sources({}, "1010.6.0")],
        ["error", "1.0.0 A", { iscsi: true }, sources({}, "983.0.0")],
        ["fine", "1.2.1 A", { iscsi: true }, sources({}, "1024.0.0")],
        ["fine", "1.2.1 A", { iscsi: true }, sources({ "/usr/sbin/iscsiadm": "file" }, "1010.6.0")],
        ["error", "1.5.1 C", { iscsi: true }, sources({ "/usr/sbin/iscsiadm": "absent" }, "1047.0.0")],
    ],
    "file-missing": [
        ["error", "1.14.0 C", "--set-env-file=/x", sources({ "/x": "absent" })],
        ["fine", "1.14.0 C", "--set-env-file=/x", sources({ "/x": "file" })],
    ],
    "folder-missing": [
        ["error", "1.14.0 C", "--uuid-file-save=/x/pod.uuid", sources({ "/x": "absent" })],
        ["fine", "1.14.0 C", "--uuid-file-save=/x/pod.uuid", sources({ "/x": "folder" })],
    ],
    "metadata-service": [
        ["warning", "1.14.0 C", "--mds-register"],
        ["error", "1.14.0 C", "--mds-register", sources({ "/run/rkt/metadata-svc.sock": "absent" })],
        ["fine", "1.14.0 C", "--mds-register", sources({ "/run/rkt/metadata-svc.sock": "file" })],
        ["fine", "1.14.0 C", "--mds-register=false"],
    ],
    "dns-fails": [
        ...["dns=host", "dns=10.0.0.2", "dns-search=x", "dns-opt=x"].map((option): Case => [
            "error",
            "1.5.1 C",
            `--${option}`,
        ]),
        ["fine", "1.6.0 C", "--dns=host"],
    ],
    "dns-ignored": [
        ["warning", "1.11.0 C", "--dns=host"],
        ["warning", "1.8.0 C", "--dns-search=x"],
        ["fine", "1.12.0 C", "--dns=10.0.0.2"],
    ],
    "dns-unusable": [
        ["warning", "1.14.0 C", "--dns=host"],
        ["warning", "1.12.0 C", "--dns=none"],
        ["fine", "1.14.0 C", "--dns=10.0.0.2,fd00::1"],
        ["fine", "1.15.0 D", "--dns=host"],
        ["warning", "1.30.0 K", "--dns-search=example.com"],
        ["fine", "1.30.0 K", "--dns=10.0.0.2 --dns-search=example.com"],
    ],
    "dns-contradiction": [
        ["error", "1.15.0 D", "--dns=host --dns=10.0.0.2"],
        ["error", "1.15.0 D", "--dns=10.0.0.2 --dns=none"],
        ["error", "1.15.0 D", "--dns=none --dns-search=x"],
        ["fine", "1.15.0 D", "--dns=10.0.0.2 --dns=10.0.0.3"],
    ],
    "dns-value": [
        ["error", "1.15.0 D", "--dns=foo"],
        ["error", "1.15.0 D", "--dns=10.0.0.2,10.0.0.256"],
        ["fine", "1.15.0 D", "--dns=none"],
    ],
    "dns-hides": [
        ["warning", "1.15.0 D", `--dns=host ${bind("r", "/srv/resolv.conf", "/etc/resolv.conf")}`],
        ["fine", "1.15.0 D", `--dns=host ${RESOLV}`],
    ],
    "dns-hidden": [
        ["warning", "1.14.0 C", { hostDns: true, options: "--dns=10.0.0.2" }],
        ["fine", "1.14.0 C", "--dns=10.0.0.2"],
    ],
    "hosts-value": [
        ["error", "1.30.0 D", "--hosts-entry=foo"],
        ["error", "1.30.0 D", "--hosts-entry=10.0.0=master"],
        ["fine", "1.30.0 D", "--hosts-entry=10.0.0.1=a,::1=b"],
    ],
    "hosts-twice": [
        ["error", "1.28.1 D", "--hosts-entry=host --hosts-entry=host"],
        ["fine", "1.29.0 D", "--hosts-entry=host --hosts-entry=host"],
        ["error", "1.28.1 I", "--hosts-entry=host"],
        ["fine", "1.29.0 I", "--hosts-entry=host"],
        ["fine", "1.28.1 H", "--hosts-entry=host"],
    ],
    "hosts-contradiction": [
        ["error", "1.30.0 D", "--hosts-entry=host --hosts-entry=10.0.0.1=a"],
        ["error", "1.30.0 K", "--hosts-entry=10.0.0.1=a"],
        ["fine", "1.30.0 H", "--hosts-entry=10.0.0.1=a --hosts-entry=10.0.0.2=b"],
    ],
    "hosts-hides": [
        ["warning", "1.30.0 K", bind("hosts", "/srv/hosts", "/etc/hosts")],
        ["fine", "1.30.0 K", bind("hosts", "/etc/hosts", "/etc/hosts")],
        ["fine", "1.30.0 H", bind("hosts", "/srv/hosts", "/etc/hosts")],
        ["warning", "1.30.0 H", `--hosts-entry=10.0.0.1=a ${bind("hosts", "/etc/hosts", "/etc/hosts")}`],
    ],
    "net-value": [
        ["error", "1.30.0 K", "--net="],
        ["error", "1.30.0 K", "--net=host:a=b"],
        ["fine", "1.30.0 K", "--net=mine:a=b"],
    ],
    "net-twice": [
        ["error", "1.30.0 K", "--net=host --net=host"],
        ["fine", "1.30.0 K", "--net=host"],
    ],
    "port-value": [
        ["error", "1.14.0 C", "--port=http"],
        ["error", "1.14.0 C", "--port=http:65536"],
        ["fine", "1.14.0 C", "--port=http:10.0.0.1:80"],
    ],
    "port-contradiction": [
        ["error", "1.14.0 C", "--port=http:80 --net=host"],
        ["error", "1.14.0 C", "--net=none --port=http:80"],
        ["fine", "1.14.0 C", "--port=http:80"],
    ],
    "port-unnamed": [
        ["error", "1.20.0 D", "--port=http:80"],
        ["fine", "1.14.0 C", "--port=http:80"],
    ],
    "metadata-contradiction": [
        ["error", "1.14.0 C", "--mds-register --net=none"],
        ["fine", "1.14.0 C", "--mds-register --net=host"],
    ],
    "private-users": [
        ["error", "1.30.0 K", "--private-users"],
        ["fine", "1.30.0 K", "--private-users=false"],
    ],
    "env-syntax": [
        ["error", "1.30.0 K", "--set-env=FOO"],
        ["fine", "1.30.0 K", "--set-env=FOO="],
    ],
    "env-name": [
        ["error", "1.30.0 K", "--set-env=1FOO=bar"],
        ["error", "1.30.0 K", "--set-env==bar"],
        ["fine", "1.30.0 K", "--set-env=_F0O=bar"],
    ],
    "env-twice": [
        ["error", "1.30.0 K", "--set-env=A=b --set-env=A=c"],
        ["error", "1.30.0 K", { setEnv: { A: "b" }, options: "--set-env A=c" }],
        ["fine", "1.30.0 K", "--set-env=A=b --set-env=a=c"],
    ],
    "insecure-value": [
        ["error", "1.30.0 K", "--insecure-options=foo"],
        ["error", "1.30.0 K", "--insecure-options=image,image"],
        ["error", "0.15.0 ours", "--insecure-options=http"],
        ["fine", "0.16.0 ours", "--insecure-options=http"],
        ["error", "1.2.1 A", "--insecure-options=pubkey"],
        ["fine", "1.3.0 C", "--insecure-options=pubkey"],
        ["error", "1.12.0 C", "--insecure-options=image,all-run"],
        ["fine", "1.13.0 C", "--insecure-options=IMAGE,all-run"],
        ["error", "1.30.0 K", "--insecure-options=constructor"],
    ],
    "insecure-replaced": [
        ["warning", "1.30.0 J", "--insecure-options=image --insecure-options=http"],
        ["fine", "1.30.0 J", "--insecure-options=image --insecure-options=all"],
        ["fine", "1.30.0 J", "--insecure-options=http"],
        // K puts its own behind RKT_OPTS for a docker image. Source: coreos/coreos-overlay aa2191243.
        ["warning", "1.30.0 K", "--insecure-options=all"],
        ["fine", "1.30.0 K", "--insecure-options=image"],
    ],
    "stage1-unsigned": [
        ["error", "1.4.0 B", "--insecure-options=image --insecure-options=http"],
        ["fine", "1.2.1 B", "--insecure-options=image --insecure-options=http"],
        ["fine", "1.4.0 C", "--insecure-options=image --insecure-options=http"],
    ],
    "stage1-twice": [
        ...["url", "path", "name", "hash", "from-dir"].map((by): Case => ["error", "1.14.0 C", `--stage1-${by}=x`]),
        ["fine", "0.15.0 ours", "--stage1-image=x"],
    ],
    "store-contradiction": [
        ["error", "1.14.0 C", "--store-only --no-store"],
        ["fine", "1.14.0 C", "--store-only --no-store=false"],
    ],
    "past-the-store": [
        ["warning", "1.14.0 C", "--no-store"],
        ["warning", "1.24.0 D", "--pull-policy=update"],
        ["fine", "1.24.0 D", "--store-only --pull-policy=new"],
    ],
    "other-store": [
        ["warning", "1.14.0 C", "--dir=/srv/rkt"],
        ["fine", "1.14.0 C", "--dir=/var/lib/rkt/"],
    ],
    "pod-manifest": [["error", "1.14.0 C", "--pod-manifest=/x"]],
    "uuid-file-replaced": [
        ["warning", "1.14.0 C", "--uuid-file-save=/var/run/pod.uuid"],
        ["fine", "1.14.0 C", ""],
        ["fine", "1.14.0 C", "--uuid-file-save=/var/cache/kubelet-pod.uuid"],
    ],
    "no-effect": [
        ["warning", "1.30.0 K", "--hostname=a"],
        ["warning", "1.29.0 I", "--ipc=host"],
        ["warning", "1.30.0 K", "--net=none"],
        ["warning", "1.30.0 K", "--net"],
        ["warning", "1.14.0 C", "--port=http:80"],
        ["warning", "0.15.0 ours", "--stage1-image=x"],
        ["fine", "1.30.0 K", "--net=host"],
    ],
};

const SOURCES = new Map(
    Object.entries(BY_SOURCE).flatMap(([source, rules]) => rules.split(" ").map((rule) => [rule, source] as const)),
);
const RULES = RULE_NAMES.map((rule) => ({ rule, source: SOURCES.get(rule) }));

it("each rule has a source", () => {
    expect([...SOURCES.keys()].sort()).toEqual([...RULE_NAMES].sort());
});

describe.each(RULES)("$rule, by $source", ({ rule }) => {
    it("has cases that it finds", () => {
        expect(CASES[rule].some(([verdict]) => verdict !== "fine")).toBe(true);
    });

    it("says which words it is about, and what to do", () => {
        const all = CASES[rule].flatMap(([, place, options, facts]) => findings(options, placeOf(place, facts)));
        // Of a typed argument the path says enough.
        const isShown = ({ path, token }: Finding): boolean => token !== "" || path !== "rkt.options";
        expect(all.filter((each) => each.problem === "" || each.remedy === "" || !isShown(each))).toEqual([]);
    });

    const cases = CASES[rule].map(([verdict, place, options, facts]) => ({ verdict, place, options, facts }));

    it.each(cases)("$verdict: rkt and wrapper $place, options $options", ({ verdict, place, options, facts }) => {
        const severities = found(options, placeOf(place, facts)).flatMap((one) => {
            const [severity, name] = one.split(" ");
            return name === rule ? [severity] : [];
        });
        expect([...new Set(severities)]).toEqual(verdict === "fine" ? [] : [verdict]);
    });
});

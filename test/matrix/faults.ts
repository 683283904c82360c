// The faults, and what is expected of each at each step: written down before a cell was run.
import type { Behaviour } from "../../provider/testing/options";
import type { Properties } from "../engine/process";
import { must, NEW, OTHER, signalTransaction, UNIT, WRAPPER } from "./host";
import type { Scene } from "./scene";
import { FORWARD, type Step } from "./steps";

/**
 * How an apply ends:
 * - committed: the new kubelet runs, and the state says so;
 * - rolled back: the old one runs, the error says so;
 * - untouched: refused, nothing on the host was changed;
 * - unknown: the operator was told nothing, or that it is not known; a refresh then tells the truth;
 * - changed: the host could not be put back, the error says so, the next `up` repairs;
 * and for a second apply at the same time:
 * - attached: it told of the first one's operation and did nothing itself;
 * - planned anew: it waited for the first one and then went its own way.
 */
export const OUTCOMES = [
    "committed",
    "rolled back",
    "untouched",
    "unknown",
    "changed",
    "attached",
    "planned anew",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** One or more outcomes that are right; a step that is missing cannot be met by the fault. */
export type Expected = Readonly<Partial<Record<Step, readonly Outcome[]>>>;

export interface Fault {
    readonly name: string;
    readonly expected: Expected;
    /** Who drives the kubelet: the provider process alone (default) or the real CLI. */
    readonly by?: "pulumi";
    /** Further arguments of every apply in the cell. */
    readonly args?: Properties;
    /** Before the apply begins. */
    readonly prepare?: (scene: Scene) => Promise<void>;
    /** While the step is held; without it, nothing is held. */
    readonly strike?: (scene: Scene) => Promise<void>;
    /** Once the step goes on. */
    readonly follow?: (scene: Scene) => Promise<void>;
    /** Ends the fault, before the promise is looked at. */
    readonly heal?: (scene: Scene) => Promise<void>;
    /** What stands at the unit's place by the operator's own hand. */
    readonly unit?: "link" | "folder";
    /** It ends a program or the host: what comes of it may hang on the very command. */
    readonly isTimed?: boolean;
    /** Files cannot be taken away while it lasts: what is left is looked at after the next apply. */
    readonly isStuck?: boolean;
    /** The next apply fails of it too. */
    readonly isLasting?: boolean;
    /** After the fault the host is off, or another: what stands there is seen after the heal. */
    readonly endsHost?: boolean;
}

function at(steps: readonly Step[], ...outcomes: readonly Outcome[]): Expected {
    return Object.fromEntries(steps.map((step) => [step, outcomes]));
}

type Forward = (typeof FORWARD)[number];

function from(first: Forward, last: Forward = "report"): readonly Step[] {
    return FORWARD.slice(FORWARD.indexOf(first), FORWARD.indexOf(last) + 1);
}

/** Of an apply whose new kubelet fails, and of one that first undoes an operation that was cut. */
function back(rolledBack: readonly Outcome[], recovered: readonly Outcome[]): Expected {
    return { "roll back": rolledBack, recover: recovered };
}

/** The fault changes nothing about how such an apply ends. */
const AS_EVER = back(["rolled back"], ["committed"]);

const seconds = (scene: Scene, count: number): Promise<void> => scene.pass(count);

const LINK: readonly Fault[] = [
    {
        name: "link reset",
        expected: { ...at(from("log in"), "committed"), ...AS_EVER },
        strike: ({ host }) => host.cutLinks(),
    },
    {
        name: "black hole",
        expected: { ...at(FORWARD, "committed"), ...AS_EVER },
        // Longer than the 30 s after which a silent link is given up.
        strike: ({ host }) => host.blackHole(true),
        follow: async (scene) => {
            await seconds(scene, 35);
            await scene.host.blackHole(false);
        },
    },
    {
        name: "cut between command and answer",
        expected: { ...at(from("observe"), "committed"), ...AS_EVER },
        strike: ({ host }) => host.cable("out"),
        follow: async (scene) => {
            await scene.transactionOver();
            await scene.host.cutLinks();
            await scene.host.cable("in");
        },
    },
    {
        name: "second dial refused",
        expected: { ...at(FORWARD, "committed"), ...AS_EVER },
        strike: async ({ host }) => {
            await host.refuse(true);
            await host.cutLinks();
        },
        follow: async (scene) => {
            await seconds(scene, 3);
            await scene.host.refuse(false);
        },
    },
    {
        name: "slow and lossy link",
        expected: at(["dial"], "committed"),
        strike: ({ host }) => host.slow(100, 3),
        heal: ({ host }) => host.slow("off"),
    },
    {
        name: "sshd restarted",
        expected: { ...at(from("log in"), "committed"), ...AS_EVER },
        strike: ({ host }) => host.restartSshd(),
    },
    {
        name: "sudo withdrawn, link reset",
        expected: {
            ...at(["log in", "observe"], "untouched"),
            // Once the operation was sent, whether it began cannot be told any more.
            ...at(from("stage"), "unknown"),
            ...back(["unknown"], ["unknown"]),
        },
        strike: async (scene) => {
            await must(scene.host, "mv /etc/sudoers.d/core /etc/core.sudoers");
            await scene.host.cutLinks();
        },
        heal: async (scene) => {
            await must(scene.host, "mv /etc/core.sudoers /etc/sudoers.d/core");
            await scene.transactionOver();
        },
    },
];

const PROCESSES: readonly Fault[] = [
    {
        name: "provider SIGKILLed",
        isTimed: true,
        expected: { ...at(FORWARD, "unknown"), ...back(["unknown"], ["unknown"]) },
        strike: ({ stack }) => stack.killProvider(),
    },
    {
        name: "pulumi SIGKILLed",
        by: "pulumi",
        expected: { ...at(from("log in"), "unknown"), "roll back": ["unknown"] },
        strike: ({ stack }) => stack.killPulumi("SIGKILL"),
    },
    {
        name: "SIGINT",
        by: "pulumi",
        expected: { ...at(from("log in"), "committed"), "roll back": ["rolled back"] },
        strike: ({ stack }) => stack.killPulumi("SIGINT"),
    },
    {
        name: "transaction SIGKILLed",
        isTimed: true,
        expected: {
            ...at(["lock", "fetch"], "untouched"),
            ...at(["arm"], "untouched", "rolled back"),
            ...at(from("swap wrapper", "health"), "rolled back"),
            ...at(["commit"], "rolled back", "committed"),
            ...at(["report"], "committed"),
            ...AS_EVER,
        },
        strike: ({ host }) => signalTransaction(host, "KILL"),
    },
    {
        name: "operator stops the transaction",
        isTimed: true,
        expected: {
            ...at(["lock", "fetch"], "untouched"),
            ...at(["arm"], "untouched", "rolled back"),
            ...at(from("swap wrapper", "health"), "rolled back"),
            ...at(["commit"], "rolled back", "committed"),
            ...at(["report"], "committed"),
            ...AS_EVER,
        },
        strike: async ({ host }) => {
            await must(host, "systemctl stop --no-block 'pulumi-coreos-kubelet@*.service'");
        },
    },
];

const MACHINE: readonly Fault[] = [
    {
        name: "power cut",
        isTimed: true,
        endsHost: true,
        // The provider is still there: it dials until the host is up again, looks anew, and goes on.
        expected: { ...at(from("log in"), "committed"), ...AS_EVER },
        strike: ({ host }) => host.powerCut(),
        follow: ({ host }) => host.powerOn(),
    },
    {
        name: "clean reboot",
        isTimed: true,
        endsHost: true,
        // A host that boots for longer than it is dialled, which here is about 20 s, is left as it is.
        expected: {
            ...at(from("log in"), "committed"),
            "log in": ["committed", "untouched"],
            ...back(["rolled back"], ["committed", "untouched"]),
        },
        strike: async ({ host }) => {
            await must(host, "systemctl --no-block reboot");
        },
        follow: (scene) => scene.rebooted(),
    },
    {
        name: "power cut, cloudinit rewrites the unit at boot",
        endsHost: true,
        // A kubelet of the old version comes up, and the provider, which is still there, upgrades it again.
        expected: at(from("log in"), "committed"),
        prepare: ({ host }) => cloudinit(host),
        strike: ({ host }) => host.powerCut(),
        follow: ({ host }) => host.powerOn(),
        heal: async ({ host }) => {
            await must(host, "systemctl disable --quiet cloudinit.service; rm /etc/systemd/system/cloudinit.service");
        },
    },
    {
        name: "disk full",
        isTimed: true,
        expected: {
            // Too little room is seen before anything is touched.
            ...at(from("dial", "fetch"), "untouched"),
            ...at(["arm"], "untouched", "rolled back"),
            // The new kubelet cannot start; the room that is kept for the old one is given free.
            ...at(from("swap wrapper", "restart"), "rolled back"),
            ...at(["health"], "committed", "rolled back"),
            ...at(from("commit"), "committed"),
            ...back(["rolled back"], ["untouched"]),
        },
        strike: ({ host }) => host.diskFull(true),
        heal: ({ host }) => host.diskFull(false),
    },
    {
        name: "inodes full",
        isTimed: true,
        expected: {
            ...at(from("dial", "fetch"), "untouched"),
            ...at(["arm"], "untouched", "committed", "rolled back"),
            // A pod that ends gives its inodes to the next one.
            ...at(from("swap wrapper", "health"), "committed", "rolled back"),
            ...at(from("commit"), "committed"),
            ...back(["rolled back"], ["untouched", "committed", "rolled back"]),
        },
        strike: ({ host }) => host.inodesFull(true),
        heal: ({ host }) => host.inodesFull(false),
    },
    {
        name: "read-only root",
        isTimed: true,
        isStuck: true,
        expected: {
            ...at(from("dial", "fetch"), "untouched"),
            ...at(["arm"], "untouched", "rolled back", "changed"),
            ...at(from("swap wrapper", "health"), "changed"),
            // The commit point is in that step: after it only what lies about cannot be taken away.
            ...at(["commit"], "changed", "committed"),
            ...at(["report"], "committed"),
            ...back(["changed", "rolled back"], ["changed", "untouched"]),
        },
        strike: ({ host }) => host.readOnly(true),
        heal: ({ host }) => host.readOnly(false),
    },
    {
        name: "PID 1 busy for 10 s",
        // The health deadline goes on meanwhile, and here it is less than that.
        expected: {
            ...at(from("log in"), "committed"),
            ...at(["restart", "health"], "committed", "rolled back"),
            ...AS_EVER,
        },
        strike: ({ host }) => host.pid1("busy"),
        follow: async (scene) => {
            await seconds(scene, 10);
            await scene.host.pid1("free");
        },
    },
    {
        name: "host frozen for 35 s",
        // The health deadline goes on meanwhile, and here it is a tenth of what operators set.
        expected: {
            ...at(from("log in", "reload"), "committed"),
            ...at(["restart", "health"], "committed", "rolled back"),
            ...at(["commit", "report"], "committed"),
            ...AS_EVER,
        },
        strike: ({ host }) => host.freeze(true),
        follow: async (scene) => {
            await seconds(scene, 35);
            await scene.host.freeze(false);
        },
    },
    {
        name: "another machine answers at that address",
        endsHost: true,
        expected: { ...at(from("log in"), "committed"), ...AS_EVER },
        strike: ({ host }) => host.powerCut(),
        follow: (scene) => scene.reinstalled(),
    },
];

async function cloudinit(host: Scene["host"]): Promise<void> {
    await must(
        host,
        [
            `cp ${UNIT} /var/lib/foreign/kubelet.service`,
            `printf '[Unit]\\nDefaultDependencies=no\\nAfter=local-fs.target pulumi-coreos-kubelet-recovery.service\\nBefore=kubelet.service basic.target\\n[Service]\\nType=oneshot\\nExecStart=/bin/cp /var/lib/foreign/kubelet.service ${UNIT}\\nExecStart=/bin/systemctl daemon-reload\\n[Install]\\nWantedBy=sysinit.target\\n' >/etc/systemd/system/cloudinit.service`,
            "systemctl enable --quiet cloudinit.service",
        ].join("\n"),
    );
}

const SECOND: readonly Fault[] = [
    {
        name: "second apply, same plan",
        expected: {
            // The first one is held before its operation begins: the second does the work, the first finds it done.
            ...at(from("log in", "start"), "attached"),
            ...at(from("lock"), "attached"),
            ...back(["rolled back"], ["attached"]),
        },
        strike: (scene) => scene.second({}),
    },
    {
        name: "second apply, another plan",
        expected: {
            ...at(from("log in", "start"), "planned anew"),
            ...at(from("lock"), "planned anew"),
            ...back(["planned anew"], ["planned anew"]),
        },
        strike: (scene) => scene.second({ version: OTHER }),
    },
    {
        name: "second apply, another owner",
        expected: { ...at(from("log in"), "untouched"), ...back(["untouched"], ["untouched"]) },
        strike: (scene) =>
            scene.second({}, "urn:pulumi:other::matrix::pulumi-nodejs:dynamic/coreos:KubeletService::node"),
    },
];

function image(name: string, behaviour: Behaviour, expected: Expected, args: Properties = {}): Fault {
    const heal = expected.health?.includes("committed") === true ? {} : { isLasting: true };
    return { name, expected, args, prepare: ({ host }) => host.setImage(NEW, behaviour), ...heal };
}

const minReady = (minReadySeconds: number): Properties => ({
    health: { minReadySeconds, progressDeadlineSeconds: 8 },
});

const KUBELETS: readonly Fault[] = [
    image("image fetch fails", "missing", at(["fetch"], "untouched")),
    image("image fetch hangs", "slow-fetch:60", at(["fetch"], "untouched")),
    {
        name: "image store broken",
        expected: at(["fetch"], "untouched"),
        prepare: ({ host }) => must(host, "echo broken >/etc/stand-in/store"),
        heal: ({ host }) => must(host, "rm /etc/stand-in/store"),
    },
    image("kubelet crashes at once", "crashes", at(["health"], "rolled back")),
    image("kubelet crashes after 4 s, watched for 1 s", "crashes-after:4", at(["health"], "committed")),
    image("kubelet crashes after 4 s, watched for 6 s", "crashes-after:4", at(["health"], "rolled back"), minReady(6)),
    image("kubelet flaps each 0.8 s", "crashes-after:0.8", at(["health"], "rolled back")),
    image("healthy but the wrong image", "wrong-image", at(["health"], "rolled back")),
    image("never healthy", "never-healthy", at(["health"], "rolled back")),
    image("healthz hangs", "hangs", at(["health"], "rolled back")),
    {
        name: "old kubelet hangs in stop",
        expected: at(["restart"], "committed"),
        prepare: ({ host }) => must(host, "pkill -STOP -f '^/kubelet'"),
    },
    {
        name: "old kubelet already stopped",
        expected: at(["health"], "committed"),
        prepare: ({ host }) => must(host, "systemctl stop kubelet.service"),
    },
    {
        name: "old kubelet already stopped, new one crashes",
        isLasting: true,
        expected: at(["health"], "rolled back"),
        prepare: async ({ host }) => {
            await host.setImage(NEW, "crashes");
            await must(host, "systemctl stop kubelet.service");
        },
    },
    {
        name: "old kubelet sick, new one crashes",
        isLasting: true,
        expected: at(["health"], "rolled back"),
        prepare: async ({ host }) => {
            await host.setImage("v1.3.4_coreos.0", "never-healthy");
            await must(host, "systemctl restart kubelet.service; sleep 1");
            await host.setImage(NEW, "crashes");
        },
    },
];

/** The steps before an operation looks at the host under its lock for the last time. */
const BEFORE_LAST_LOOK = from("log in", "fetch");

/** The operator moves the unit away and puts something else in its place; afterwards he takes that back. */
function replaced(name: string, unit: "link" | "folder", script: string): Fault {
    const aside = "/var/lib/aside/unit";
    return {
        name,
        unit,
        expected: {
            ...at(BEFORE_LAST_LOOK, "untouched"),
            ...at(["arm"], "untouched", "rolled back"),
            ...at(["swap wrapper", "swap unit"], "rolled back"),
            // What systemd cannot read it cannot start; where a folder stands no file can be put back.
            ...at(["reload", "restart"], unit === "folder" ? "changed" : "rolled back", "committed"),
            // It is the running kubelet that counts.
            ...at(from("health"), "committed"),
            ...(unit === "folder"
                ? back(["changed", "rolled back"], ["changed", "untouched"])
                : back(["rolled back"], ["committed", "untouched"])),
        },
        strike: ({ host }) => must(host, `mkdir -p /var/lib/aside; mv ${UNIT} ${aside}; ${script}`),
        heal: async ({ host }) => {
            const isTheirs = unit === "link" ? `-L ${UNIT}` : `-d ${UNIT}`;
            await must(host, `[[ ! ${isTheirs} ]] || { rm -r ${UNIT}; mv ${aside} ${UNIT}; }; systemctl daemon-reload`);
        },
    };
}

function immutable(name: string, file: string): Fault {
    return {
        name,
        isStuck: true,
        expected: {
            ...at(from("log in", "fetch"), "untouched"),
            ...at(["arm"], "untouched", "rolled back"),
            ...at(["swap wrapper", "swap unit"], "rolled back", "committed"),
            ...at(from("reload"), "committed"),
            ...back(["changed", "rolled back"], ["changed", "untouched"]),
        },
        strike: ({ host }) => must(host, `chattr +i ${file}`),
        heal: ({ host }) => must(host, `chattr -i ${file}`),
    };
}

const OPERATORS: readonly Fault[] = [
    replaced("unit masked", "link", `ln -s /dev/null ${UNIT}; systemctl daemon-reload`),
    replaced("unit replaced by a symlink", "link", `ln -s /var/lib/aside/unit ${UNIT}`),
    replaced("unit replaced by a folder", "folder", `mkdir -p ${UNIT}/folder`),
    immutable("unit immutable", UNIT),
    immutable("wrapper immutable", WRAPPER),
    {
        name: "drop-in that overrides ours",
        expected: {
            ...at(from("log in", "health"), "rolled back", "committed"),
            ...at(["commit", "report"], "committed"),
            ...back(["rolled back"], ["rolled back", "committed"]),
        },
        strike: ({ host }) =>
            must(
                host,
                "printf '[Service]\\nEnvironment=KUBELET_VERSION=v0.9.9_other\\n' >/etc/systemd/system/kubelet.service.d/90-override.conf; systemctl daemon-reload",
            ),
        heal: ({ host }) =>
            must(host, "rm /etc/systemd/system/kubelet.service.d/90-override.conf; systemctl daemon-reload"),
    },
];

/** What core's shell prints at each log-in. */
function login(name: string, script: string, expected: readonly Outcome[] = ["committed"]): Fault {
    return {
        name,
        expected: { "log in": expected },
        prepare: ({ host }) =>
            must(host, `printf '%s\\n' '${script.replaceAll("'", String.raw`'\''`)}' >/home/core/.bashrc`),
        heal: ({ host }) => must(host, "rm /home/core/.bashrc"),
    };
}

const NOISE: readonly Fault[] = [
    login("login shell that prints a banner", "echo welcome; echo 'PCK1\tend' >&2; echo welcome >&2"),
    login("100 MB of stderr", "head -c 100000000 /dev/zero | tr '\\0' x >&2"),
    login("a line of 10 MB", "head -c 10000000 /dev/zero | tr '\\0' x; echo"),
    login(
        "invalid UTF-8 and terminal escapes",
        "printf '\\377\\376\\033[2J\\033]0;x\\007\\n'; printf '\\377\\033[2J\\n' >&2",
    ),
    {
        name: "rkt fetch fails with 100 MB of stderr",
        expected: at(["fetch"], "untouched"),
        prepare: ({ host }) =>
            must(
                host,
                [
                    "mkdir -p /run/loud; cp /usr/lib/stand-in/* /run/loud; mv /run/loud/rkt /run/loud/real",
                    `printf '%s\\n' '#!/bin/bash' '[[ $1 != fetch ]] || { head -c 100000000 /dev/zero | tr "\\0" x >&2; exit 1; }' 'exec /run/loud/real "$@"' >/run/loud/rkt`,
                    "chmod 755 /run/loud/rkt; mount --bind /run/loud/rkt /usr/lib/stand-in/rkt",
                ].join("\n"),
            ),
        heal: ({ host }) => must(host, "umount /usr/lib/stand-in/rkt"),
    },
];

export const FAULTS: readonly Fault[] = [
    ...LINK,
    ...PROCESSES,
    ...MACHINE,
    ...SECOND,
    ...KUBELETS,
    ...OPERATORS,
    ...NOISE,
];

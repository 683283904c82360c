// Where an apply is held on a host: before which command of which of its programs.

/** Of every apply that changes a host, in order. */
export const FORWARD = [
    "dial",
    "log in",
    "observe",
    "stage",
    "verify",
    "start",
    "lock",
    "fetch",
    "arm",
    "swap wrapper",
    "swap unit",
    "reload",
    "restart",
    "health",
    "commit",
    "report",
] as const;

/** Of an apply whose new kubelet fails, and of one that finds an operation cut before it. */
export const BACK = ["roll back", "recover"] as const;

export const STEPS = [...FORWARD, ...BACK] as const;

export type Step = (typeof STEPS)[number];

/** A stretch of a program on the host: from one command to before another. */
export interface Stretch {
    /** Pattern of its command line. */
    readonly program: string;
    /** Pattern of the command that it begins with. */
    readonly from: string;
    /** Pattern of the first command that is no longer part of it; undefined: `from` is all of it. */
    readonly to?: string;
}

const CHANNEL = "bash -s";
export const TRANSACTION = "/bin/bash /run/pulumi-coreos-kubelet/* transaction *";

const channel = (from: string, to?: string): Stretch => ({
    program: CHANNEL,
    from,
    ...(to === undefined ? {} : { to }),
});
const transaction = (from: string, to?: string): Stretch => ({
    program: TRANSACTION,
    from,
    ...(to === undefined ? {} : { to }),
});

/** Before a word is said to the host nothing can be held there: a fault of `dial` begins before the apply. */
export const STRETCHES: Readonly<Record<Step, readonly Stretch[]>> = {
    dial: [],
    "log in": [{ program: "/bin/bash -c exec /usr/sbin/sshd*", from: "*" }],
    observe: [channel("observe*", "emit end")],
    stage: [channel("begin *", 'verify "$stage"')],
    verify: [channel('verify "$stage"', 'mkdir "$ops/$1"*')],
    start: [channel('mkdir "$ops/$1"*', "follow*")],
    lock: [transaction('"$@"', "fetch_image")],
    fetch: [transaction("fetch_image", "arm")],
    arm: [transaction("arm", "swap")],
    "swap wrapper": [transaction("swap", "step swap-unit")],
    "swap unit": [transaction("step swap-unit", "reload")],
    reload: [transaction("reload", "restart_kubelet")],
    restart: [transaction("restart_kubelet", "step health*")],
    health: [transaction("step health*", "commit")],
    commit: [transaction("commit", "end committed*")],
    report: [transaction("end committed*", "forget_files*"), channel("exec 8>&-")],
    "roll back": [transaction("roll_back*", "end rolled-back*")],
    recover: [transaction("roll_back*", "end rolled-back*")],
};

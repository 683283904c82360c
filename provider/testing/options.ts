/**
 * How an image and the kubelet in it behave; N is in seconds.
 *
 * - `healthy`: it is fetched at once, and its /healthz answers.
 * - `crashes`: it ends at once with status 1.
 * - `crashes-after:N`: it is healthy, and ends with status 1 after N seconds.
 * - `never-healthy`: it runs, and /healthz answers 500.
 * - `hangs`: it runs, and /healthz takes the connection and never answers.
 * - `late:N`: it refuses connections for N seconds, then is healthy.
 * - `missing`: the image cannot be found; rkt gives up after a second.
 * - `slow-fetch:N`: the fetch of the image takes N seconds; then it is healthy.
 * - `wrong-image`: the pod that starts is of another version than the one asked for.
 */
export type Behaviour =
    | "healthy"
    | "crashes"
    | `crashes-after:${number}`
    | "never-healthy"
    | "hangs"
    | `late:${number}`
    | "missing"
    | `slow-fetch:${number}`
    | "wrong-image";

/** What kind of host to simulate. */
export interface SimulatedHostOptions {
    /** CoreOS release; decides the versions of rkt and systemd and whether there is a kubelet-wrapper. Default 1185.3.0. */
    readonly release?: string;
    /** Version of rkt, such as "1.8.0". Default: the release's. */
    readonly rkt?: string;
    /** Milliseconds that the network takes, one way. Default 0. */
    readonly latency?: number;
    /** Image tag to behaviour. Default `healthy`, as for every tag that is not named. */
    readonly images?: Readonly<Record<string, Behaviour>>;
    /** Public keys (lines of authorized_keys) that may log in. Default: a key pair of the host's own making. */
    readonly authorizedKeys?: readonly string[];
    /** Password that lets in too. Default none. */
    readonly password?: string;
    /** Login name. Default `core`. */
    readonly user?: string;
    /** Whether sudo works without a password, or refuses. Default `nopasswd`. */
    readonly sudo?: "nopasswd" | "refused";
    /** /etc/machine-id: 32 hexadecimal digits. Default: that of the folder, else a random one. */
    readonly machineId?: string;
    /** Whether connections may be forwarded through this host (to loopback addresses only). Default true. */
    readonly jump?: boolean;
    /** TCP port on 127.0.0.1. Default: a free one. */
    readonly port?: number;
    /** Folder for the host's files, kept when the host stops. Default: a temporary one. A host found there goes on. */
    readonly folder?: string;
    /** Whether to empty the folder first. Default false. */
    readonly fresh?: boolean;
    /** Text that sshd sends before anyone has logged in. Default none. */
    readonly banner?: string;
}

/** What a host's network has seen since the host was made. */
export interface Counters {
    /** TCP connections that were taken. */
    tcpConnections: number;
    /** Log-ins that succeeded. */
    logins: number;
    /** Sessions (commands and shells) that were opened. */
    channels: number;
    /** Connections forwarded to another address. */
    forwarded: number;
    /** Bytes that came to the host. */
    bytesIn: number;
    /** Bytes that it sent. */
    bytesOut: number;
}

/** Something that happened to a unit, in the order of happening. */
export interface JournalEvent {
    /** Milliseconds since 1970. */
    readonly time: number;
    /** The unit, or "-" for the host as a whole. */
    readonly unit: string;
    /** "active/running" and the like for a new state, else a word: boot, power-cut, daemon-reload, lost-place, exec-failed. */
    readonly event: string;
    /** What else there is to say of it. */
    readonly detail?: string;
}

/** One start of a kubelet. */
export interface KubeletStart {
    /** Milliseconds since 1970. */
    readonly time: number;
    /** Its process. */
    readonly pid: number;
    /** Tag of the image that was asked for. */
    readonly version: string;
    /** Its flags. */
    readonly arguments: readonly string[];
}

/** How a script that was run on the host ended. */
export interface ScriptResult {
    /** Exit status. */
    readonly code: number;
    /** What it wrote to its standard output. */
    readonly stdout: string;
    /** What it wrote to its standard error. */
    readonly stderr: string;
}

/** How to log in; the names of `connection` of KubeletService. */
export interface SimulatedConnection {
    /** A loopback address. */
    readonly host: string;
    /** TCP port of its sshd. */
    readonly port: number;
    /** Login name. */
    readonly user: string;
    /** Absent when other keys were authorized. */
    readonly privateKey?: string;
    /** Absent when none lets in. */
    readonly password?: string;
}

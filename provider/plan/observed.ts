import type { OsRelease } from "../coreos/os-release";

/** What stands at a path: the sha256 of a file, or what is there instead of one. */
export interface HostFile {
    readonly hash: string;
    /** Text of a file, or target of a link; at most 64 KiB. */
    readonly text: string;
}

/** Whether a regular file stands there. */
export function isHash(hash: string): boolean {
    return /^[0-9a-f]{64}$/.test(hash);
}

export interface Service {
    readonly load: string;
    readonly active: string;
    readonly sub: string;
    readonly result: string;
    readonly pid: number;
    readonly status: string;
    /** The unit file or a drop-in changed since systemd read it. */
    readonly stale: boolean;
    /** A drop-in changed, came or went since the process was started. */
    readonly unseen: boolean;
    /** Seconds from the boot to the start of its newest process, whether that runs or not; 0: there was none. */
    readonly started: number;
    readonly fragment: string;
}

/** A file that adds to kubelet.service, of whoever wrote it: never ours. */
export interface DropIn extends HostFile {
    readonly path: string;
}

/** The pod that the kubelet's process lives in. */
export interface Pod {
    readonly name: string;
    readonly tag: string;
    readonly uuid: string;
}

export type RecordState = "armed" | "restored" | "committed" | "rolled-back";

/** The record that we keep on the host: who owns the kubelet there, and how the last operation ended. */
export interface HostRecord {
    readonly seq: number;
    readonly state: RecordState;
    readonly operation: string;
    readonly reason: string;
    /** Undefined: nothing of ours is committed on this host. */
    readonly instance: string | undefined;
    readonly owner: string | undefined;
    readonly adopted: boolean;
    readonly triggers: string | undefined;
    /** Sha256 of the unit as it was committed. */
    readonly unit: string | undefined;
    /** What a rollback made of the old kubelet, such as `healthy`; empty: there was none. */
    readonly old: string;
    /** The images that we fetched and have not removed since, by name. */
    readonly images: readonly string[];
}

/** An operation that holds the host's lock at this moment. */
export interface LiveOperation {
    readonly operation: string;
    readonly owner: string | undefined;
    readonly digest: string;
    /** Seconds that it has run; NaN where the host did not say. */
    readonly seconds: number;
}

/** What stood on the host before the first create. */
export interface Baseline {
    readonly unit: string;
    readonly wrapper: string;
    readonly links: readonly string[];
    readonly active: boolean;
}

/** What says that the host is to be rebooted: an update of the OS waits, a file asks for it, a shutdown is scheduled. */
export type RebootSign = "os-update" | "required" | "scheduled";

export type SourceKind = "file" | "folder" | "absent";

/** Everything that one round trip told of a host. */
export interface Observed {
    readonly os: OsRelease;
    readonly machineId: string;
    readonly bootId: string;
    /** Seconds since the boot; NaN where the host did not say. */
    readonly uptime: number;
    /** First line of `rkt version`; empty: no rkt. */
    readonly rkt: string;
    /** First line of `systemctl --version`. */
    readonly systemd: string;
    readonly unit: HostFile;
    readonly wrapper: HostFile;
    /** Sha256 of /usr/lib/coreos/kubelet-wrapper, or `absent`. */
    readonly hostWrapper: string;
    readonly links: readonly string[];
    readonly service: Service;
    /** As they lie on the disk, in the order in which systemd reads them; those that it passes over are left out. */
    readonly dropIns: readonly DropIn[];
    readonly pod: Pod | undefined;
    readonly operation: LiveOperation | undefined;
    readonly record: HostRecord | undefined;
    readonly baseline: Baseline | undefined;
    readonly sources: Readonly<Record<string, SourceKind>>;
    /** Free under /var/lib; NaN where the host did not say. */
    readonly freeBytes: number;
    /** Whether the room that a rollback needs is reserved already. */
    readonly reserved: boolean;
    readonly rebootDue: readonly RebootSign[];
    /** User data of coreos-cloudinit that speaks of kubelet.service: paths on the host. */
    readonly cloudinit: readonly string[];
}

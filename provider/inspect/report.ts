import type { HostRecord, Pod, RebootSign } from "../plan/observed";

/**
 * What the provider sees on a host, in names that stay: what `--json` prints. Durations are seconds; null: there is none,
 * or the host did not say. Holds no value of a setting, a flag or a variable, but for KUBELET_VERSION.
 */
export interface Report {
    /** Whether its kubelet runs and is healthy, and why it is not. */
    readonly kubelet: { readonly healthy: boolean; readonly illness: string | null };
    readonly os: {
        readonly id: string;
        readonly version: string;
        readonly name: string;
        /** Whether it is older than 962.0.0, the first release with a kubelet-wrapper. */
        readonly before962: boolean;
        /** Whether a kubelet-wrapper of the OS is there. */
        readonly shipsWrapper: boolean;
    };
    readonly rkt: string | null;
    readonly systemd: string | null;
    /** Why no kubelet can run under this OS and its rkt; null: one can. */
    readonly misfit: string | null;
    readonly machineId: string;
    readonly uptimeSeconds: number | null;
    readonly wrapper: WrapperReport;
    readonly unit: UnitReport;
    readonly dropIns: readonly DropInReport[];
    /** Enablement links, relative to /etc/systemd/system. */
    readonly links: readonly string[];
    readonly service: ServiceReport;
    /** The image that really runs. */
    readonly pod: Pod | null;
    /** What /healthz answered; null: it was not asked. */
    readonly healthz: { readonly port: number; readonly said: string } | null;
    readonly record: RecordReport | null;
    /** What holds the host's lock now. */
    readonly operation: { readonly id: string; readonly owner: string | null; readonly seconds: number | null } | null;
    /** Why a reboot is due; empty: none is. */
    readonly rebootDue: readonly RebootSign[];
    /** User data that makes coreos-cloudinit write over the unit at each boot. */
    readonly cloudinit: readonly string[];
    /** Bytes that are free under /var/lib. */
    readonly freeBytes: number | null;
}

export interface ServiceReport {
    /** As systemd says it, such as `active` and `running`. */
    readonly active: string;
    readonly sub: string;
    readonly result: string;
    readonly pid: number | null;
    /** Exit status of the process before, where none runs. */
    readonly exitStatus: string | null;
    /** Since the newest start. */
    readonly startedSecondsAgo: number | null;
    /** Whether systemd has not read the unit or a drop-in since it changed. */
    readonly needsReload: boolean;
    /** Whether a drop-in changed, came or went after the start of the process that runs. */
    readonly needsRestart: boolean;
}

export interface RecordReport {
    readonly state: HostRecord["state"];
    readonly sequence: number;
    readonly operation: string;
    /** Why the last operation was rolled back. */
    readonly reason: string | null;
    /** What the rollback made of the old kubelet. */
    readonly oldKubelet: string | null;
    /** Null: no resource owns this host's kubelet. */
    readonly instance: string | null;
    readonly owner: string | null;
    readonly adopted: boolean;
    /** Images that we fetched and keep. */
    readonly images: readonly string[];
}

export interface WrapperReport {
    readonly path: string;
    /** Who puts it there: the OS, or we where the OS ships none. */
    readonly source: "host" | "uploaded";
    /** Its form by the release of the OS, `A` to `K` or `Flatcar`; `ours`. */
    readonly generation: string;
    /** `os`: the OS's; `ours`: as this release of the package writes it; `ours-other`: ours, changed or for another rkt. */
    readonly standing: "os" | "ours" | "ours-other" | "foreign" | "absent";
    /** Sha256, or what stands there instead of a file: `absent`, `link`, `folder`, `other`. */
    readonly hash: string;
    /** Whether one of ours lies in /opt/bin though the OS ships its own. */
    readonly leftOver: boolean;
}

/** `odd`: a link, a folder or no regular file; `elsewhere`: another folder of systemd has it. */
export type UnitStanding = "ours" | "foreign" | "absent" | "elsewhere" | "masked" | "odd";

export interface UnitReport {
    readonly path: string;
    readonly standing: UnitStanding;
    /** Sha256, or what stands there instead of a file: `absent`, `link`, `folder`, `other`. */
    readonly hash: string;
    /** Whether one of ours is as the record says that it was written; null: the record does not say, or it is armed. */
    readonly asRecorded: boolean | null;
    /** Whether its text says that this package wrote it. */
    readonly marked: boolean;
    /** KUBELET_VERSION as it sets that. */
    readonly version: string | null;
    /** Names of the settings that it makes. */
    readonly settings: readonly string[];
}

export interface DropInReport {
    readonly path: string;
    readonly hash: string;
    /** Names of the settings that it makes. */
    readonly settings: readonly string[];
    /** Names of settings and variables of the unit that it overrides. */
    readonly overrides: readonly string[];
}

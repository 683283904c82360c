import type { Connection } from "./connection";

/** What an operator asks of one host: the arguments, complete, every default filled in. Later rooms trust it. */
export interface Spec {
    readonly connection: Connection;
    /** KUBELET_VERSION, such as `v1.3.4_coreos.0`. */
    readonly version: string;
    readonly image: ImageSpec;
    readonly kubelet: KubeletSpec;
    readonly rkt: RktSpec;
    readonly unit: UnitSpec;
    readonly triggers: readonly unknown[];
    readonly health: HealthSpec;
    readonly timeouts: TimeoutsSpec;
    readonly onExisting: "refuse" | "adopt";
    readonly onPendingReboot: "refuse" | "wait" | "ignore";
    /** Undefined: `restore`, or `retain` for a unit that was adopted. */
    readonly onDelete: "restore" | "remove" | "retain" | undefined;
    readonly onVersionJump: "warn" | "refuse";
    /** The URN of the resource, our owner mark on the host; undefined where the program could not tell it. */
    readonly owner: string | undefined;
}

export interface ImageSpec {
    /** KUBELET_ACI; undefined: the wrapper's own default. May begin with `docker://`. */
    readonly repository: string | undefined;
    /** `keys-from-https` is rkt's --trust-keys-from-https, `insecure` its --insecure-options=image. */
    readonly trust: "keys-from-https" | "insecure";
}

export interface KubeletSpec {
    readonly apiServers: readonly string[];
    readonly kubeconfig: string | undefined;
    readonly podManifestPath: string | undefined;
    readonly hostnameOverride: string | undefined;
    readonly clusterDns: readonly string[];
    readonly clusterDomain: string | undefined;
    readonly nodeLabels: Readonly<Record<string, string>>;
    readonly registerNode: boolean | undefined;
    readonly allowPrivileged: boolean | undefined;
    readonly networkPlugin: string | undefined;
    readonly cniConfDir: string | undefined;
    readonly cniBinDir: string | undefined;
    readonly tlsCertFile: string | undefined;
    readonly tlsPrivateKeyFile: string | undefined;
    /** Every other flag, name (without dashes) to value; a list repeats the flag. */
    readonly flags: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface VolumeSpec {
    readonly name: string;
    readonly source: string;
    readonly target: string;
    readonly readOnly: boolean;
    readonly recursive: boolean;
}

export interface RktSpec {
    readonly hostDns: boolean;
    readonly iscsi: boolean;
    readonly containerLogs: boolean;
    readonly volumes: readonly VolumeSpec[];
    readonly setEnv: Readonly<Record<string, string>>;
    /** Raw RKT_OPTS text, split as the wrapper splits it: at white space, quotes mean nothing. */
    readonly options: string | undefined;
}

export interface UnitSpec {
    readonly description: string;
    readonly after: readonly string[];
    readonly wants: readonly string[];
    readonly requires: readonly string[];
    readonly wantedBy: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    /** Whole command lines, as systemd reads them after `ExecStartPre=`, specifiers and all. */
    readonly execStartPre: readonly string[];
    readonly restart: "no" | "always" | "on-success" | "on-failure" | "on-abnormal" | "on-abort" | "on-watchdog";
    /** Seconds. */
    readonly restartSec: number;
}

export interface HealthSpec {
    /** Port of /healthz on 127.0.0.1; false: healthz is not asked. */
    readonly port: number | false;
    /** Seconds. */
    readonly minReadySeconds: number;
    /** Seconds. */
    readonly progressDeadlineSeconds: number;
}

/** Seconds, each. */
export interface TimeoutsSpec {
    readonly connect: number;
    readonly fetch: number;
    readonly operation: number;
}

import type { ConnectionArgs } from "./connection";

/** Where the kubelet's image comes from. A change restarts the kubelet. */
export interface ImageInputs {
    /**
     * Repository of the image (`KUBELET_ACI`), such as `docker://quay.io/coreos/hyperkube`. Default: the wrapper's own, which
     * rkt can fetch with `docker://` only. Upstream's images need `unit.environment.KUBELET_IMAGE_ARGS` from Kubernetes 1.17 on.
     */
    readonly repository?: string;
    /**
     * How the image is trusted: `keys-from-https` takes the signing key from the repository's host, `insecure` checks no
     * signature. Default `keys-from-https`; `docker://` images carry no signature: for them `insecure`, and nothing else.
     */
    readonly trust?: "keys-from-https" | "insecure";
}

/** A folder or file of the host inside the kubelet's pod. A change restarts the kubelet. */
export interface VolumeInputs {
    /** Of a-z, 0-9 and inner dashes; unique. */
    readonly name: string;
    /** Absolute path on the host; it must exist there. */
    readonly source: string;
    /** Absolute path inside the pod; unique, and none of the wrapper's own. */
    readonly target: string;
    /** Whether the pod may only read it. Default false. */
    readonly readOnly?: boolean;
    /** Whether it brings what is mounted below the source too. Default false. Rkt before 1.13 refuses it, before 1.15 it does nothing. */
    readonly recursive?: boolean;
}

/** What `rkt run` gets besides the wrapper's own options (`RKT_OPTS`). A change restarts the kubelet. */
export interface RktInputs {
    /** Whether the host's /etc/resolv.conf is inside the pod. Default false. */
    readonly hostDns?: boolean;
    /** Whether the host's /usr/sbin/iscsiadm is inside the pod, for iSCSI volumes. Default false. Needs CoreOS 1024.0.0 or newer. */
    readonly iscsi?: boolean;
    /** Whether the host's /var/log is inside the pod, so that container logs can be exported. Default false. */
    readonly containerLogs?: boolean;
    /** Volumes of your own. Default none. */
    readonly volumes?: readonly VolumeInputs[];
    /** Environment of the kubelet itself (the unit's does not reach it). No white space in values. Default none. */
    readonly setEnv?: Readonly<Record<string, string>>;
    /**
     * Further options as one text, split at white space; quotes mean nothing. Default none. Options that no rkt takes are
     * refused in the preview, those that the host's rkt or wrapper does not take before the host is touched.
     */
    readonly options?: string;
}

/** The rest of kubelet.service. */
export interface UnitInputs {
    /** What systemd calls it. Default `Kubernetes kubelet`. A change reloads systemd only. */
    readonly description?: string;
    /** Units to start after. Default `["network-online.target"]`. A change reloads systemd only. */
    readonly after?: readonly string[];
    /** Units to start with it, whether or not they can be. Default `["network-online.target"]`. A change reloads systemd only. */
    readonly wants?: readonly string[];
    /** Units without which it does not run. Default none. A change reloads systemd only. */
    readonly requires?: readonly string[];
    /** Targets that start the kubelet at boot. Default `["multi-user.target"]`. A change moves the links, without a restart. */
    readonly wantedBy?: readonly string[];
    /**
     * Environment of the wrapper; the kubelet's own is `rkt.setEnv`. Variables that other arguments write, such as
     * `KUBELET_VERSION`, are refused. Default none. A change restarts the kubelet.
     */
    readonly environment?: Readonly<Record<string, string>>;
    /** Whole command lines to run before the kubelet, in systemd's syntax. Default none. A change restarts the kubelet. */
    readonly execStartPre?: readonly string[];
    /** On which exits systemd starts it again (`Restart=`). Default `always`. A change reloads systemd only. */
    readonly restart?: "no" | "always" | "on-success" | "on-failure" | "on-abnormal" | "on-abort" | "on-watchdog";
    /** Seconds between an exit and the next start, 0 to a day, in steps of 0.001. Default 10. A change reloads systemd only. */
    readonly restartSec?: number;
}

/** When the new kubelet counts as healthy. A change alone does nothing on the host, which is not dialled. */
export interface HealthInputs {
    /** Port of /healthz on the host's 127.0.0.1, 1 to 65535; false: it is not asked. Default 10248. */
    readonly port?: number | false;
    /**
     * Seconds that it must stay healthy, 0 to a day, in steps of 0.001. Default `unit.restartSec` + 5. A value that is not
     * above `unit.restartSec` is warned of: a kubelet that crashes could pass.
     */
    readonly minReadySeconds?: number;
    /**
     * Seconds within which it must have stayed healthy that long, the fetch of its image not counted; else it is rolled
     * back. Above 0, up to a day, not below `minReadySeconds`. Default 300.
     */
    readonly progressDeadlineSeconds?: number;
}

/** How long things may take, in seconds: above 0, up to a day. A change alone does nothing on the host, which is not dialled. */
export interface TimeoutsInputs {
    /** One log-in with all its dials, and the wait for its turn where more than 8 want to log in to one server. Default 120. */
    readonly connect?: number;
    /** `rkt fetch` of an image. Default 900. */
    readonly fetch?: number;
    /** Everything about one host in one `pulumi up`. Default 1800. */
    readonly operation?: number;
}

/** The arguments of a KubeletService. */
export interface KubeletServiceInputs {
    /** How to log in to the host. `host` and `port`: a change replaces the resource; the rest: a log-in, nothing on the host. */
    readonly connection: ConnectionArgs;
    /**
     * Version of the kubelet: the tag of its image (`KUBELET_VERSION`), such as `v1.3.4_coreos.0`. A change restarts it; the
     * preview says what it means for each flag in use.
     */
    readonly version: string;
    /** Where its image comes from. Default: where the wrapper takes it from. A change restarts the kubelet. */
    readonly image?: ImageInputs;
    /** `--api-servers`: URL, or several. Default none. Gone since Kubernetes 1.8. A change restarts the kubelet. */
    readonly apiServers?: string | readonly string[];
    /** `--kubeconfig`: absolute path on the host. Default none. A change restarts the kubelet. */
    readonly kubeconfig?: string;
    /**
     * Folder of static pods, made if absent: `--config` up to Kubernetes 1.3, `--pod-manifest-path` after. Default
     * `/etc/kubernetes/manifests`; "" leaves it out. A change restarts the kubelet.
     */
    readonly podManifestPath?: string;
    /** `--hostname-override`. Default none. A change restarts the kubelet. */
    readonly hostnameOverride?: string;
    /** `--cluster-dns`: address, or several. Default none. A change restarts the kubelet. */
    readonly clusterDns?: string | readonly string[];
    /** `--cluster-domain`. Default none. A change restarts the kubelet. */
    readonly clusterDomain?: string;
    /** `--node-labels`, as Kubernetes spells names and values of labels. Default none. A change restarts the kubelet. */
    readonly nodeLabels?: Readonly<Record<string, string>>;
    /** `--register-node`. Default: the kubelet's. A change restarts it. */
    readonly registerNode?: boolean;
    /** `--allow-privileged`. Default: the kubelet's. Gone since Kubernetes 1.15. A change restarts it. */
    readonly allowPrivileged?: boolean;
    /** `--network-plugin`. Default none. A change restarts the kubelet. */
    readonly networkPlugin?: string;
    /** `--cni-conf-dir`: absolute path. Default none. A change restarts the kubelet. */
    readonly cniConfDir?: string;
    /** `--cni-bin-dir`: absolute path. Default none. A change restarts the kubelet. */
    readonly cniBinDir?: string;
    /** `--tls-cert-file`: absolute path on the host. Default none. A change restarts the kubelet. */
    readonly tlsCertFile?: string;
    /** `--tls-private-key-file`: absolute path on the host. Default none. A change restarts the kubelet. */
    readonly tlsPrivateKeyFile?: string;
    /**
     * Every other flag, name without dashes to value; a list repeats the flag. Underscores count as dashes. A flag that the
     * wanted version does not know is refused, see docs/kubelet-flags.md. Default none. A change restarts the kubelet.
     */
    readonly flags?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
    /** What `rkt run` gets besides the wrapper's own options. Default: that of each field. A change restarts the kubelet. */
    readonly rkt?: RktInputs;
    /** The rest of kubelet.service. Default: that of each field, which also says what a change of it causes. */
    readonly unit?: UnitInputs;
    /**
     * Any values but assets and archives: give a hash of their content. A change restarts the kubelet, such as for files
     * that it reads and we do not place. Default none.
     */
    readonly triggers?: readonly unknown[];
    /**
     * When the new kubelet counts as healthy. Default: that of each field. A change alone does nothing on the host, which is
     * not dialled.
     */
    readonly health?: HealthInputs;
    /** How long things may take. Default: that of each field. A change alone does nothing on the host, which is not dialled. */
    readonly timeouts?: TimeoutsInputs;
    /** A kubelet.service that is not ours: `refuse` fails, `adopt` takes it over. Default `refuse`. A change alone does nothing on the host. */
    readonly onExisting?: "refuse" | "adopt";
    /**
     * A host that is due for a reboot, for an update of the OS or otherwise: a change that would restart its kubelet is
     * refused, or waits within `timeouts.operation` until the host has rebooted, or is made all the same. Default
     * `refuse`. A change alone does nothing on the host, which is not dialled.
     */
    readonly onPendingReboot?: "refuse" | "wait" | "ignore";
    /**
     * What delete does: `restore` what was there before, `remove` the kubelet, `retain` it without dialling. Default
     * `restore`, for an adopted unit `retain`. A change alone does nothing on the host, which is not dialled.
     */
    readonly onDelete?: "restore" | "remove" | "retain";
    /**
     * A change of `version` that goes back, or over more than one minor of Kubernetes: `warn` says so, `refuse` fails in the
     * preview already. Default `warn`. A change alone does nothing on the host, which is not dialled.
     */
    readonly onVersionJump?: "warn" | "refuse";
    /**
     * The resource's own URN, our owner mark on the host. Set by the constructor.
     *
     * @internal
     */
    readonly owner?: string;
    /**
     * The unit as it would be on a host that ships the wrapper, so that a preview shows its difference. Set by check.
     *
     * @internal
     */
    readonly unitText?: string;
    /**
     * The provider's own text. Set by Pulumi.
     *
     * @internal
     */
    readonly __provider?: string;
}

/** Inputs that no program gives: the resource, check and Pulumi set them. */
export const INTERNAL = ["owner", "unitText", "__provider"] as const satisfies readonly (keyof KubeletServiceInputs)[];

export function isInternal(name: string): boolean {
    return INTERNAL.some((internal) => internal === name);
}

/** Properties from the engine, trusted to be inputs: `failuresOf` found none, now or before they were stored. */
export function asInputs(properties: Readonly<Record<string, unknown>>): KubeletServiceInputs {
    return properties as unknown as KubeletServiceInputs;
}

/** Arguments whose values kubelet.service does not repeat. */
export const NOT_RENDERED: ReadonlySet<string> = new Set<keyof KubeletServiceInputs>([
    "connection",
    "health",
    "timeouts",
    "triggers",
    "onExisting",
    "onPendingReboot",
    "onDelete",
    "onVersionJump",
    ...INTERNAL,
]);

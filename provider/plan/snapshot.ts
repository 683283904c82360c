/** An enablement link in /etc/systemd/system, such as `multi-user.target.wants/kubelet.service`. */
export type Link = string;

/**
 * What our files and the kubelet's process are on a host at one moment. Apply is "go to the wanted one", rollback "go to
 * the one before", delete "go to the baseline".
 */
export interface Snapshot {
    /** Text of /etc/systemd/system/kubelet.service; undefined: absent. */
    readonly unit: string | undefined;
    /** Text of /opt/bin/kubelet-wrapper; undefined: absent. */
    readonly wrapper: string | undefined;
    /** Enablement links of kubelet.service, sorted. */
    readonly links: readonly Link[];
    /** Whether kubelet.service is to run. */
    readonly active: boolean;
}

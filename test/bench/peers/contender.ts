import type { Command } from "../../e2e/command";

/** What is asked of every contender: the kubelet of a version on all hosts at once, enabled, running, and seen to run. */
export interface Contender {
    readonly name: string;
    /** Whether it does the job; what does nothing shows what the rest costs. */
    readonly isIdle?: boolean;
    /** Makes ready for {@link Work.start}, which is what the clock is held on. */
    readonly bring: (version: string) => Promise<Work>;
    /** Gives back what it holds on this machine. */
    readonly dispose: () => Promise<void>;
}

export interface Work {
    readonly start: () => Command;
}

/** The unit that all but our own provider write; ours is of the same shape. */
export function unitOf(version: string): string {
    return `[Service]
Environment=KUBELET_VERSION=${version}
Environment=RKT_OPTS=--uuid-file-save=/var/cache/kubelet-pod.uuid
ExecStartPre=/usr/bin/mkdir -p /etc/kubernetes/manifests
ExecStartPre=-/usr/bin/rkt rm --uuid-file=/var/cache/kubelet-pod.uuid
ExecStart=/usr/lib/coreos/kubelet-wrapper --api-servers=http://127.0.0.1:8080 --config=/etc/kubernetes/manifests
ExecStop=-/usr/bin/rkt stop --uuid-file=/var/cache/kubelet-pod.uuid
Restart=always
RestartSec=10
[Install]
WantedBy=multi-user.target
`;
}

/** Repository that a wrapper takes by default, if need be by `docker://`. Source: coreos/coreos-overlay app-admin/kubelet-wrapper. */
export const DEFAULT_REPOSITORY = "quay.io/coreos/hyperkube";

/**
 * What a program imports from `pulumi-coreos-kubelet/ssh-config`: the `connection` that an ssh_config already describes.
 *
 * @module ssh-config
 */
export * from "../../../provider/ssh-config";

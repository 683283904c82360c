/**
 * What tests import from `pulumi-coreos-kubelet/testing`: a simulated CoreOS host.
 *
 * @module testing
 */
export * from "../../../provider/testing";

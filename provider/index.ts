export type { ConnectionArgs, HopArgs, KubeletServiceArgs } from "./kubelet-args";
export { KubeletService } from "./kubelet-service";
export type { LastChange } from "./spec/state";

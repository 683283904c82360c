export { KubeletService, type ConnectionArgs, type HopArgs, type KubeletServiceArgs } from "./kubelet-service";
export type { LastChange } from "./spec/state";

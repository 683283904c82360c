export type { ConnectionArgs, HopArgs, KubeletServiceArgs } from "./kubelet-args";
export { KubeletRollout } from "./kubelet-rollout";
export type { KubeletRolloutArgs, NodeConnectionArgs, RolloutNodeArgs } from "./kubelet-rollout-args";
export { KubeletService } from "./kubelet-service";
export type { Limit } from "./rollout/limit";
export type { NodeChange, NodeFailure, NodeWork } from "./rollout/node-change";
export type { NodeSummary, RolloutSummary } from "./rollout/summary";
export type { Wave } from "./rollout/waves";
export type { LastChange } from "./spec/state";

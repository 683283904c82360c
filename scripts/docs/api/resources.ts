/**
 * What a program imports from `pulumi-coreos-kubelet`. Arguments are told of as plain values: each may be an output instead, at
 * any depth. Those in `opts` are Pulumi's. The types that stand within an argument or an output are not exported: `ImageInputs`,
 * `RktInputs`, `VolumeInputs`, `UnitInputs`, `HealthInputs`, `TimeoutsInputs`, `NodeWork`, `Limit`, `Wave`.
 *
 * @module resources
 */
export { KubeletRollout, KubeletService } from "../../../provider";
export type { KubeletRolloutArgs, NodeConnectionArgs, RolloutNodeArgs } from "../../../provider";
export type { LastChange, NodeChange, NodeFailure, NodeSummary, RolloutSummary } from "../../../provider";
export type { Limit } from "../../../provider/rollout/limit";
export type { NodeWork } from "../../../provider/rollout/node-change";
export type { Wave } from "../../../provider/rollout/waves";
export type {
    HealthInputs,
    ImageInputs,
    KubeletServiceInputs,
    RktInputs,
    TimeoutsInputs,
    UnitInputs,
    VolumeInputs,
} from "../../../provider/spec/args";
export type { ConnectionArgs, HopArgs } from "../../../provider/spec/connection";
export type { Outputs } from "../../../provider/spec/state";

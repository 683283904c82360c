/** A simulated CoreOS host for tests: `pulumi-coreos-kubelet/testing`. */
export { simulatedHost } from "./host";
export type { SimulatedHost } from "./host";
export type {
    Behaviour,
    Counters,
    JournalEvent,
    KubeletStart,
    ScriptResult,
    SimulatedConnection,
    SimulatedHostOptions,
} from "./options";

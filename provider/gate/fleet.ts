import type { NodeWork } from "../rollout/node-change";
import type { Wave } from "../rollout/waves";

export type Properties = Readonly<Record<string, unknown>>;

/** `step` is shown while it lasts, `error` stays. */
export type Severity = "step" | "error";

/** A rollout as the program knows it. Where it knows nothing yet it says so, and never waits for what waits for us. */
export interface Fleet extends NodeWork {
    readonly waves: readonly Wave[];
    /** How many nodes may be without a kubelet at once. */
    readonly maxUnavailable: number;
    /** Seconds. */
    readonly soakSeconds: number;
    readonly prefetch: boolean;
    /** The arguments that the program gives a node; undefined: not known yet. */
    readonly wanted: (node: string) => Promise<Properties | undefined>;
    /**
     * The outputs by which a node that this run of `pulumi` is done with, changed or not, can be looked at; undefined: it is
     * not yet.
     */
    readonly done: (node: string) => Promise<Properties | undefined>;
    /** Tells the operator, beside the resource of that URN. */
    readonly tell: (severity: Severity, text: string, urn: string) => void;
}

/** An update of a node that the engine is about to make, or that failed. */
export interface Update {
    readonly node: string;
    readonly urn: string;
    /** Checked inputs. */
    readonly newInputs: Properties;
    /** Undefined: it is a create. */
    readonly oldOutputs: Properties | undefined;
}

/** What a roll is about to do to a node, or has done: its kubelet is restarted. */
export interface NodeChange {
    /** The node's name in the rollout. */
    readonly name: string;
    /** Address that the node is reached at. */
    readonly host: string;
    /** Tag of the kubelet's image before, by the state. */
    readonly oldVersion: string;
    /** Tag that is asked for; the same as before where something else changes. */
    readonly newVersion: string;
}

/** A node whose change failed, as it was looked at after. */
export interface NodeFailure extends NodeChange {
    /** Tag of the image that its kubelet runs now, `none` where no kubelet runs, or `unknown`. */
    readonly running: string;
    /** Whether the old kubelet runs again and is healthy, so that a node that was drained for the change can take pods again. */
    readonly isBack: boolean;
    /** What the operation said, newest first; of a change that did not come, why. */
    readonly errors: readonly string[];
}

/**
 * Work around each node that really restarts. Called once for each in a `pulumi up`, in the program's own process, never in
 * a preview. One that rejects stops the roll; the node counts as not started (`beforeNode`), or as changed (`afterNode`).
 * A change alone touches no host.
 */
export interface NodeWork {
    /** Before a node's kubelet is restarted, such as to drain it. Default nothing. */
    readonly beforeNode?: ((node: NodeChange) => Promise<void>) | undefined;
    /** After a node's new kubelet was proved healthy, such as to uncordon it. Default nothing. */
    readonly afterNode?: ((node: NodeChange) => Promise<void>) | undefined;
    /**
     * After a change failed for which `beforeNode` ran, or did not come because the roll stopped meanwhile; `isBack` tells
     * whether the old kubelet is. Default nothing.
     */
    readonly onNodeFailed?: ((failure: NodeFailure) => Promise<void>) | undefined;
}

import * as pulumi from "@pulumi/pulumi";
import type { KubeletServiceArgs } from "./kubelet-args";
import { nodeArgs, shapeOf, type KubeletRolloutArgs } from "./kubelet-rollout-args";
import { hooksOf, knownNow, tell, withHooks } from "./kubelet-rollout-hooks";
import { KubeletService } from "./kubelet-service";
import { limitOf } from "./rollout/limit";
import { summaryOf, summaryText, type RolloutSummary } from "./rollout/summary";
import { wavesOf, type Wave } from "./rollout/waves";

const TYPE = "pulumi-coreos-kubelet:index:KubeletRollout";

/**
 * The kubelets of a fleet, each a {@link KubeletService} named `ROLLOUT-NODE`, changed wave by wave: the roll stops at the
 * first node that fails, which rolls itself back, and the next `pulumi up` goes on from there.
 *
 * Before a wave that restarts kubelets, all finished nodes are looked at on their hosts. Creating keeps the order, and
 * looks at none. To depend on the rollout is to depend on all its nodes.
 */
export class KubeletRollout extends pulumi.ComponentResource {
    /** The resource of each node, by the node's name. */
    readonly nodes: Readonly<Record<string, KubeletService>>;
    /** Names of the nodes in the order in which they are changed, those of one wave side by side. */
    readonly waves: readonly Wave[];
    /** What a completed roll came to. After one that failed, Pulumi keeps the summary of the run before. */
    readonly summary: pulumi.Output<RolloutSummary>;
    /** The same as lines of text, a node each. */
    readonly summaryText: pulumi.Output<string>;

    /** @throws RunError that names each wrong argument of the roll, or the node whose kubelet the API server's version forbids. */
    constructor(name: string, args: KubeletRolloutArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const shape = shapeOf(name, args);
        const given = nodeArgs(name, args);
        super(TYPE, name, {}, opts);
        this.waves = wavesOf(shape);
        const nodes: Record<string, KubeletService> = {};
        const hooks = hooksOf(
            name,
            {
                ...{ waves: this.waves, maxUnavailable: limitOf(shape.maxUnavailable, shape.nodes.length) },
                ...{ soakSeconds: shape.soakSeconds, prefetch: args.prefetch ?? false, tell },
                ...{ beforeNode: args.beforeNode, afterNode: args.afterNode, onNodeFailed: args.onNodeFailed },
                wanted: (node) => knownNow(given.get(node)),
                done: (node) => knownNow(nodes[node] && lookedAtBy(nodes[node])),
            },
            (resource) => resource.slice(name.length + 1),
        );
        // One wave waits for the one before, and so for all.
        let before: readonly KubeletService[] = [];
        for (const wave of this.waves) {
            for (const node of wave) {
                const own = args.nodes[node]?.opts;
                const dependsOn = [opts.dependsOn, own?.dependsOn, ...before].filter((one) => one !== undefined);
                nodes[node] = new KubeletService(`${name}-${node}`, given.get(node) as KubeletServiceArgs, {
                    ...own,
                    parent: this,
                    // Lists in a list are followed, which the type does not tell.
                    dependsOn: dependsOn as pulumi.Input<pulumi.Resource>[],
                    hooks: withHooks(own?.hooks, hooks),
                });
            }
            before = wave.flatMap((node) => nodes[node] ?? []);
        }
        this.nodes = nodes;
        this.summary = pulumi
            .output(Object.fromEntries(Object.entries(nodes).map(([node, service]) => [node, toldBy(service)])))
            .apply((outputs) => summaryOf(outputs, this.waves));
        this.summaryText = this.summary.apply(summaryText);
        this.registerOutputs();
    }
}

/** Outputs of a node by which a gate looks at it. */
function lookedAtBy({ version, runningVersion, hostKey, connection, health, timeouts }: KubeletService) {
    return { version, runningVersion, hostKey, connection, health, timeouts };
}

/** Outputs of a node that the summary is made of. None is secret. */
function toldBy({ version, runningVersion, lastChange }: KubeletService) {
    return { version, runningVersion, lastChange };
}

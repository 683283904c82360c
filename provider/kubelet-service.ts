import * as pulumi from "@pulumi/pulumi";
import type { KubeletServiceArgs } from "./kubelet-args";
import { propertiesOf, TOKEN, TYPE } from "./kubelet-properties";
import { provider } from "./provider";
import type { KubeletServiceInputs } from "./spec/args";
import type { Outputs } from "./spec/state";

type Argument<Key extends keyof KubeletServiceInputs> = pulumi.Output<KubeletServiceInputs[Key]>;
type Told<Key extends keyof Outputs> = pulumi.Output<Outputs[Key]>;

/**
 * The kubelet on one CoreOS host: `pulumi up` puts it there and upgrades it in place; a version that does not get healthy
 * is rolled back on the host itself. Deleting gives back what was there before.
 *
 * Another `connection.host` or `connection.port` replaces the resource, the new one first; leave `deleteBeforeReplace`
 * unset. Pulumi does not hand `import`, `customTimeouts` and `replaceOnChanges` to resources of this kind.
 *
 * Its arguments are outputs of the same names, as they were given, without defaults.
 */
export class KubeletService extends pulumi.dynamic.Resource {
    // The arguments as they were given, without defaults.
    declare readonly connection: Argument<"connection">;
    /** Tag of the kubelet's image. After a refresh: the one that the host's unit names. */
    declare readonly version: Argument<"version">;
    declare readonly image: Argument<"image">;
    declare readonly apiServers: Argument<"apiServers">;
    declare readonly kubeconfig: Argument<"kubeconfig">;
    declare readonly podManifestPath: Argument<"podManifestPath">;
    declare readonly hostnameOverride: Argument<"hostnameOverride">;
    declare readonly clusterDns: Argument<"clusterDns">;
    declare readonly clusterDomain: Argument<"clusterDomain">;
    declare readonly nodeLabels: Argument<"nodeLabels">;
    declare readonly registerNode: Argument<"registerNode">;
    declare readonly allowPrivileged: Argument<"allowPrivileged">;
    declare readonly networkPlugin: Argument<"networkPlugin">;
    declare readonly cniConfDir: Argument<"cniConfDir">;
    declare readonly cniBinDir: Argument<"cniBinDir">;
    declare readonly tlsCertFile: Argument<"tlsCertFile">;
    declare readonly tlsPrivateKeyFile: Argument<"tlsPrivateKeyFile">;
    declare readonly flags: Argument<"flags">;
    declare readonly rkt: Argument<"rkt">;
    declare readonly unit: Argument<"unit">;
    declare readonly triggers: Argument<"triggers">;
    declare readonly health: Argument<"health">;
    declare readonly timeouts: Argument<"timeouts">;
    declare readonly onExisting: Argument<"onExisting">;
    declare readonly onPendingReboot: Argument<"onPendingReboot">;
    declare readonly onDelete: Argument<"onDelete">;
    declare readonly onVersionJump: Argument<"onVersionJump">;

    /** kubelet.service as the host has it; secret exactly when an argument in it is. */
    declare readonly unitText: Told<"unitText">;
    /** Path of the kubelet-wrapper that the unit starts. */
    declare readonly wrapperPath: Told<"wrapperPath">;
    /** `host`: the OS ships the wrapper; `uploaded`: it is ours. */
    declare readonly wrapperSource: Told<"wrapperSource">;
    /** Beginning of the sha256 of the wrapper that the last look found. */
    declare readonly wrapperHash: Told<"wrapperHash">;
    /** ID of the host's os-release: `coreos` or `flatcar`. */
    declare readonly osId: Told<"osId">;
    /** Release of the host's OS, such as `1185.3.0`. */
    declare readonly osVersion: Told<"osVersion">;
    /** What the host's rkt says of itself, such as `1.14.0`. */
    declare readonly rktVersion: Told<"rktVersion">;
    /** The host's /etc/machine-id: another one at the same address is another machine. */
    declare readonly machineId: Told<"machineId">;
    /** The host key that the host showed, which later log-ins must see again. */
    declare readonly hostKey: Told<"hostKey">;
    /** Token of this resource's life, written on the host: delete touches only what carries it. */
    declare readonly instance: Told<"instance">;
    /** The resource's own URN, its owner mark on the host. */
    declare readonly owner: Told<"owner">;
    /** Whether it took over a kubelet.service that was there before. */
    declare readonly adopted: Told<"adopted">;
    /** Tag of the image that the running pod is of, or `unknown`. */
    declare readonly runningVersion: Told<"runningVersion">;
    /** What the last refresh found changed on the host, each by name. */
    declare readonly drift: Told<"drift">;
    /** Drop-ins of others for kubelet.service as the last apply found them: path to a short keyed digest of what each says. */
    declare readonly dropIns: Told<"dropIns">;
    /** What the last operation did to the host, and how long it took. */
    declare readonly lastChange: Told<"lastChange">;
    /** The shape of the stored state, by which later releases read it. */
    declare readonly schemaVersion: Told<"schemaVersion">;

    constructor(name: string, args: KubeletServiceArgs, opts: pulumi.CustomResourceOptions = {}) {
        const properties = propertiesOf(name, args, opts);
        const limit = Error.stackTraceLimit;
        const trace = (frames: number): void => void (Error.stackTraceLimit = frames);
        // The SDK takes four stack traces for each property, for a report of leaked promises that few ever ask for: of a
        // program with many nodes they were two thirds of the time.
        trace(process.env["PULUMI_DEBUG_PROMISE_LEAKS"] === undefined ? 0 : limit);
        try {
            super(provider, name, properties, opts, "coreos", TYPE);
        } catch (error) {
            trace(limit);
            if (error instanceof Error) Error.captureStackTrace(error, KubeletService);
            throw error;
        } finally {
            trace(limit);
        }
    }

    /** Whether a value is a KubeletService, of any copy of this package. */
    static override isInstance(value: unknown): value is KubeletService {
        return pulumi.CustomResource.isInstance(value) && (value as { __pulumiType?: unknown }).__pulumiType === TOKEN;
    }
}

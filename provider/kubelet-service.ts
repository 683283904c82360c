import * as pulumi from "@pulumi/pulumi";
import { provider } from "./provider";
import type { KubeletServiceInputs } from "./spec/args";
import type { ConnectionArgs as Connection, HopArgs as Hop } from "./spec/connection";
import type { LastChange } from "./spec/state";

/** A value or an output of it, at every depth. */
type Inputs<T> = T extends string | number | boolean
    ? pulumi.Input<T>
    : T extends readonly (infer Item)[]
      ? pulumi.Input<readonly Inputs<Item>[]>
      : T extends object
        ? pulumi.Input<{ readonly [Key in keyof T]: Inputs<T[Key]> }>
        : pulumi.Input<T>;

type Args<T> = { readonly [Key in keyof T]: Inputs<T[Key]> };

/** How to reach a jump host; see {@link ConnectionArgs}. */
export type HopArgs = Args<Hop>;

/** How to log in to a host. Accepts a `remote.ConnectionArgs` of @pulumi/command as it is. */
export type ConnectionArgs = Args<Connection>;

/** The arguments of a {@link KubeletService}. */
export type KubeletServiceArgs = Args<Omit<KubeletServiceInputs, "owner" | "unitText">>;

const TYPE = "KubeletService";
const TOKEN = `pulumi-nodejs:dynamic/coreos:${TYPE}`;

/**
 * The kubelet on one CoreOS host: `pulumi up` puts it there and upgrades it in place; a version that does not get healthy
 * is rolled back on the host itself. Deleting gives back what was there before.
 */
export class KubeletService extends pulumi.dynamic.Resource {
    /** Tag of the kubelet's image. After a refresh: the one that the host's unit names. */
    declare readonly version: pulumi.Output<string>;
    /** kubelet.service as the host has it; secret exactly when an argument in it is. */
    declare readonly unitText: pulumi.Output<string>;
    declare readonly wrapperPath: pulumi.Output<string>;
    /** `host`: the OS ships the wrapper; `uploaded`: it is ours. */
    declare readonly wrapperSource: pulumi.Output<"host" | "uploaded">;
    declare readonly osId: pulumi.Output<string>;
    declare readonly osVersion: pulumi.Output<string>;
    declare readonly rktVersion: pulumi.Output<string>;
    declare readonly machineId: pulumi.Output<string>;
    /** The host key that the host showed, which later log-ins must see again. */
    declare readonly hostKey: pulumi.Output<string>;
    declare readonly instance: pulumi.Output<string>;
    declare readonly adopted: pulumi.Output<boolean>;
    /** Tag of the image that the running pod is of, or `unknown`. */
    declare readonly runningVersion: pulumi.Output<string>;
    /** What the last refresh found changed on the host, each by name. */
    declare readonly drift: pulumi.Output<readonly string[]>;
    declare readonly lastChange: pulumi.Output<LastChange>;
    declare readonly schemaVersion: pulumi.Output<number>;

    constructor(name: string, args: KubeletServiceArgs, opts: pulumi.CustomResourceOptions = {}) {
        super(provider, name, propertiesOf(name, args, opts), opts, "coreos", TYPE);
    }
}

/** The outputs that are no arguments: a resource has an output for each property that it was given, even undefined. */
const OUTPUTS = {
    wrapperPath: undefined,
    wrapperSource: undefined,
    osId: undefined,
    osVersion: undefined,
    rktVersion: undefined,
    machineId: undefined,
    hostKey: undefined,
    instance: undefined,
    adopted: undefined,
    runningVersion: undefined,
    drift: undefined,
    lastChange: undefined,
    schemaVersion: undefined,
};

/** Arguments that kubelet.service does not repeat. */
const NOT_RENDERED: ReadonlySet<string> = new Set<keyof KubeletServiceArgs>([
    "connection",
    "health",
    "timeouts",
    "triggers",
    "onExisting",
    "onDelete",
]);

function propertiesOf(name: string, args: KubeletServiceArgs, opts: pulumi.CustomResourceOptions): pulumi.Inputs {
    const rendered = Object.entries(args).filter(([key]) => !NOT_RENDERED.has(key));
    return {
        ...args,
        ...OUTPUTS,
        connection: pulumi.output(args.connection).apply(withSecrets),
        // The text repeats these arguments: made of them, it is secret exactly when one of them is. Check fills it in.
        unitText: pulumi.all(Object.fromEntries(rendered)).apply(() => ""),
        owner: urnOf(name, opts.parent),
    };
}

/** Marks what nobody may read, whether or not the program did. */
function withSecrets({ proxy, ...target }: pulumi.Unwrap<ConnectionArgs>): pulumi.Inputs {
    const hops = Array.isArray(proxy) ? proxy.map(hopWithSecrets) : proxy && hopWithSecrets(proxy as Hop);
    return { ...hopWithSecrets(target), ...(hops && { proxy: hops }) };
}

function hopWithSecrets(hop: Hop): pulumi.Inputs {
    const secret = (key: "password" | "privateKey" | "privateKeyPassword"): pulumi.Inputs =>
        hop[key] === undefined ? {} : { [key]: pulumi.secret(hop[key]) };
    return { ...hop, ...secret("password"), ...secret("privateKey"), ...secret("privateKeyPassword") };
}

/**
 * The URN that the resource will have. Under a parent it is made from the parent's URN without depending on the parent:
 * a component waits for its children, and would wait for ever.
 */
function urnOf(name: string, parent: pulumi.Resource | undefined): pulumi.Output<string> | undefined {
    if (parent === undefined) return pulumi.createUrn(name, TOKEN);
    const { urn } = parent as { urn: pulumi.Output<string> & { promise?: () => Promise<string> } };
    if (typeof urn.promise !== "function") return undefined;
    return pulumi.createUrn(name, TOKEN, pulumi.output(urn.promise()));
}

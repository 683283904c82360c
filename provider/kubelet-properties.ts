import * as pulumi from "@pulumi/pulumi";
import type { KubeletServiceArgs } from "./kubelet-args";
import { NOT_RENDERED } from "./spec/args";
import { ARGUMENT_NAMES } from "./spec/schema";
import { OUTPUT_NAMES } from "./spec/state";

export const TYPE = "KubeletService";
export const TOKEN = `pulumi-nodejs:dynamic/coreos:${TYPE}`;

/** What is registered for a KubeletService: a copy of its arguments, secrets marked, and a place for each output. */
export function propertiesOf(
    name: string,
    args: KubeletServiceArgs,
    { parent }: pulumi.CustomResourceOptions,
): pulumi.Inputs {
    const rendered = Object.entries(args).filter(([key]) => !NOT_RENDERED.has(key));
    return {
        // A resource has an output for each property that it was given, even undefined.
        ...Object.fromEntries([...ARGUMENT_NAMES, ...OUTPUT_NAMES].map((key) => [key, undefined])),
        ...args,
        connection: withSecrets(args.connection, targetWithSecrets),
        // The text repeats these arguments: made of them, it is secret exactly when one of them is. Check fills it in.
        unitText: pulumi.all(Object.fromEntries(rendered)).apply(() => ""),
        owner: urnOf(name, parent),
    };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Marks what nobody may read, whether or not the program did. Field by field, in outputs too: the others
 * then stay readable in previews, and known where one of them is not.
 */
function withSecrets(value: unknown, mark: (fields: Fields) => Fields): unknown {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
        return pulumi.output(value as pulumi.Input<string | Fields>).apply((known) => withSecrets(known, mark));
    }
    if (Array.isArray(value)) return value.map((item) => withSecrets(item, mark));
    return typeof value === "object" && value !== null ? mark(value as Fields) : value;
}

const SECRET: ReadonlySet<string> = new Set(["password", "privateKey", "privateKeyPassword", "sudoPassword"]);

function targetWithSecrets({ proxy, ...target }: Fields): Fields {
    return { ...hopWithSecrets(target), ...(proxy !== undefined && { proxy: withSecrets(proxy, hopWithSecrets) }) };
}

function hopWithSecrets(hop: Fields): Fields {
    return Object.fromEntries(
        Object.entries(hop).map(([key, value]) => [
            key,
            SECRET.has(key) && value !== undefined ? pulumi.secret(value) : value,
        ]),
    );
}

/**
 * The URN that the resource will have. Under a parent it is made from the parent's URN without depending on the parent:
 * a component waits for its children, and would wait for ever. Undefined where the SDK does not give it that way.
 */
function urnOf(name: string, parent: pulumi.Resource | undefined): pulumi.Output<string> | undefined {
    if (parent === undefined) return pulumi.createUrn(name, TOKEN);
    const { urn } = parent as { urn: pulumi.Output<string> & { promise?: () => Promise<string> } };
    if (typeof urn.promise !== "function") return undefined;
    return pulumi.createUrn(name, TOKEN, pulumi.output(urn.promise()));
}

import type * as pulumi from "@pulumi/pulumi";
import type { INTERNAL, KubeletServiceInputs } from "./spec/args";
import type { ConnectionArgs as Connection, HopArgs as Hop } from "./spec/connection";

/** What may be an output at every depth; a field that may be left out may also be, or become, undefined. */
type Args<T> = { readonly [Key in keyof T]: pulumi.Input<Inside<T[Key]> | Absent<T, Key>> };

type Inside<T> = T extends string | number | boolean
    ? T
    : T extends readonly (infer Item)[]
      ? readonly pulumi.Input<Inside<Item>>[]
      : T extends object
        ? Args<T>
        : T;

type Absent<T, Key extends keyof T> = Partial<Pick<T, Key>> extends Pick<T, Key> ? undefined : never;

// Each of these declares a member of its own: without one, errors would call it by the type that it extends.

/** How to reach a jump host; see {@link ConnectionArgs}. */
export interface HopArgs extends Args<Hop> {
    readonly host: pulumi.Input<string>;
}

/** How to log in to a host. Accepts a `remote.ConnectionArgs` of @pulumi/command as it is. */
export interface ConnectionArgs extends Args<Connection> {
    readonly host: pulumi.Input<string>;
}

/** The arguments of a KubeletService. */
export interface KubeletServiceArgs extends Args<Omit<KubeletServiceInputs, (typeof INTERNAL)[number]>> {
    readonly connection: pulumi.Input<ConnectionArgs>;
    readonly version: pulumi.Input<string>;
}

import type * as pulumi from "@pulumi/pulumi";
import type { KubeletServiceInputs } from "./spec/args";
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

/** How to reach a jump host; see {@link ConnectionArgs}. */
export type HopArgs = Args<Hop>;

/** How to log in to a host. Accepts a `remote.ConnectionArgs` of @pulumi/command as it is. */
export type ConnectionArgs = Args<Connection>;

/** The arguments of a KubeletService. */
export type KubeletServiceArgs = Args<Omit<KubeletServiceInputs, "owner" | "unitText" | "__provider">>;

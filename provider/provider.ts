import type { dynamic } from "@pulumi/pulumi";

declare const require: (name: string) => Runtime;

type Method = "check" | "diff" | "create" | "read" | "update" | "delete";

type Runtime = Readonly<Record<Method | "configure", (...args: readonly unknown[]) => unknown>>;

/**
 * The provider as it is written into every resource's state, twice. Frozen: a changed character would show as a change of
 * every resource, and state written years ago calls these names. All else is in ./runtime, whatever its release.
 *
 * The SDK calls configure before any other method. Written out here, each of the others would cost every resource 600
 * bytes of state; made there, they cost nothing. They are in place before the package is asked for: the SDK takes a
 * method that is missing for one that has nothing to do.
 */
export const provider = {
    configure(this: { -readonly [Name in Method]?: Runtime[Name] }, request: { readonly config: unknown }): unknown {
        for (const name of ["check", "diff", "create", "read", "update", "delete"] as const) {
            this[name] = (...args) => require("pulumi-coreos-kubelet/runtime")[name](...args);
        }
        return require("pulumi-coreos-kubelet/runtime").configure(request.config);
    },
} as unknown as dynamic.ResourceProvider;

// A program under Pulumi's mocks: what it registers, and what stands in an output or a secret.
import * as pulumi from "@pulumi/pulumi";

export type Fields = Record<string, unknown>;

/** The type of a KubeletService, as the engine spells it. */
export const KUBELET_SERVICE = "pulumi-nodejs:dynamic/coreos:KubeletService";

/** What was registered, by names of resources. */
export type Registered = ReadonlyMap<string, { readonly type: string; readonly inputs: Fields }>;

/** Begins a program; each resource of it gets its inputs as outputs, and what `told` says besides. */
export async function start(preview: boolean, told: (name: string) => Fields): Promise<Registered> {
    const registered = new Map<string, { readonly type: string; readonly inputs: Fields }>();
    const newResource = ({ type, name, inputs }: pulumi.runtime.MockResourceArgs): { id: string; state: Fields } => {
        registered.set(name, { type, inputs: inputs as Fields });
        return { id: `${name}-id`, state: { ...(inputs as Fields), ...told(name) } };
    };
    const call = ({ inputs }: pulumi.runtime.MockCallArgs): Fields => inputs as Fields;
    await pulumi.runtime.setMocks({ newResource, call }, "project", "stack", preview);
    return registered;
}

export const promiseOf = <T>(output: pulumi.Output<T>): Promise<T> =>
    new Promise((resolve) => {
        output.apply(resolve);
    });

/** The mark of a secret on its way to the engine. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

export const isSecret = (value: unknown): boolean => typeof value === "object" && value !== null && SIGNATURE in value;
export const inside = (value: unknown): unknown => (isSecret(value) ? (value as Fields)["value"] : value);

import * as pulumi from "@pulumi/pulumi";
import type { Fleet, Properties, Roll, Severity, Update } from "./gate";

/** The hooks that the children of a rollout share. Nothing of what they need is loaded before the engine calls one. */
export interface RolloutHooks {
    readonly beforeUpdate: pulumi.ResourceHook;
    readonly afterUpdate: pulumi.ResourceHook;
    readonly onError: pulumi.ErrorHook;
}

/** `nodeOf` gives the node that a resource's name stands for. Undefined under Pulumi's mocks, which call no hook. */
export function hooksOf(name: string, fleet: Fleet, nodeOf: (resource: string) => string): RolloutHooks | undefined {
    if (isMocked()) return undefined;
    let made: Promise<Roll> | undefined;
    const roll = (): Promise<Roll> => (made ??= import("./gate/index.js").then(({ Roll }) => new Roll(fleet)));
    const title = titleOf(name);
    const on =
        (act: (roll: Roll, update: Update) => Promise<void>) =>
        async (args: Called): Promise<void> =>
            act(await roll(), await updateOf(args, nodeOf(args.name)));
    return {
        beforeUpdate: new pulumi.ResourceHook(
            `${title}: gate`,
            on((roll, update) => roll.before(update)),
        ),
        afterUpdate: new pulumi.ResourceHook(
            `${title}: after a node`,
            on((roll, update) => roll.after(update)),
        ),
        onError: new pulumi.ErrorHook(`${title}: after a failure`, async (args) => {
            // Deletes come last, when the roll is over: they stop nothing.
            if (args.failedOperation !== "delete") {
                await on((roll, update) => roll.failed(update, args.errors))(args);
            }
            return false;
        }),
    };
}

/** Mocks say that they support hooks, and fail on the first: seen with @pulumi/pulumi 3.248 and 3.270. */
function isMocked(): boolean {
    const monitor: object | undefined = pulumi.runtime.getMonitor();
    return monitor !== undefined && "mocks" in monitor && !("registerResourceHook" in monitor);
}

/** A node's own hooks and ours. Ours come where no failure of theirs can leave a slot taken. */
export function withHooks(
    theirs: pulumi.ResourceHookBinding = {},
    ours: RolloutHooks | undefined,
): pulumi.ResourceHookBinding {
    if (ours === undefined) return theirs;
    const { beforeUpdate, afterUpdate, onError } = ours;
    return {
        ...theirs,
        beforeUpdate: [...(theirs.beforeUpdate ?? []), beforeUpdate],
        afterUpdate: [afterUpdate, ...(theirs.afterUpdate ?? [])],
        onError: [onError, ...(theirs.onError ?? [])],
    };
}

/** How often each title was given: two rollouts may have one name, below different parents, but no two hooks may. */
const titles = new Map<string, number>();

function titleOf(name: string): string {
    const title = `KubeletRollout ${name}`;
    const count = (titles.get(title) ?? 0) + 1;
    titles.set(title, count);
    return count === 1 ? title : `${title} (${count})`;
}

type Called = Pick<pulumi.ResourceHookArgs, "urn" | "name" | "newInputs" | "oldOutputs">;

async function updateOf({ urn, newInputs, oldOutputs }: Called, node: string): Promise<Update> {
    const [inputs, outputs] = await Promise.all([resolved(newInputs ?? {}), resolved(oldOutputs)]);
    return { node, urn, newInputs: inputs, oldOutputs: outputs };
}

/** A value with what is in its outputs, secrets too. Never settles while one of them does not, or is not known. */
function resolved<T>(value: T): Promise<T> {
    return new Promise((resolve) => {
        pulumi.output(value).apply((known) => resolve(known as T));
    });
}

/** The same as far as it is known by now: a value that waits for a later node must not be waited for. */
export function knownNow(value: unknown): Promise<Properties | undefined> {
    const later = new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
    return Promise.race([resolved(value) as Promise<Properties>, later]);
}

/** Tells the operator beside a resource. By its URN: a resource that is being updated does not know its own yet. */
export function tell(severity: Severity, text: string, urn: string): void {
    const resource = new pulumi.DependencyResource(urn);
    switch (severity) {
        case "step":
            void pulumi.log.info(text, resource, undefined, true);
            break;
        case "error":
            void pulumi.log.error(text, resource);
            break;
    }
}

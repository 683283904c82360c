import { asInputs } from "../spec/args";
import { specOf, stripped } from "../spec/defaults";
import { failuresOf } from "../spec/failures";
import type { Spec } from "../spec/spec";
import type { Fleet, Properties } from "./fleet";

/** How a node is reached, and what is asked of it. */
export interface Target {
    readonly spec: Spec;
    /** The host key that the state has pinned; undefined: the program cannot read it yet. */
    readonly pinned: string | undefined;
    /** Tag of the image that its kubelet was last seen to run, or `unknown`; undefined: this run is not done with it. */
    readonly version: string | undefined;
}

/**
 * What is known of a node; undefined: not enough, or its arguments are wrong, which its own check will tell. One that is
 * done is known by its outputs: a transform may have given it what the program does not say.
 */
export async function targetOf(fleet: Fleet, node: string): Promise<Target | undefined> {
    const outputs = await fleet.done(node);
    // One that --target left out before it was ever made has outputs, all of them undefined.
    if (outputs?.["connection"] !== undefined) {
        const { hostKey, runningVersion } = outputs as { readonly [Name in "hostKey" | "runningVersion"]?: string };
        return { spec: specOf(asInputs(outputs)), pinned: hostKey, version: runningVersion };
    }
    const wanted = await fleet.wanted(node);
    // The engine, too, leaves out what is undefined.
    const inputs = wanted === undefined ? undefined : (stripped(wanted) as Properties);
    if (inputs === undefined || failuresOf(inputs).length > 0) return undefined;
    return { spec: specOf(asInputs(inputs)), pinned: undefined, version: undefined };
}

/**
 * The same of a node that the roll may not have come to; undefined too where a look would not be safe: its host key may
 * be pinned in the state alone, which the program cannot read. A machine in its place learns nothing from a log-in by
 * key, but would from one by password, and from the password that sudo gets.
 */
export async function lookableOf(fleet: Fleet, node: string): Promise<Target | undefined> {
    const target = await targetOf(fleet, node);
    if (target === undefined) return undefined;
    const { hostKey, knownHosts, password, sudoPassword } = target.spec.connection;
    const isVouchedFor = hostKey !== undefined || knownHosts !== undefined || target.pinned !== undefined;
    const showsNothing = password === undefined && sudoPassword === undefined;
    return isVouchedFor || showsNothing ? target : undefined;
}

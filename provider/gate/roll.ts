import { HostError, plain } from "../errors";
import type { NodeChange, NodeFailure, NodeWork } from "../rollout/node-change";
import { positionText, type Running } from "../rollout/position";
import { specOf } from "../spec/defaults";
import { migrate } from "../spec/state";
import { aftermathOf } from "./aftermath";
import { downAmong } from "./down";
import type { Fleet, Update } from "./fleet";
import { proveFinished } from "./finished";
import { prefetch } from "./prefetch";
import { restartOf } from "./restart";
import { Slots } from "./slots";
import { positionOf, waveOf } from "./standing";

/** A rollout in one run of `pulumi up`: what the engine's hooks of all its nodes share. */
export class Roll {
    private readonly slots: Slots;
    private readonly gates = new Map<number, Promise<void>>();
    /** Nodes that hold a slot, until their change has ended. */
    private readonly changes = new Map<string, NodeChange>();
    private readonly changed = new Set<string>();
    private prefetched: Promise<void> | undefined;
    /** The node that failed first. */
    private stoppedBy: string | undefined;

    constructor(private readonly fleet: Fleet) {
        this.slots = new Slots(fleet.maxUnavailable);
    }

    /**
     * Before an update: returns at once if that restarts no kubelet; else when the gate of its wave is open, a slot is free
     * and `beforeNode` has done its work. Rejecting keeps the engine from the update, and stops the roll.
     */
    async before(update: Update): Promise<void> {
        try {
            const change = await restartOf(update);
            if (change === undefined) return;
            this.mustGoOn(change);
            await this.gateOf(update, change);
            await this.slots.take(change, () => this.mustGoOn(change));
            this.changes.set(change.name, change);
            await work("beforeNode", this.fleet.beforeNode, change, "Its kubelet was not touched");
            if (this.stoppedBy !== undefined) await this.comeBack(change, update.urn);
        } catch (error) {
            this.leave(update.node, false);
            if (this.stop(update.node)) await this.tellPosition(update, undefined);
            throw error;
        }
    }

    /** After an update that went well. */
    async after(update: Update): Promise<void> {
        const { node } = update;
        const change = this.changes.get(node);
        if (change === undefined) return;
        this.changed.add(node);
        try {
            await work(
                "afterNode",
                this.fleet.afterNode,
                change,
                "Its new kubelet runs; no later `pulumi up` does this work again",
            );
        } catch (error) {
            if (this.stop(node)) await this.tellPosition(update, "new");
            throw error;
        } finally {
            this.leave(node, true);
        }
    }

    /** After a create or an update that failed. Never rejects: the error of the operation is the one to be shown. */
    async failed(update: Update, errors: readonly string[]): Promise<void> {
        const { node, urn } = update;
        const change = this.changes.get(node);
        this.stop(node);
        const { running, version, isBack } = await aftermathOf(update);
        await this.tellPosition(update, running);
        if (change !== undefined) await this.tellProgram({ ...change, running: version, isBack, errors }, urn);
        this.leave(node, false);
    }

    /** The roll stopped while `beforeNode` was at work: what was drained for a change that does not come takes pods again. */
    private async comeBack(change: NodeChange, urn: string): Promise<never> {
        const error = this.stopped(change);
        await this.tellProgram({ ...change, running: change.oldVersion, isBack: true, errors: [error.message] }, urn);
        throw error;
    }

    /** Never rejects: another failure is the one to be shown. */
    private async tellProgram(failure: NodeFailure, urn: string): Promise<void> {
        try {
            await this.fleet.onNodeFailed?.(failure);
        } catch (error) {
            this.fleet.tell("error", `onNodeFailed failed for ${failure.name}: ${messageOf(error)}`, urn);
        }
    }

    /** One gate a wave: whoever comes first opens it, and tells why if it stays shut. */
    private gateOf(update: Update, change: NodeChange): Promise<void> {
        const wave = waveOf(this.fleet, update.node);
        const gate = this.gates.get(wave);
        if (gate !== undefined) return gate.catch(() => Promise.reject(this.stopped(change)));
        const opening = this.open(wave, update);
        this.gates.set(wave, opening);
        return opening;
    }

    private async open(wave: number, { urn, oldOutputs }: Update): Promise<void> {
        const { waves, tell } = this.fleet;
        const show = (text: string): void => tell("step", `wave ${wave + 1} of ${waves.length}: ${text}`, urn);
        const finished = waves.slice(0, wave).flat();
        const others = waves.slice(wave).flat();
        if (this.fleet.prefetch) await (this.prefetched ??= prefetch(this.fleet, others, show));
        if (finished.length > 0) show(`looking at what is finished (${finished.length})`);
        await proveFinished(this.fleet, finished, show);
        show(`looking at what is still to come (${others.length})`);
        const { port } = specOf(migrate(oldOutputs)).health;
        this.slots.see(await downAmong(this.fleet, others, port));
    }

    private mustGoOn(change: NodeChange): void {
        if (this.stoppedBy !== undefined) throw this.stopped(change);
    }

    private stopped({ name, host }: NodeChange): HostError {
        return new HostError({
            ...{ kind: "roll-stopped", host, step: "gate" },
            happened: `the roll stopped at ${this.stoppedBy ?? "another node"}, which tells why`,
            hostState: `Nothing was changed on ${name}`,
            next: "Mend the cause, then run `pulumi up` again",
        });
    }

    /** Whether this node is the first to fail. */
    private stop(node: string): boolean {
        const isFirst = this.stoppedBy === undefined;
        this.stoppedBy ??= node;
        this.slots.wake();
        return isFirst;
    }

    private leave(node: string, isWell: boolean): void {
        this.changes.delete(node);
        this.slots.free(node, isWell);
    }

    private async tellPosition(update: Update, running: Running | undefined): Promise<void> {
        const { node, urn, newInputs, oldOutputs } = update;
        const subject = oldOutputs?.["version"] === newInputs["version"] ? "arguments" : "version";
        const standing = { changing: new Set(this.changes.keys()), changed: this.changed };
        const position = await positionOf(this.fleet, node, standing);
        this.fleet.tell("error", positionText(position, subject, running), urn);
    }
}

/** What the program does around a node. */
async function work(name: string, act: NodeWork["beforeNode"], change: NodeChange, state: string): Promise<void> {
    try {
        await act?.(change);
    } catch (error) {
        throw new Error(`${name} failed for ${change.name}: ${messageOf(error)}. ${state}.`, { cause: error });
    }
}

function messageOf(error: unknown): string {
    return plain(error instanceof Error ? error.message : String(error));
}

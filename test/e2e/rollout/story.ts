// The story of one fleet under one stack, chapter by chapter.
import { beforeAll, expect } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { CLI_TIMEOUT, cliFolder } from "../cli";
import { type Command, type Ran } from "../command";
import type { Args } from "../kubelets";
import { stack, type Stack } from "../stack";
import { Fleet, nodeNames } from "./fleet";
import { callsOf, QUICK, rolloutProgram, type Call, type ProgramOptions } from "./program";
import { mostDown, outOfOrder, touchedBy, turnsOf, type Turn, type Waves } from "./record";

/** One command of the CLI, and what came of it. */
export interface Chapter {
    readonly ran: Ran;
    /** By node, how often somebody logged in. */
    readonly logins: Readonly<Record<string, number>>;
    readonly dials: number;
    readonly turns: readonly Turn[];
    /** How many nodes were down at the worst moment, those included that we made so. */
    readonly mostDown: number;
    readonly calls: readonly Call[];
}

/** Further arguments of `pulumi up`, what else the program does, and what is done while it runs. */
export interface Telling extends ProgramOptions {
    readonly args?: readonly string[];
    readonly meanwhile?: (up: Command, turns: () => readonly Turn[]) => Promise<void>;
}

export class Story {
    constructor(
        readonly fleet: Fleet,
        readonly stack: Stack,
        /** Arguments of every chapter. */
        readonly always: Args,
    ) {}

    /** `pulumi up` of a program with these arguments beside those of every chapter. */
    async up(more: Args, { args = [], meanwhile, ...options }: Telling = {}): Promise<Chapter> {
        await this.setProgram(more, options);
        const [since, logins, dials] = [Date.now(), this.fleet.logins(), this.fleet.dials()];
        const calls = (await callsOf(this.stack)).length;
        const up = this.stack.spawnUp({ args });
        const turns = (): readonly Turn[] => this.turnsSince(since);
        if (meanwhile !== undefined) await meanwhile(up, turns);
        const ran = await up.done;
        return {
            ran,
            logins: difference(this.fleet.logins(), logins),
            dials: this.fleet.dials() - dials,
            turns: turns(),
            mostDown: mostDown([...turns(), ...this.fleet.downOtherwise]),
            calls: (await callsOf(this.stack)).slice(calls),
        };
    }

    /** A program with these arguments beside those of every chapter. */
    async setProgram(more: Args, options: ProgramOptions = {}): Promise<void> {
        const { connection } = this.fleet;
        const given: Args = { ...QUICK, nodes: this.fleet.nodes(), ...this.always, ...more };
        const login = { ...connection, dialErrorLimit: 0, perDialTimeout: 2, ...(given["connection"] as object) };
        await this.stack.setProgram(rolloutProgram({ ...given, connection: login }, options));
    }

    turnsSince(since: number): readonly Turn[] {
        return turnsOf(this.fleet.moments()).filter(({ from }) => from >= since);
    }
}

/** A story that begins with so many hosts and an empty stack; both are gone when the tests of the file are over. */
export function story(count: number, always: Args): () => Story {
    let told: Story | undefined;
    beforeAll(cliFolder, CLI_TIMEOUT);
    beforeAll(async () => {
        const [fleet, made] = [new Fleet(), await stack({ program: "" })];
        told = new Story(fleet, made, always);
        await fleet.add(nodeNames(count));
        return async () => {
            await made.dispose();
            await fleet.stop();
        };
    }, 120_000);
    return () => {
        if (told === undefined) throw new Error("the story has not begun");
        return told;
    };
}

/** Waits for it; patiently, since a wave takes its time on a busy machine. */
export async function until(holds: () => boolean): Promise<void> {
    const end = Date.now() + 150_000;
    while (!holds()) {
        if (Date.now() > end) throw new Error(`it did not come about: ${String(holds)}`);
        await sleep(50);
    }
}

/** Whether all of these nodes have had their turn. */
export function areDone(turns: readonly Turn[], nodes: readonly string[]): boolean {
    return nodes.every((name) => turns.some(({ node, to }) => node === name && to < Infinity));
}

/** That just these nodes had a turn, one each, wave after wave, and never too many at once. */
export function expectTurns(
    { turns, mostDown: most }: Chapter,
    waves: Waves,
    touched: Waves,
    maxUnavailable: number,
): void {
    expect(touchedBy(turns, waves)).toEqual(touched);
    expect(outOfOrder(turns, waves)).toEqual([]);
    expect(most).toBeLessThanOrEqual(maxUnavailable);
}

/** By node, the value that it has; the first of these wins. */
export function each(...values: readonly (readonly [string, Waves])[]): Readonly<Record<string, string>> {
    const pairs = values.flatMap(([value, waves]) => waves.flat().map((name) => [name, value] as const));
    return Object.fromEntries([...pairs].reverse());
}

function difference(
    now: Readonly<Record<string, number>>,
    before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

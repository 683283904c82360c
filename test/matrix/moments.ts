// Moments in a step: commands of the programs before which an apply can be held, found by following one that nothing befalls.
import type { Bed } from "../hosts/bed.js";
import type { Reference } from "./cell";
import { release, trace, traced, type Place } from "../hosts/hold.js";
import { BEGINNINGS, type Beginning } from "./beginnings";
import { ageWrapper, hostOf, look, NEW, OLD } from "./host";
import { Scene } from "./scene";
import { ProviderStack } from "./stacks";
import { BACK, FORWARD, STRETCHES, type Step, type Stretch } from "./steps";

export interface Followed extends Reference {
    readonly moments: Readonly<Partial<Record<Step, readonly Place[]>>>;
}

/** Runs an apply from end to end, and tells what it leaves and by which commands it came there; and so for each beginning. */
export async function follow(bed: Bed): Promise<Followed> {
    const [plain, ...others] = await Promise.all([
        followOne(bed, "reference", FORWARD),
        ...BACK.map((step, index) => followOne(bed, `reference-${index}`, [step], BEGINNINGS[step])),
    ]);
    return { ...plain, moments: others.reduce((all, { moments }) => ({ ...all, ...moments }), plain.moments) };
}

async function followOne(bed: Bed, name: string, steps: readonly Step[], beginning?: Beginning): Promise<Followed> {
    const host = await hostOf(bed, name);
    const stack = new ProviderStack();
    const scene = new Scene(bed, host, stack, {});
    try {
        await stack.up(scene.args(OLD));
        await ageWrapper(host);
        await beginning?.prepare(scene);
        await trace(host, "@(bash -s|/bin/bash /run/pulumi-coreos-kubelet/*)");
        await stack.up(scene.args(NEW));
        await release(host);
        const programs = await traced(host);
        const { unit, wrapper } = await look(host);
        const moments = steps.map((step) => [step, STRETCHES[step].flatMap((stretch) => placesIn(stretch, programs))]);
        return { unit, wrapper, moments: Object.fromEntries(moments) as Followed["moments"] };
    } finally {
        await stack.dispose();
        await host.down();
    }
}

/** Commands that reach beyond their own shell: only between two of these does a fault find the host otherwise. */
const REACHES =
    /\b(mv|ln|rm|rmdir|mkdir|dd|cp|cat|sync|chmod|systemctl|systemd-analyze|rkt|timeout|flock|fallocate|df|curl|find|sleep|cmp|sha256sum|uname|readlink)\b|[^2]>{1,2} ?"/;

function placesIn(stretch: Stretch, programs: readonly (readonly string[])[]): readonly Place[] {
    const { program, from, to } = stretch;
    const first: Place = { program, command: from, skip: 0 };
    if (to === undefined) return [first];
    for (const commands of programs) {
        const begin = commands.findIndex((command) => matches(command, from));
        const end = commands.findIndex((command, index) => index > begin && matches(command, to));
        if (begin < 0 || end < 0) continue;
        const later = commands
            .slice(begin + 1, end)
            .flatMap((command, index) => (REACHES.test(command) ? [{ ...first, skip: index + 1 }] : []));
        // The number of commands differs a little from host to host: the last few may not come.
        return [first, ...later.slice(0, Math.ceil(later.length * 0.8))];
    }
    throw new Error(`no program goes from ${from} to ${to}`);
}

/** As bash matches it, for patterns that know no more than a star at the end. */
function matches(command: string, pattern: string): boolean {
    return pattern.endsWith("*") ? command.startsWith(pattern.slice(0, -1)) : command === pattern;
}

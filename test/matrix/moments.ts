// Moments in a step: commands of the programs before which an apply can be held, found by following one that nothing befalls.
import type { Bed } from "../hosts/bed.js";
import type { Reference } from "./cell";
import { release, trace, traced, type Place } from "../hosts/hold.js";
import { ageWrapper, argsFor, hostOf, look, NEW, OLD } from "./host";
import { ProviderStack } from "./stacks";
import { STEPS, STRETCHES, type Step, type Stretch } from "./steps";

export interface Followed extends Reference {
    readonly moments: Readonly<Record<Step, readonly Place[]>>;
}

/** Runs an apply from end to end, and tells what it leaves and by which commands it came there. */
export async function follow(bed: Bed): Promise<Followed> {
    const host = await hostOf(bed, "reference");
    const stack = new ProviderStack();
    try {
        await stack.up(argsFor(host, OLD));
        await ageWrapper(host);
        await trace(host, "@(bash -s|/bin/bash /run/pulumi-coreos-kubelet/*)");
        await stack.up(argsFor(host, NEW));
        await release(host);
        const programs = await traced(host);
        const { unit, wrapper } = await look(host);
        const steps = STEPS.map((step) => [step, STRETCHES[step].flatMap((stretch) => placesIn(stretch, programs))]);
        return { unit, wrapper, moments: Object.fromEntries(steps) as Followed["moments"] };
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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Slots } from "../../provider/gate/slots";
import type { NodeChange } from "../../provider/rollout/node-change";

const changeOf = (name: string): NodeChange => ({ name, host: `host of ${name}`, oldVersion: "v1", newVersion: "v2" });
const goOn = (): void => undefined;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("slots", () => {
    it("are never more than allowed, those of nodes that are down counted, and everybody gets one", async () => {
        const fleet = fc.record({
            wave: fc.uniqueArray(fc.nat(30).map(String), { minLength: 1, maxLength: 12 }),
            down: fc.uniqueArray(fc.nat(30).map(String), { maxLength: 4 }),
            more: fc.integer({ min: 1, max: 5 }),
        });
        await fc.assert(
            fc.asyncProperty(fleet, async ({ wave, down, more }) => {
                const most = down.length + more;
                const slots = new Slots(most);
                slots.see(new Map(down.map((name) => [name, "it cannot be reached"])));
                const [without, seen]: [Set<string>, number[]] = [new Set(down), []];
                const roll = async (name: string): Promise<void> => {
                    await slots.take(changeOf(name), goOn);
                    without.add(name);
                    seen.push(without.size);
                    await turn();
                    without.delete(name);
                    slots.free(name, true);
                };
                await Promise.all(wave.map(roll));
                expect(seen).toHaveLength(wave.length);
                expect(Math.max(...seen)).toBeLessThanOrEqual(most);
                // As many at once as may be: no slot stays free while somebody waits.
                const others = down.filter((name) => !wave.includes(name));
                if (others.length === down.length)
                    expect(Math.max(...seen)).toBe(Math.min(most, down.length + wave.length));
            }),
        );
    });

    it("are refused where none will ever be free, with who is down", async () => {
        const slots = new Slots(2);
        slots.see(new Map(["a", "b", "c"].map((name) => [name, `${name} is off`])));
        await expect(slots.take(changeOf("d"), goOn)).rejects.toThrow(
            "host of d: gate: without a healthy kubelet are a (a is off), and 2 more, and maxUnavailable allows 2 at once. Nothing was changed on d. Mend what is down, or raise maxUnavailable, then run `pulumi up` again.",
        );
    });

    it("who waits is asked anew whether it may start", async () => {
        const slots = new Slots(1);
        await slots.take(changeOf("a"), goOn);
        let isStopped = false;
        const waiting = slots.take(changeOf("b"), () => {
            if (isStopped) throw new Error("stopped");
        });
        isStopped = true;
        slots.wake();
        await expect(waiting).rejects.toThrow("stopped");
    });

    it("one that comes back sick leaves the node down, if it was", async () => {
        const slots = new Slots(1);
        slots.see(new Map([["a", "it is off"]]));
        await slots.take(changeOf("a"), goOn);
        slots.free("a", false);
        await expect(slots.take(changeOf("b"), goOn)).rejects.toThrow(/a \(it is off\)/);
    });
});

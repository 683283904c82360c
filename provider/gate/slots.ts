import { HostError } from "../errors";
import type { NodeChange } from "../rollout/node-change";
import type { Down } from "./down";

/**
 * Who may be without a kubelet: never more nodes at once than `most`, those that are down for another reason among them.
 */
export class Slots {
    private readonly taken = new Set<string>();
    private down = new Map<string, string>();
    private waiting: (() => void)[] = [];

    constructor(private readonly most: number) {}

    /** Nodes that are down for another reason than this roll, as seen now. */
    see(down: Down): void {
        this.down = new Map(down);
    }

    /**
     * Waits for a slot. `mayStart` throws where none is to be given any more.
     *
     * @throws HostError `too-many-down` where none would ever be free.
     */
    async take({ name, host }: NodeChange, mayStart: () => void): Promise<void> {
        for (;;) {
            mayStart();
            const others = new Set([...this.taken, ...this.down.keys()]);
            others.delete(name);
            if (others.size < this.most) break;
            if (this.taken.size === 0) throw this.full(name, host);
            await new Promise<void>((resolve) => this.waiting.push(resolve));
        }
        this.taken.add(name);
    }

    /** Gives a slot back; `isWell`: the node has a healthy kubelet now. */
    free(name: string, isWell: boolean): void {
        this.taken.delete(name);
        if (isWell) this.down.delete(name);
        this.wake();
    }

    /** Lets everybody who waits look anew. */
    wake(): void {
        const woken = this.waiting;
        this.waiting = [];
        for (const resolve of woken) resolve();
    }

    private full(name: string, host: string): HostError {
        const down = [...this.down].filter(([other]) => other !== name);
        const [first = ["a node", "it is down"]] = down;
        const more = down.length > 1 ? `, and ${down.length - 1} more` : "";
        return new HostError({
            kind: "too-many-down",
            host,
            step: "gate",
            happened: `without a healthy kubelet are ${first[0]} (${first[1]})${more}, and maxUnavailable allows ${this.most} at once`,
            hostState: `Nothing was changed on ${name}`,
            next: "Mend what is down, or raise maxUnavailable, then run `pulumi up` again",
        });
    }
}

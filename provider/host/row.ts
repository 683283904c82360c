import type { Message } from "./protocol";
import { shownSeconds, stepText } from "./steps";

const TICK_MILLISECONDS = 1000;

/** Shows the steps of what runs on one host, each as it begins; of one that takes its time also how long, and how far it is. */
export class Row {
    private shown: string | undefined;
    /** When each step of the operation was first heard of: after a lost link its log is read again from the start. */
    private readonly begun = new Map<string, number>();
    private lasted = 0;
    private said = "";
    private timer: NodeJS.Timeout | undefined;

    constructor(private readonly show: (text: string) => void) {}

    take(message: Message): void {
        if (message.verb === "alive") {
            this.said = message.fields["said"] ?? "";
            return;
        }
        clearInterval(this.timer);
        if (message.verb === "outcome") this.begun.clear();
        const step = stepText(message);
        if (step === undefined) return;
        this.say(step);
        const begun = this.begun.get(step) ?? performance.now();
        this.begun.set(step, begun);
        this.lasted = 0;
        this.said = "";
        // The host itself tells how long this one has lasted.
        if (message.fields["waited"] !== undefined) return;
        this.timer = setInterval(() => this.tick(step, begun), TICK_MILLISECONDS);
    }

    private tick(step: string, begun: number): void {
        const lasted = shownSeconds((performance.now() - begun) / 1000);
        if (lasted === this.lasted) return;
        this.lasted = lasted;
        this.say(`${step}, for ${lasted} s so far${this.said === "" ? "" : `: ${this.said}`}`);
    }

    /** What ran has ended, or is out of sight: nothing is told of it until the host is heard again. */
    pause(): void {
        clearInterval(this.timer);
    }

    private say(text: string): void {
        if (text !== this.shown) this.show(text);
        this.shown = text;
    }
}

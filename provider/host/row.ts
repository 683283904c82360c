import type { Message } from "./protocol";
import { shownSeconds, stepText } from "./steps";

const TICK_MILLISECONDS = 1000;

/** Shows the steps of what runs on one host, each as it begins, and how long it has lasted if it takes its time. */
export class Row {
    private shown: string | undefined;
    private step: string | undefined;
    private begun = 0;
    private timer: NodeJS.Timeout | undefined;

    constructor(private readonly show: (text: string) => void) {}

    take(message: Message): void {
        clearInterval(this.timer);
        const step = stepText(message);
        if (step === undefined) return;
        this.say(step);
        // One that is read again after a lost link has lasted since it was first heard of.
        if (step !== this.step) this.begun = performance.now();
        this.step = step;
        // The host itself tells how long this one has lasted.
        if (message.fields["waited"] !== undefined) return;
        this.timer = setInterval(() => {
            const lasted = shownSeconds((performance.now() - this.begun) / 1000);
            if (lasted > 0) this.say(`${step}, for ${lasted} s so far`);
        }, TICK_MILLISECONDS);
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

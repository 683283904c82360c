import type { Message } from "./protocol";
import { shownSeconds, stepText } from "./steps";

const TICK_MILLISECONDS = 1000;

/** Shows the steps of what runs on one host, each as it begins, and how long it has lasted if it takes its time. */
export class Row {
    private shown: string | undefined;
    private timer: NodeJS.Timeout | undefined;

    constructor(private readonly show: (text: string) => void) {}

    take(message: Message): void {
        clearInterval(this.timer);
        const step = stepText(message);
        if (step === undefined) return;
        this.say(step);
        // The host itself tells how long this one has lasted.
        if (message.fields["waited"] !== undefined) return;
        const begun = performance.now();
        this.timer = setInterval(() => {
            const lasted = shownSeconds((performance.now() - begun) / 1000);
            if (lasted > 0) this.say(`${step}, for ${lasted} s so far`);
        }, TICK_MILLISECONDS);
    }

    /** What ran has ended. */
    close(): void {
        clearInterval(this.timer);
    }

    private say(text: string): void {
        if (text !== this.shown) this.show(text);
        this.shown = text;
    }
}

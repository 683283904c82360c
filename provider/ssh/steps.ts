import { performance } from "node:perf_hooks";
import { after } from "./deadline";
import { Transient } from "./transient";

interface Step {
    readonly since: number;
    /** What a wait for it was that ended after so many milliseconds. */
    readonly inVain: (milliseconds: number) => Error;
    readonly fail: (error: Error) => void;
}

/** Where a log-in stands: which of its steps it waits for. */
export class Steps {
    private step: Step | undefined;

    /** Begins a step, which fails after so many milliseconds. Returns the function that stops that clock. */
    begin(milliseconds: number, inVain: Step["inVain"], fail: Step["fail"]): () => void {
        const stop = after(milliseconds, () => fail(inVain(milliseconds)));
        const failed = (error: Error): void => {
            stop();
            fail(error);
        };
        this.step = { since: performance.now(), inVain, fail: failed };
        return stop;
    }

    /** The failure of somebody's wait that ends now; the step goes on. */
    late(): Error {
        const { step } = this;
        return step === undefined ? new Transient("not begun") : step.inVain(performance.now() - step.since);
    }

    /** Fails the present step, for want of anybody who waits for it. */
    giveUp(): void {
        this.step?.fail(this.late());
    }
}

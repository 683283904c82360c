import type { Result } from "./outcome";
import type { Settings } from "./unit-file";

/** How often a unit may be started: five times in ten seconds unless it says otherwise. */
export class StartLimit {
    #begin = -Infinity;
    #count = 0;

    /** Counts a start; false if there were too many. A window begins with the first start after the last one ended. */
    admits(settings: Settings, systemdVersion: number): boolean {
        const newName = systemdVersion >= 230 ? settings.last("Unit", "StartLimitIntervalSec") : undefined;
        const interval =
            newName === undefined
                ? settings.span("Service", "StartLimitInterval", settings.span("Unit", "StartLimitInterval", 10_000))
                : settings.span("Unit", "StartLimitIntervalSec", 10_000);
        const burst = Number(
            settings.last("Unit", "StartLimitBurst") ?? settings.last("Service", "StartLimitBurst") ?? 5,
        );
        if (interval <= 0 || burst <= 0) return true;
        const now = performance.now();
        if (now >= this.#begin + interval) {
            this.#begin = now;
            this.#count = 0;
        }
        this.#count++;
        return this.#count <= burst;
    }

    reset(): void {
        this.#begin = -Infinity;
    }

    /** Result= of a unit that hit the limit; 229 keeps the one it had. */
    result(systemdVersion: number): Result | undefined {
        if (systemdVersion === 229) return undefined;
        return systemdVersion < 229 ? "start-limit" : "start-limit-hit";
    }
}

import { plain } from "../errors";
import { isRunning } from "../plan/make";
import type { Sight } from "./host";

/** What is wrong with a kubelet; undefined: it runs and is healthy. Pure. */
export function illnessOf({ observed, healthz }: Sight): string | undefined {
    const { active, sub } = observed.service;
    if (!isRunning(observed)) return `kubelet.service is ${active} (${sub})`;
    return healthz === "ok" ? undefined : `healthz said: ${plain(healthz) || "nothing"}`;
}

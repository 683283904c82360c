import type { Waves } from "./record";

/** The waves of twelve nodes with a canary of one and a quarter of them at once. */
export const TWELVE: Waves = [
    ["node-1"],
    ["node-2", "node-3", "node-4"],
    ["node-5", "node-6", "node-7"],
    ["node-8", "node-9", "node-10"],
    ["node-11", "node-12"],
];

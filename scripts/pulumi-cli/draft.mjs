// @ts-check
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A draft that nobody has touched for so long was left by a process that was killed. */
const ABANDONED_MS = 60_000;

/**
 * Makes a folder: complete, or not at all. It grows as a draft beside its place; who makes the draft's folder fills it, any other process waits.
 * @param {string} folder
 * @param {{ isComplete: () => boolean, fill: (draft: string) => Promise<void>, log: (line: string) => void }} how
 */
export async function makeOnce(folder, { isComplete, fill, log }) {
    const draft = `${folder}.draft`;
    mkdirSync(dirname(folder), { recursive: true });
    for (let waiting = false; !claim(draft); waiting = true) {
        if (!waiting) log(`waiting for another process that is making ${folder}`);
        await sleep(1000);
    }
    const alive = setInterval(() => utimesSync(draft, new Date(), new Date()), ABANDONED_MS / 10);
    try {
        if (isComplete()) return;
        await fill(draft);
        rmSync(folder, { recursive: true, force: true });
        renameSync(draft, folder);
    } finally {
        clearInterval(alive);
        rmSync(draft, { recursive: true, force: true });
    }
}

/** @param {string} draft */
function claim(draft) {
    const touched = statSync(draft, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - touched > ABANDONED_MS) rmSync(draft, { recursive: true, force: true });
    try {
        mkdirSync(draft);
        return true;
    } catch (error) {
        if (error.code === "EEXIST") return false;
        throw error;
    }
}

import { spawnSync } from "node:child_process";

// A word is never empty here: an empty one ends a text.
const SCRIPT = "set -f; for text; do printf '%s\\0' $text ''; done";

/** The words that bash makes of each text as an unquoted variable, which a wrapper has it as; patterns stay text. */
export function splitByBash(texts: readonly string[]): readonly (readonly string[])[] {
    const { stdout } = spawnSync("bash", ["-c", SCRIPT, "bash", ...texts], { encoding: "utf8" });
    const all: string[][] = [[]];
    for (const word of stdout.split("\0").slice(0, -1)) {
        if (word === "") all.push([]);
        else all.at(-1)?.push(word);
    }
    return all.slice(0, -1);
}

// @ts-check
import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const LANGUAGE_HOST = "pulumi-language-nodejs";

const SOURCE = fileURLToPath(new URL("language-host.mjs", import.meta.url));

/**
 * Puts our language host into a folder, or brings the one there up to date.
 * It goes by a link to a file with an extension: what Node takes a program without one for hangs on the package.json above it.
 * @param {string} folder
 */
export function placeLanguageHost(folder) {
    const place = join(folder, "language-host.mjs");
    if (!existsSync(place) || readFileSync(place, "utf8") !== readFileSync(SOURCE, "utf8")) {
        const fresh = `${place}.${process.pid}`;
        copyFileSync(SOURCE, fresh);
        chmodSync(fresh, 0o755);
        renameSync(fresh, place);
    }
    const link = join(folder, LANGUAGE_HOST);
    if (!existsSync(link)) symlinkSync("language-host.mjs", link);
}

/**
 * @typedef {object} Origin
 * @property {string} origin
 * @property {string[]} standIns
 */

/**
 * @param {string} folder
 * @param {Origin} origin
 */
export function writeOrigin(folder, origin) {
    writeFileSync(join(folder, "origin.json"), JSON.stringify(origin));
}

/**
 * @param {string} folder
 * @returns {Origin | undefined} undefined for a CLI that we did not put there
 */
export function readOrigin(folder) {
    const file = join(folder, "origin.json");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

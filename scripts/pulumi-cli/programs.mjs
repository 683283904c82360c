// @ts-check
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @returns {string[]} */
export function searchPath() {
    return (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
}

/**
 * @param {string} name
 * @param {string[]} folders
 * @returns {string | undefined} the path of the first executable of that name
 */
export function findProgram(name, folders) {
    return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * @param {string} pulumi
 * @returns {string | undefined} such as "3.259.0"; undefined if it does not run or does not know
 */
export function versionOf(pulumi) {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { status, stdout } = spawnSync(pulumi, ["version"], { env, encoding: "utf8" });
    return status === 0 ? /^v?(\d+\.\d+\.\d+\S*)$/m.exec(stdout)?.[1] : undefined;
}

/** @param {string} path */
function isExecutable(path) {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}

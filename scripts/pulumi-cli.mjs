// @ts-check
// Finds a Pulumi CLI or gets one, so that the demo and the tests need nobody to install it first.
// Run as a program, it prints the folder to put on PATH.
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeOnce } from "./pulumi-cli/draft.mjs";
import { obtain } from "./pulumi-cli/obtain.mjs";
import { findProgram, searchPath, versionOf } from "./pulumi-cli/programs.mjs";
import { LANGUAGE_HOST, placeLanguageHost, readOrigin } from "./pulumi-cli/stand-in.mjs";

const { SemVer, lt } = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"))("semver");

const VERSION = new SemVer("3.259.0");
/** The first that knows error hooks, the youngest thing of the engine that this package uses. */
const OLDEST = "3.218.0";
const PLUGINS = [LANGUAGE_HOST, "pulumi-resource-pulumi-nodejs"];

/**
 * @typedef {object} PulumiCli
 * @property {string} folder to put first on PATH
 * @property {string} path of `pulumi` itself
 * @property {string} version
 * @property {string} origin "PATH", "download" or "Go modules"
 * @property {string[]} standIns those of its plugins that are ours, not Pulumi's
 */

/**
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<PulumiCli>}
 */
export async function pulumiCli({ log }) {
    const root = cacheFolder();
    const found = onPath(log) ?? cached(root);
    if (found) return found;
    await makeOnce(root, {
        isComplete: () => cached(root) !== undefined,
        fill: (draft) => obtain({ root: draft, version: VERSION, log }),
        log,
    });
    const made = cached(root);
    if (!made) throw new Error(`The Pulumi CLI in ${root} does not run.`);
    return made;
}

function cacheFolder() {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
    return join(caches, "pulumi-coreos-kubelet", `pulumi-${VERSION}`);
}

/** @returns {PulumiCli | undefined} */
function onPath(log) {
    const path = findProgram("pulumi", searchPath());
    if (!path) return undefined;
    const folder = dirname(path);
    const missing = PLUGINS.filter((plugin) => !findProgram(plugin, [folder, ...searchPath()]));
    const version = versionOf(path);
    if (missing.length > 0) log(`not using ${path}: ${missing.join(" and ")} neither beside it nor on PATH`);
    else if (!version) log(`not using ${path}: it does not tell its version`);
    else if (lt(version, OLDEST)) log(`not using ${path}: it is ${version}, and ${OLDEST} is needed`);
    else return { folder, path, version, origin: "PATH", standIns: readOrigin(folder)?.standIns ?? [] };
    return undefined;
}

/** @returns {PulumiCli | undefined} */
function cached(root) {
    const folder = join(root, "bin");
    const origin = readOrigin(folder);
    if (!origin) return undefined;
    if (origin.standIns.includes(LANGUAGE_HOST)) placeLanguageHost(folder);
    const path = join(folder, "pulumi");
    const version = PLUGINS.every((plugin) => findProgram(plugin, [folder])) ? versionOf(path) : undefined;
    return version ? { folder, path, version, ...origin } : undefined;
}

/** @param {string} line */
function say(line) {
    console.error(line);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    try {
        const cli = await pulumiCli({ log: say });
        const standIns = cli.standIns.length > 0 ? `, with our stand-in for ${cli.standIns.join(" and ")}` : "";
        say(`Pulumi CLI ${cli.version} (${cli.origin}${standIns})`);
        console.log(cli.folder);
    } catch (error) {
        say(error.message);
        process.exitCode = 1;
    }
}

// @ts-check
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildFromModules } from "./build.mjs";
import { findProgram, searchPath } from "./programs.mjs";
import { LANGUAGE_HOST, placeLanguageHost, writeOrigin } from "./stand-in.mjs";

/**
 * Puts a CLI into `root`/bin: the official one, or where that cannot be reached one built here.
 * @param {{ root: string, version: import("semver").SemVer, log: (line: string) => void }} options
 */
export async function obtain({ root, version, log }) {
    const folder = join(root, "bin");
    if (await download({ root, version, log })) {
        writeOrigin(folder, { origin: "download", standIns: [] });
        return;
    }
    if (!findProgram("go", searchPath())) {
        throw new Error(
            "There is no Pulumi CLI on PATH, its download failed, and there is no Go to build it with. " +
                "Install Pulumi, or Go (the version is in scripts/pulumi-cli/go.mod), or go online; then try again.",
        );
    }
    log(`building the Pulumi CLI ${version} from Go modules: some minutes, once on this machine`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    await buildFromModules({ folder, version: String(version), log });
    placeLanguageHost(folder);
    writeOrigin(folder, { origin: "Go modules", standIns: [LANGUAGE_HOST] });
}

async function download({ root, version, log }) {
    log(`downloading the Pulumi CLI ${version}`);
    const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
    try {
        await PulumiCommand.install({ root, version });
        return true;
    } catch (error) {
        log(`the download failed: ${error.message.trim().split("\n")[0]}`);
        return false;
    }
}

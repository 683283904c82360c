import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export const REPOSITORY = join(__dirname, "../..");

let folder: Promise<string> | undefined;

/** The folder of the Pulumi CLI. On a new machine it may first have to be built, which takes minutes: only in a hook with CLI_TIMEOUT. */
export function cliFolder(): Promise<string> {
    folder ??= findCli();
    return folder;
}

export const CLI_TIMEOUT = 900_000;

async function findCli(): Promise<string> {
    const found = promisify(execFile)(process.execPath, [join(REPOSITORY, "scripts/pulumi-cli.mjs")]);
    found.child.stderr?.pipe(process.stderr);
    return (await found).stdout.trim();
}

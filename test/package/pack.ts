import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export const REPOSITORY = join(__dirname, "../..");

const run = promisify(execFile);

/** What npm publishes, alone in a new folder. */
export interface Packed {
    readonly folder: string;
    readonly tarball: string;
    remove(): Promise<void>;
}

/** Packs what is built, as `npm publish` does. */
export async function pack(): Promise<Packed> {
    const folder = await mkdtemp(join(tmpdir(), "tarball-"));
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: REPOSITORY });
    const [{ filename } = { filename: "" }] = JSON.parse(stdout) as { filename: string }[];
    return { folder, tarball: join(folder, filename), remove: () => rm(folder, { recursive: true, force: true }) };
}

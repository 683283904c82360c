// @ts-check
// Builds the Pulumi CLI from Go modules, for where nothing but package registries can be reached. go.mod and go.sum beside this file pin it.
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MODULE = fileURLToPath(new URL(".", import.meta.url));
const SDK = "github.com/pulumi/pulumi/sdk/v3";

/**
 * Puts `pulumi` and the launcher of dynamic providers into a folder. The language host is no Go module: it is not among them.
 * @param {{ folder: string, version: string, log: (line: string) => void }} options
 */
export async function buildFromModules({ folder, version, log }) {
    const started = Date.now();
    const stillBuilding = setInterval(() => {
        log(`still building the Pulumi CLI, ${Math.round((Date.now() - started) / 1000)} s so far`);
    }, 30_000);
    try {
        // Without its version in it, `pulumi version` prints nothing and Pulumi's Automation API refuses the CLI.
        const flags = `-s -w -X ${SDK}/go/common/version.Version=v${version}`;
        const output = join(folder, "pulumi");
        await go("build", "-trimpath", "-ldflags", flags, "-o", output, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
        const launcher = join(folder, "pulumi-resource-pulumi-nodejs");
        copyFileSync(
            join(await go("list", "-m", "-f", "{{.Dir}}", SDK), "nodejs/dist/pulumi-resource-pulumi-nodejs"),
            launcher,
        );
        chmodSync(launcher, 0o755);
    } finally {
        clearInterval(stillBuilding);
    }
}

/**
 * @param {...string} args
 * @returns {Promise<string>} what go printed
 */
function go(...args) {
    // A workspace or flags of the user's own would change what the pinned module means.
    const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" };
    const child = spawn("go", args, { cwd: MODULE, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => {
            if (code === 0) resolve(stdout.trim());
            else reject(new Error(`go ${args[0]} failed:\n${stderr.trim().split("\n").slice(-10).join("\n")}`));
        });
    });
}

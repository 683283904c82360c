// @ts-check
// Compiles provider/ to dist/ and puts the programs that run on the hosts beside the code that sends them.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(dist, { recursive: true, force: true });
// Editors show the comments of the types; those of the code are for who reads the source.
for (const what of [["--declaration", "false", "--removeComments"], ["--emitDeclarationOnly"]]) {
    const { status } = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.json"), ...what], {
        stdio: "inherit",
    });
    if (status !== 0) process.exit(status ?? 1);
}
for (const folder of ["host/programs", "testing/stand-ins"]) {
    cpSync(join(root, "provider", folder), join(dist, folder), { recursive: true });
}

// npm does that where it installs the package; a clone has the file as it was built.
chmodSync(join(dist, "cli.js"), 0o755);

// Their comments are for who reads the source; what is sent to a host has none either.
for (const folder of ["host/programs", "testing/stand-ins"]) {
    for (const name of readdirSync(join(dist, folder))) {
        const file = join(dist, folder, name);
        const lines = readFileSync(file, "utf8").split("\n");
        const kept = lines.filter((line) => !/^\s*#(?!!)/.test(line));
        // Of what is sent to a host the indentation goes too: provider/host/programs.ts has why that is safe.
        const isSent = folder === "host/programs";
        writeFileSync(file, (isSent ? kept.map((line) => line.trim()) : kept).join("\n"));
    }
}

// A module of types alone has nothing that runs, and nobody asks for it there.
for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const file = join(dist, name);
    if (name.endsWith(".js") && /^.*\nObject\.defineProperty.*\n$/.test(readFileSync(file, "utf8"))) rmSync(file);
}

// Types of what nobody can import serve nobody.
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const reached = new Set();
const reach = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
        const to = join(dirname(file), name);
        reach(existsSync(`${to}.d.ts`) ? `${to}.d.ts` : join(to, "index.d.ts"));
    }
};
for (const { types } of Object.values(exports)) if (types !== undefined) reach(join(root, types));
for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (name.endsWith(".d.ts") && !reached.has(join(dist, name))) rmSync(join(dist, name));
}

// Writes docs/compatibility.md from the tables of the built package; with --print, to the standard output instead.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compatibilityPage } from "./docs/compatibility.mjs";

const page = join(dirname(fileURLToPath(import.meta.url)), "../docs/compatibility.md");

if (process.argv.includes("--print")) process.stdout.write(compatibilityPage());
else writeFileSync(page, compatibilityPage());

// @ts-check
// Writes the pages of docs/ that are made of the built package and of its types; with --into FOLDER, there.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiPages } from "./docs/api.mjs";
import { compatibilityPage } from "./docs/compatibility.mjs";
import { errorsPage } from "./docs/errors.mjs";

const [option, folder] = process.argv.slice(2);
const docs =
    option === "--into" && folder !== undefined ? folder : join(dirname(fileURLToPath(import.meta.url)), "../docs");

const pages = { "compatibility.md": compatibilityPage(), "errors.md": errorsPage() };
for (const [name, text] of Object.entries(await apiPages())) pages[`api/${name}`] = text;

// A page that is made no longer goes.
rmSync(join(docs, "api"), { recursive: true, force: true });
mkdirSync(join(docs, "api"), { recursive: true });
for (const [name, text] of Object.entries(pages)) writeFileSync(join(docs, name), text);

// Writes the pages of docs/ that are made of the built package; with --print PAGE, that one to the standard output instead.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compatibilityPage } from "./docs/compatibility.mjs";
import { errorsPage } from "./docs/errors.mjs";

const PAGES = { "compatibility.md": compatibilityPage, "errors.md": errorsPage };

const docs = join(dirname(fileURLToPath(import.meta.url)), "../docs");
const [option, page] = process.argv.slice(2);

if (option === "--print") process.stdout.write(PAGES[page]());
else for (const [name, make] of Object.entries(PAGES)) writeFileSync(join(docs, name), make());

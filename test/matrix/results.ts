// What became of the cells, a line each, as long as product and matrix are the same: an interrupted run goes on there.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "./cell";

export interface Line extends Result {
    readonly title: string;
    readonly fault: string;
    readonly step: string;
    readonly seed: number;
    /** The command before which the apply was held. */
    readonly held: string;
}

const REPOSITORY = join(__dirname, "../..");
const FOLDER = join(REPOSITORY, ".work/matrix");

/** Of everything that a result depends on. */
export function fingerprint(): string {
    const hash = createHash("sha256");
    for (const folder of ["provider", "test/matrix", "test/hosts"]) {
        for (const path of filesIn(join(REPOSITORY, folder))) hash.update(path).update(readFileSync(path));
    }
    return hash.digest("hex").slice(0, 16);
}

function filesIn(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
}

export class Results {
    readonly #file: string;

    constructor(name = process.env["MATRIX_RESULTS"] ?? fingerprint()) {
        this.#file = join(FOLDER, `${name}.jsonl`);
    }

    lines(): readonly Line[] {
        if (!existsSync(this.#file)) return [];
        const lines = readFileSync(this.#file, "utf8").trimEnd().split("\n");
        return lines.map((line) => JSON.parse(line) as Line);
    }

    add(line: Line): void {
        mkdirSync(FOLDER, { recursive: true });
        appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    }
}

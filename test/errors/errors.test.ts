// Every kind of error for real, word by word as docs/errors.md shows it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ERROR_KINDS } from "../../provider/errors";
import { PROVOKED } from "./provoked";
import { sceneOfErrors, type Scene } from "./scene";

const PAGE = readFileSync(join(__dirname, "../../docs/errors.md"), "utf8");

/** The message that stands first in a section, in one line again. */
function exampleOf(kind: string): string {
    const section = PAGE.split(/^## /m).find((part) => part.startsWith(`${kind}\n`)) ?? "";
    return (/^(?: {4}.*\n)+/m.exec(section)?.[0] ?? "").trim().replace(/\n +/g, " ");
}

/** The message with placeholders for what differs from run to run. */
function withPlaceholders(message: string): string {
    return message
        .replace(/127\.0\.0\.1/g, "HOST")
        .replace(/HOST:\d+/g, "HOST:PORT")
        .replace(/SHA256:[\w+/]{43}/g, "SHA256:…")
        .replace(/sha256 [0-9a-f]{12}/g, "sha256 …")
        .replace("belongs to urn:mine", "belongs to URN")
        .replace(/after \d+ s without/, "after N s without")
        .replace(/(\(journal: \w+ 00:00:00\.000000) \d+ /, "$1 PID ");
}

let scene: Scene;
beforeAll(async () => {
    scene = await sceneOfErrors();
}, 90_000);
afterAll(() => scene.stop());

test.each(ERROR_KINDS)("%s", async (kind) => {
    const error = await PROVOKED[kind](scene);
    expect({ kind: error.kind, message: withPlaceholders(error.message) }).toEqual({ kind, message: exampleOf(kind) });
});

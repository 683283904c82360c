// docs/inspect.md against what the command says.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HELP } from "../../provider/inspect/help";
import type { Inspected } from "../../provider/inspect/render";
import { reportOf } from "../../provider/inspect/report-of";
import type { Observed } from "../../provider/plan/observed";
import { applied, fileOf, specWith } from "../plan/hosts";

const PAGE = readFileSync("docs/inspect.md", "utf8");

/** What the first cells of the tables hold in backquotes. */
const FIRST_CELLS = PAGE.split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...(line.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ""));

/** The names of all values in a tree, such as `a.b[].c`. */
function namesIn(value: unknown, path = ""): readonly string[] {
    if (Array.isArray(value) && typeof value[0] === "object") return namesIn(value[0], `${path}[]`);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
    return Object.entries(value).flatMap(([name, inner]) => namesIn(inner, path === "" ? name : `${path}.${name}`));
}

test("every name of the JSON is told, in its order, and no other", () => {
    const observed: Observed = {
        ...applied(specWith()),
        operation: { operation: "op-2", owner: "urn", digest: "", seconds: 1 },
        dropIns: [{ path: "/10.conf", ...fileOf("[Service]\nNice=1\n") }],
    };
    const inspected: Inspected = {
        host: "node-1",
        hostKey: { fingerprint: "ssh-ed25519 SHA256:abc", checked: true },
        error: { kind: null, message: "" },
        report: reportOf({ observed, healthz: "ok" }, 10248),
    };
    expect(FIRST_CELLS.filter((name) => /^(host|hostKey|error|report)\b/.test(name))).toEqual(namesIn(inspected));
});

test("every option of the help is told, and no other", () => {
    const options = [...HELP.matchAll(/^ {2}(--[a-z-]+(?: [A-Z]+)?)/gm)].map(([, option]) => option);
    expect(options).toHaveLength(8);
    expect(FIRST_CELLS.filter((name) => name.startsWith("--"))).toEqual(options);
});

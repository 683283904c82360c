// Our verdict on typed options against what six real versions of rkt said to the same words.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rktProblems, rktSources, rktWordGroups } from "../../provider/rkt/options";
import { specOf } from "../../provider/spec/defaults";
import type { RktSpec, VolumeSpec } from "../../provider/spec/spec";

interface Row {
    readonly id: string;
    readonly options: string;
    readonly verdicts: readonly string[];
}

const ROWS: readonly Row[] = readFileSync(join(process.cwd(), "test/rkt/rkt-opts.tsv"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .slice(1)
    .map((line) => {
        const [id = "", options = "", ...verdicts] = line.split("\t");
        return { id, options, verdicts };
    });

/** The arguments that write those very words; undefined: no typed argument can. */
function typed(options: string): RktSpec | undefined {
    const volumes = new Map<string, VolumeSpec>();
    const setEnv: Record<string, string> = {};
    for (const word of options.replace(/--(volume|mount|set-env) (?=[^-])/g, "--$1=").split(" ")) {
        const volume = volumeIn(word);
        const [, mounted = "", target = ""] = /^--mount=volume=([^,]*),target=(.*)$/.exec(word) ?? [];
        const [, variable, value = ""] = /^--set-env=([^=]*)=(.*)$/.exec(word) ?? [];
        const found = volumes.get(mounted);
        if (volume !== undefined && !volumes.has(volume.name)) volumes.set(volume.name, volume);
        else if (found?.target === NONE) volumes.set(mounted, { ...found, target });
        else if (variable !== undefined && !(variable in setEnv)) setEnv[variable] = value;
        else return undefined;
    }
    const isWhole = [...volumes.values()].every(({ target }) => target !== NONE);
    const { rkt } = specOf({ connection: { host: "" }, version: "" });
    return isWhole ? { ...rkt, volumes: [...volumes.values()], setEnv } : undefined;
}

const NONE = "none yet";

function volumeIn(word: string): VolumeSpec | undefined {
    const [, name, rest = ""] = /^--volume=([^,]*),kind=host,source=(.*)$/.exec(word) ?? [];
    const source = rest.replace(/,(readOnly|recursive)=true\b/g, "");
    if (name === undefined || /,(source|readOnly|recursive|mode|uid)\b/.test(source)) return undefined;
    const has = (key: string): boolean => rest.includes(`,${key}=true`);
    return { name, source, target: NONE, readOnly: has("readOnly"), recursive: has("recursive") };
}

const TYPED = ROWS.flatMap((row) => {
    const rkt = typed(row.options);
    return rkt === undefined ? [] : [{ ...row, rkt }];
});

// What no argument tells: the host, its wrapper, or the age of its rkt decides.
const HOST_DECIDES = new Set([
    ...["vol-missingsource", "mnt-file-on-dir"],
    ...["collide-wrapper-volname-mount", "collide-wrapper-target"],
    ...["vol-rec-true", "vol-rec-ro"],
]);

// What rkt takes and does otherwise than it says: elsewhere, or dropped.
const STRICTER = new Set(["mnt-pct-in-target", "mnt-reltarget", "dup-target-slash", "mnt-trailcomma"]);

it("has rows to hold against", () => {
    expect(ROWS).toHaveLength(127);
    expect(TYPED.length).toBeGreaterThan(35);
    const ids = TYPED.map(({ id }) => id);
    expect([...HOST_DECIDES, ...STRICTER].filter((id) => !ids.includes(id))).toEqual([]);
});

describe.each(TYPED)("$id: $options", ({ id, rkt, options, verdicts }) => {
    const problems = rktProblems(rkt);
    const isStarted = verdicts.every((verdict) => verdict === "started");

    it("is refused where rkt refuses it, and passes where rkt starts it", () => {
        if (HOST_DECIDES.has(id)) expect([problems, isStarted]).toEqual([[], false]);
        else if (STRICTER.has(id)) expect([problems.length > 0, isStarted]).toEqual([true, true]);
        else expect(problems.length === 0).toBe(isStarted);
    });

    it("is written as the words that were measured", () => {
        const facts = { osVersion: "1185.3.0", wrapperSource: "host" } as const;
        const words = rktWordGroups(rkt, { insecure: false }, facts).slice(1).flat();
        const asPairs = options.replace(/--(volume|mount)=/g, "--$1 ").replace("--set-env ", "--set-env=");
        const sorted = (text: string): string => text.split(",").sort().join(",");
        expect(words.map(sorted).sort()).toEqual(asPairs.split(" ").map(sorted).sort());
    });
});

// Raw options: all that is judged of them before the host is touched is that the sources are there.
const PARSED = ROWS.filter(({ verdicts }) => verdicts.some((verdict) => verdict !== "flag-error"));

it.each(PARSED)("the sources of $id are looked for", ({ options }) => {
    const { rkt } = specOf({ connection: { host: "" }, version: "" });
    const named = [...options.matchAll(/,kind=host,source=([^, ]+)/g)].map(([, source]) => source);
    expect(rktSources({ ...rkt, options })).toEqual([...new Set(named)]);
});

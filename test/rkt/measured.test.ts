// Our verdict on raw and typed options against what six real versions of rkt said to the same words, cell by cell.
import { describe, expect, it } from "vitest";
import { judge } from "../../provider/rkt/judge";
import { rktWordGroups } from "../../provider/rkt/options";
import { specOf } from "../../provider/spec/defaults";
import type { RktSpec, VolumeSpec } from "../../provider/spec/spec";
import { report } from "../bench/report";
import { LEFT_OUT, RIG, RIG_FACTS, rowsOf, type Row } from "./rig";

const ROWS = rowsOf("test/rkt/rkt-opts.tsv");
const { rkt: NONE } = specOf({ connection: { host: "" }, version: "" });

/** What we say of options on that rkt: `started`, or the rules that refuse them. */
function verdictOf(rkt: RktSpec, rktVersion: string): string {
    const place = { rktVersion, wrapperGeneration: RIG, hostFacts: RIG_FACTS };
    const errors = judge({ rkt, insecure: false }, place).filter(({ severity }) => severity === "error");
    return errors.length === 0 ? "started" : errors.map(({ rule }) => rule).join(" ");
}

interface Cell {
    readonly id: string;
    readonly version: string;
    readonly isCounted: boolean;
    readonly measured: string;
    readonly ours: string;
}

const cellsOf = ({ id, options, verdicts }: Row): readonly Cell[] =>
    Object.entries(verdicts).map(([version, measured]) => ({
        id,
        version,
        isCounted: !LEFT_OUT.some((left) => left.id === id && left.versions.includes(version)),
        measured,
        ours: verdictOf({ ...NONE, options }, version),
    }));

const CELLS = ROWS.flatMap(cellsOf);
const agrees = ({ measured, ours }: Cell): boolean => (measured === "started") === (ours === "started");
const COUNTED = CELLS.filter(({ isCounted }) => isCounted);
const AGREEMENT = `${COUNTED.filter(agrees).length} of ${COUNTED.length} cells`;

describe("raw options", () => {
    it.each(ROWS)("$id: $options", (row) => {
        expect(cellsOf(row).filter((cell) => cell.isCounted && !agrees(cell))).toEqual([]);
    });

    it(`agree in ${AGREEMENT}: in every one but those in which neither the words nor the host's files decided`, () => {
        const left = LEFT_OUT.map(
            ({ id, versions, why }) => [`left out, ${id}`, `${versions.length}: ${why}`] as const,
        );
        // The console of tests that pass is not shown, and this is to be seen.
        report("RKT_OPTS, our verdict against rkt-opts.tsv", { agree: AGREEMENT, ...Object.fromEntries(left) });
        expect([CELLS.length, AGREEMENT]).toEqual([762, "754 of 754 cells"]);
    });

    it("leave no cell out that would agree anyhow, and none that is not there", () => {
        const left = CELLS.filter(({ isCounted }) => !isCounted);
        expect(left.filter(agrees)).toEqual([]);
        expect(left).toHaveLength(LEFT_OUT.flatMap(({ versions }) => versions).length);
    });
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
        else if (found?.target === UNMOUNTED) volumes.set(mounted, { ...found, target });
        else if (variable !== undefined && !(variable in setEnv)) setEnv[variable] = value;
        else return undefined;
    }
    const isWhole = [...volumes.values()].every(({ target }) => target !== UNMOUNTED);
    return isWhole ? { ...NONE, volumes: [...volumes.values()], setEnv } : undefined;
}

const UNMOUNTED = "none yet";

function volumeIn(word: string): VolumeSpec | undefined {
    const [, name, rest = ""] = /^--volume=([^,]*),kind=host,source=(.*)$/.exec(word) ?? [];
    const source = rest.replace(/,(readOnly|recursive)=true\b/g, "");
    if (name === undefined || /,(source|readOnly|recursive|mode|uid)\b/.test(source)) return undefined;
    const has = (key: string): boolean => rest.includes(`,${key}=true`);
    return { name, source, target: UNMOUNTED, readOnly: has("readOnly"), recursive: has("recursive") };
}

const TYPED = ROWS.flatMap((row) => {
    const rkt = typed(row.options);
    return rkt === undefined ? [] : [{ ...row, rkt }];
});

// A typed target is the path that it says, and has one volume: what rkt would decode, take from elsewhere or drop is refused.
const STRICTER = ["mnt-pct-in-target", "mnt-reltarget", "mnt-trailcomma", "dup-target-slash"];

it("there are rows that typed arguments write", () => {
    expect(ROWS).toHaveLength(127);
    expect(TYPED.length).toBeGreaterThan(35);
    const ids = TYPED.map(({ id }) => id);
    expect(STRICTER.filter((id) => !ids.includes(id))).toEqual([]);
});

describe.each(TYPED)("typed: $id: $options", ({ id, rkt, options, verdicts }) => {
    it("is refused where rkt refuses it, and passes where rkt starts it", () => {
        const isStarted = Object.keys(verdicts).map((version) => verdictOf(rkt, version) === "started");
        const measured = Object.values(verdicts).map((verdict) => verdict === "started");
        expect(isStarted).toEqual(STRICTER.includes(id) ? measured.map(() => false) : measured);
    });

    it("is written as the words that were measured", () => {
        const facts = { osId: "coreos", osVersion: "1185.3.0", wrapperSource: "host" } as const;
        const words = rktWordGroups(rkt, { insecure: false }, facts).slice(1).flat();
        const asPairs = options.replace(/--(volume|mount)=/g, "--$1 ").replace("--set-env ", "--set-env=");
        const sorted = (text: string): string => text.split(",").sort().join(",");
        expect(words.map(sorted).sort()).toEqual(asPairs.split(" ").map(sorted).sort());
    });
});

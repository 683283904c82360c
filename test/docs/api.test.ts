// Every field that a user sees is told of: what it is, what it is where it is left out, and what a change of it causes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ARGUMENT_NAMES } from "../../provider/spec/schema";

interface Field {
    readonly name: string;
    readonly isOptional: boolean;
    readonly text: string;
}

interface Told {
    readonly name: string;
    /** What stands before its fields. */
    readonly text: string;
    readonly fields: readonly Field[];
}

/** The types that a page tells of. */
function typesOn(page: string): readonly Told[] {
    const text = readFileSync(join(__dirname, "../../docs/api", page), "utf8");
    return text.split(/^### /m).slice(1).map(toldBy);
}

function toldBy(section: string): Told {
    const [name = ""] = section.split("\n");
    const [before = "", ...tables] = section.split("#### Properties\n");
    const rows = [...tables.join("").matchAll(/^\| <a id="[^"]+"><\/a> `([^`?]+)(\?)?` \|(.*)\|$/gm)];
    const fields = rows.map(([, field = "", mark, cells = ""]) => ({
        name: field,
        isOptional: mark !== undefined,
        text: cells.split(" | ").at(-1)?.trim() ?? "",
    }));
    return { name, text: before, fields };
}

const resources = typesOn("resources.md");
const args = resources.filter(({ name, fields }) => /(Args|Inputs|^NodeWork)$/.test(name) && fields.length > 0);
const fieldsOf = (name: string): readonly string[] =>
    resources.find((one) => one.name === name)?.fields.map((field) => field.name) ?? [];

test("every argument is told, and none that no program gives", () => {
    expect([...fieldsOf("KubeletServiceArgs")].sort()).toEqual([...ARGUMENT_NAMES].sort());
    expect(args.map(({ name }) => name)).toEqual([
        ...["ConnectionArgs", "HealthInputs", "HopArgs", "ImageInputs", "KubeletRolloutArgs", "KubeletServiceArgs"],
        ...["NodeWork", "RktInputs", "RolloutNodeArgs", "TimeoutsInputs", "UnitInputs", "VolumeInputs"],
    ]);
});

describe.each(args)("$name", ({ text, fields }) => {
    test("tells what each field is where it is left out", () => {
        const silent = fields.filter((field) => field.isOptional && !/\bDefault\b/.test(field.text));
        expect(silent.map(({ name }) => name)).toEqual([]);
    });

    test("tells what a change causes, once for all or for each field", () => {
        const told = /\bchange\s+(of it\s+)?(alone\s+)?(causes|does|moves|reloads|replaces|restarts|touches)\b/i;
        const silent = fields.filter((field) => !told.test(text) && !told.test(field.text));
        expect(silent.map(({ name }) => name)).toEqual([]);
    });
});

test.each(["resources.md", "testing.md"])("%s has words for every field", (page) => {
    const all = typesOn(page);
    expect(all.flatMap(({ fields }) => fields).length).toBeGreaterThan(20);
    const silent = all.flatMap(({ name, fields }) =>
        fields.filter(({ text }) => !/\w{3}/.test(text)).map((field) => `${name}.${field.name}`),
    );
    expect(silent).toEqual([]);
});

// docs/fault-matrix.md: what was expected, what came of it, and how long it took.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allCells, titleOf } from "./cells";
import { FAULTS, type Fault } from "./faults";
import type { Line } from "./results";
import { STEPS, type Step } from "./steps";

const FILE = join(__dirname, "../../docs/fault-matrix.md");
const HEAD = join(__dirname, "head.md");
const FOOT = join(__dirname, "foot.md");

/** Writes the page anew from what is known; a cell that was not run says so. */
export function writeTable(lines: readonly Line[], now = new Date()): void {
    const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string };
    const text = [
        readFileSync(HEAD, "utf8").trimEnd(),
        "## What is expected",
        table((fault, step) => (fault.expected[step] ?? []).join(" or ") || "–"),
        "## What came of it",
        table((fault, step) => cellOf(fault, step, lines)),
        "## Totals",
        totals(lines, `Version ${version} at commit ${commit()}, ${now.toISOString().slice(0, 10)}.`),
        readFileSync(FOOT, "utf8").trimEnd(),
    ];
    writeFileSync(FILE, `${text.join("\n\n")}\n`);
}

function commit(): string {
    return execFileSync("git", ["rev-parse", "--short=10", "HEAD"], { cwd: __dirname, encoding: "utf8" }).trim();
}

function table(cell: (fault: Fault, step: Step) => string): string {
    const head = [`| fault | ${STEPS.join(" | ")} |`, `|---|${STEPS.map(() => "---").join("|")}|`];
    const rows = FAULTS.map((fault) => `| ${fault.name} | ${STEPS.map((step) => cell(fault, step)).join(" | ")} |`);
    return [...head, ...rows].join("\n");
}

function cellOf(fault: Fault, step: Step, lines: readonly Line[]): string {
    if (fault.expected[step] === undefined) return "–";
    const runs = lines.filter((line) => line.fault === fault.name && line.step === step);
    if (runs.length === 0) return "not run";
    const outcomes = [...new Set(runs.map(({ outcome }) => outcome))].sort().join(", ");
    const slowest = Math.max(...runs.map(({ seconds }) => seconds));
    const letters = lettersOf(runs);
    const isUnexpected = runs.some((run) => isWrong(fault, step, run));
    const flaws = [letters === "" ? "" : `violates ${letters}`, isUnexpected ? "not as expected" : ""].filter(Boolean);
    return `${outcomes} ${slowest.toFixed(0)} s${flaws.length > 0 ? ` **${flaws.join(", ")}**` : ""}`;
}

function isWrong(fault: Fault, step: Step, { outcome }: Line): boolean {
    return !(fault.expected[step] ?? []).some((expected) => expected === outcome);
}

function lettersOf(lines: readonly Line[]): string {
    return [...new Set(lines.flatMap(({ violations }) => violations.map((text) => text.slice(0, 1))))].sort().join(" ");
}

function totals(lines: readonly Line[], dated: string): string {
    const planned = allCells();
    const titles = new Set(planned.map((cell) => titleOf(cell)));
    const counted = lines.filter(({ title }) => titles.has(title));
    const cells = new Set(planned.map(({ fault, step }) => `${fault.name}/${step}`)).size;
    const run = new Set(counted.map(({ fault, step }) => `${fault}/${step}`)).size;
    const unexpected = planned.filter(({ fault, step, seed }) => {
        const line = counted.find(({ title }) => title === titleOf({ fault, step, seed }));
        return line !== undefined && isWrong(fault, step, line);
    }).length;
    const byLetter = [..."abcdefg"].map((letter) => {
        const count = counted.filter(({ violations }) => violations.some((text) => text.startsWith(letter))).length;
        return `(${letter}) ${count}`;
    });
    const violated = counted.filter(({ violations }) => violations.length > 0);
    return [
        `${dated} ${run} of ${cells} cells run, ${counted.length} of ${planned.length} runs.`,
        `Runs with a violation, by letter: ${byLetter.join(", ")}. Runs with another outcome than expected: ${unexpected}.`,
        ...violated.map(({ title, held, violations }) => `- ${title} (held at \`${held}\`): ${violations.join("; ")}`),
    ].join("\n\n");
}

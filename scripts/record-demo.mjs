// @ts-check
// Records the demo as it runs, and makes of it docs/demo.svg, in which its lines come as they came; pauses are cut short.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");
const [COLUMNS, ROWS] = [132, 30];
const [CHARACTER, LINE, MARGIN] = [7.25, 16, 12];
/** Seconds. A step of the demo takes longer than anybody watches; two lines that came together are read one by one. */
const PAUSE = { shortest: 0.12, longest: 1.2, atTheEnd: 6 };

/** @type {[name: string, pattern: RegExp][]} */
const KINDS = [
    ["title", /^== /],
    ["gone", /^\s*(-|error)|error:/],
    ["new", /^\s*\+/],
    ["changed", /^\s*~|drift|warning/],
];

const recorded = await record();
await writeFile(join(repository, "docs/demo.svg"), drawing(recorded));

/** The lines of the demo, each with the pause before it. */
async function record() {
    const demo = spawn(process.execPath, [join(repository, "scripts/demo.mjs")], {
        stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve, reject) => demo.on("error", reject).on("close", resolve));
    const lines = [];
    let before = performance.now();
    for await (const text of createInterface({ input: demo.stdout })) {
        const now = performance.now();
        lines.push({ text, pause: Math.min(PAUSE.longest, Math.max(PAUSE.shortest, (now - before) / 1000)) });
        before = now;
    }
    const code = await ended;
    if (code !== 0) throw new Error(`the demo ended with ${code}`);
    return lines;
}

/** A window over the lines that goes down by one with each line, from the moment when the first stands at its foot. */
function drawing(lines) {
    const total = lines.reduce((sum, { pause }) => sum + pause, PAUSE.atTheEnd);
    let at = 0;
    const frames = lines.map(({ pause }, index) => {
        if (index > 0) at += pause;
        return `${((100 * at) / total).toFixed(3)}%{transform:translateY(${(ROWS - 1 - index) * LINE}px)}`;
    });
    const [width, height] = [COLUMNS * CHARACTER + 2 * MARGIN, ROWS * LINE + 2 * MARGIN];
    const texts = lines.map(({ text }, index) => {
        const kind = KINDS.find(([, pattern]) => pattern.test(text));
        const attributes = kind === undefined ? "" : ` class="${kind[0]}"`;
        return `<text y="${(index + 0.8) * LINE}"${attributes}>${escaped(cut(text))}</text>`;
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" xml:space="preserve" aria-label="Recording of npm run demo">
<style>
text{font:12px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d0d0d0;white-space:pre}
.title{fill:#fff;font-weight:bold}.new{fill:#7fd17f}.gone{fill:#f08080}.changed{fill:#e5c07b}
.lines{animation:lines ${total.toFixed(1)}s steps(1,end) infinite}
@keyframes lines{${frames.join("")}to{transform:translateY(${(ROWS - lines.length) * LINE}px)}}
</style>
<rect width="100%" height="100%" rx="6" fill="#1e1e1e"/>
<svg x="${MARGIN}" y="${MARGIN}" width="${COLUMNS * CHARACTER}" height="${ROWS * LINE}"><g class="lines">
${texts.join("\n")}
</g></svg>
</svg>
`;
}

function cut(text) {
    return text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text;
}

function escaped(text) {
    return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

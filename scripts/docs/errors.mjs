// @ts-check
// The page on errors. Which kinds there are is asked of the package.
import { ERROR_KINDS } from "../../dist/errors.js";
import { WORDS } from "./error-words.mjs";
import { table } from "./table.mjs";

const HEAD = `# Errors

Written by \`npm run docs\` from \`scripts/docs/error-words.mjs\`. A test provokes each of these errors and fails where this page and
what is said part.

## How to read a message

\`HOST: STEP: what happened. State. Next.\`

- **HOST**: the host that it is about, as \`connection.host\` has it. In Pulumi's output it stands under that host's resource.
- **STEP**: what was being done. \`connect\`, \`host key\`, \`log-in\` and \`run\` are on the way to a shell there; in \`plan\` the host was
  only read; \`fetch\`, \`apply\` and \`health\` are the change itself; \`gate\` is a roll that looks before it touches a node; \`delete\`.
- **What happened**, with at most one fact quoted from the host. Values that may be secret are never quoted.
- **State**: what the host is in now. What is not known is said not to be known.
- **Next**: what to do.

A roll says the same of its nodes, with other words for state and next where it knows more ([rolling-upgrades.md](rolling-upgrades.md)).
What is wrong with the arguments alone, the preview tells, by the name of each; that is not here.

Below, words in capitals and … stand for what varies; numbers in brackets are defaults.`;

/** Labels of what is told of each kind, in order. */
const PARTS = { means: "It means", not: "It does not mean", state: "The host", next: "What to do" };

const WIDTH = 126;

/** The page. Throws where a kind has no words, not all of them, or words are of no kind. */
export function errorsPage(kinds = ERROR_KINDS, words = WORDS) {
    const strays = Object.keys(words).filter((kind) => !kinds.includes(kind));
    if (strays.length > 0) throw new Error(`words of errors that do not exist: ${strays.join(", ")}`);
    for (const kind of kinds) {
        const missing = ["says", "example", ...Object.keys(PARTS)].filter((part) => !words[kind]?.[part]?.length);
        if (missing.length > 0) throw new Error(`no words for ${kind}: ${missing.join(", ")}`);
    }
    const sections = kinds.map((kind) => sectionOf(kind, words[kind]));
    return `${[HEAD, "## Which one is it", contents(kinds, words), ...sections].join("\n\n")}\n`;
}

function contents(kinds, words) {
    const said = ({ says }) => says.map((part) => `\`${part}\``).join("; ");
    return table(
        ["the message has", "kind"],
        kinds.map((kind) => [said(words[kind]), `[${kind}](#${kind})`]),
    );
}

function sectionOf(kind, words) {
    const parts = Object.entries(PARTS).map(([part, label]) => wrapped(`- **${label}**: ${words[part]}`, "  "));
    return `## ${kind}\n\n${wrapped(`    ${words.example}`, "    ")}\n\n${parts.join("\n")}`;
}

/** The text in lines, those after the first one with an indent. */
function wrapped(text, indent) {
    const lines = [];
    let line = "";
    // Not at the blanks that it begins with.
    for (const word of text.split(/(?<=\S) /)) {
        if (line !== "" && line.length + word.length + 1 > WIDTH) {
            lines.push(line);
            line = indent + word;
        } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line].join("\n");
}

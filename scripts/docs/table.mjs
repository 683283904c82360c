// @ts-check
/** A Markdown table; each row is its cells. */
export function table(head, rows) {
    const line = (cells) => `| ${cells.join(" | ")} |`;
    return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

export const code = (text) => `\`${text}\``;
export const yesOrNo = (is) => (is ? "yes" : "no");

/** What a cell holds where there is nothing to say. */
export const NONE = "–";

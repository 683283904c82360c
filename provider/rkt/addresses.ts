/** Whether a text is an IP address of either kind. Source: Go's net.ParseIP. */
export function isAddress(text: string): boolean {
    return text.includes(":") ? isSix(text) : isFour(text);
}

function isFour(text: string): boolean {
    const parts = text.split(".");
    return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

function isSix(text: string): boolean {
    const [head = "", tail, ...more] = text.split("::");
    if (more.length > 0) return false;
    const count = groupsIn(head) + (tail === undefined ? 0 : groupsIn(tail));
    return tail === undefined ? count === 8 : count < 8;
}

/** How many groups of 16 bits; NaN where one is none. */
function groupsIn(text: string): number {
    if (text === "") return 0;
    const groups = text.split(":");
    const last = groups.at(-1) ?? "";
    const hex = last.includes(".") ? groups.slice(0, -1) : groups;
    if (hex.length < groups.length && !isFour(last)) return Number.NaN;
    return hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
        ? hex.length + 2 * (groups.length - hex.length)
        : Number.NaN;
}

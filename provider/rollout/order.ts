/** Orders names, digits as numbers: node-2 before node-10. Total, and the same whatever the language of the machine. */
export function byName(a: string, b: string): number {
    const [parts, others] = [partsOf(a), partsOf(b)];
    for (const [at, part] of parts.entries()) {
        const other = others[at];
        const order = other === undefined ? 1 : byPart(part, other);
        if (order !== 0) return order;
    }
    return parts.length - others.length || byText(a, b);
}

function partsOf(name: string): readonly string[] {
    return name.match(/\d+|\D+/g) ?? [];
}

function byPart(a: string, b: string): number {
    if (!/^\d/.test(a) || !/^\d/.test(b)) return byText(a, b);
    // Compared as texts: a name may hold more digits than a number can.
    const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
    return left.length - right.length || byText(left, right);
}

function byText(a: string, b: string): number {
    if (a === b) return 0;
    return a < b ? -1 : 1;
}

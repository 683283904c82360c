/** Orders two dotted versions by their numbers, component by component; a missing component counts as 0. */
export function compareVersions(a: string, b: string): number {
    const [left, right] = [numbersIn(a), numbersIn(b)];
    for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
        const difference = (left[at] ?? 0) - (right[at] ?? 0);
        if (difference !== 0) return difference;
    }
    return 0;
}

function numbersIn(version: string): readonly number[] {
    return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}

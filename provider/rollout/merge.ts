type Fields = Readonly<Record<string, unknown>>;

/** Arguments of which a node may give some fields, and share the others. */
const GROUPS: ReadonlySet<string> = new Set([
    ...["connection", "image", "rkt", "unit", "health", "timeouts"],
    ...["flags", "nodeLabels"],
]);

/**
 * A node's arguments beside those that all nodes share: of groups such as `connection` each field by itself, all else
 * whole; the node's wins. What is undefined is not given. Pure; `join` makes one value of two groups.
 */
export function mergedArgs(shared: Fields, own: Fields, join: (shared: unknown, own: unknown) => unknown): Fields {
    const both = Object.entries(own).filter(
        ([name]) => GROUPS.has(name) && isGiven(shared[name]) && isGiven(own[name]),
    );
    return {
        ...joined(shared, own),
        ...Object.fromEntries(both.map(([name, value]) => [name, join(shared[name], value)])),
    };
}

/** Two groups of fields as one; where either is none, the node's alone. */
export function joinedFields(shared: unknown, own: unknown): unknown {
    return isFields(shared) && isFields(own) ? joined(shared, own) : own;
}

function joined(shared: Fields, own: Fields): Fields {
    return { ...shared, ...Object.fromEntries(Object.entries(own).filter(([, value]) => isGiven(value))) };
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null;
}

function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

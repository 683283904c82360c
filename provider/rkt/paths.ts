/** The absolute path that a path means inside a root: no empty, `.` or `..` parts; the root is `/`. Source: Go's path.Clean. */
export function cleaned(path: string): string {
    const parts: string[] = [];
    for (const part of path.split("/")) {
        if (part === "..") parts.pop();
        else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
}

/** What of a cleaned path lies below another, with its slash; undefined: it is not below it. */
export function below(inner: string, outer: string): string | undefined {
    if (outer === "/") return inner === "/" ? undefined : inner;
    return inner.startsWith(`${outer}/`) ? inner.slice(outer.length) : undefined;
}

/** The folder that a path lies in. */
export function folderOf(path: string): string {
    return cleaned(`${path}/..`);
}

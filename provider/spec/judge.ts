import { expressible } from "../systemd/quote";
import { isUnknown } from "./unknown";

/** What is wrong at a path of the arguments; never the value. */
export interface Finding {
    readonly path: string;
    readonly reason: string;
}

/** What an argument may be. */
export type Rule =
    | { readonly is: "text"; readonly problem?: (text: string) => string | undefined; readonly multiline?: boolean }
    | { readonly is: "number"; readonly problem?: (value: number) => string | undefined }
    | { readonly is: "boolean" }
    | { readonly is: "anything"; readonly problem?: (value: unknown) => string | undefined }
    | { readonly is: "list"; readonly of: Rule }
    | { readonly is: "map"; readonly of: Rule; readonly name?: (name: string) => string | undefined }
    | { readonly is: "fields"; readonly fields: Readonly<Record<string, Rule>>; readonly required: readonly string[] }
    | { readonly is: "either"; readonly rules: readonly Rule[]; readonly expected: string };

/** Holds a value against a rule. Unknown values pass at any depth. */
export function judge(value: unknown, rule: Rule, path: string): readonly Finding[] {
    if (isUnknown(value)) return [];
    switch (rule.is) {
        case "anything": {
            const reason = rule.problem?.(value);
            return reason === undefined ? [] : [{ path, reason }];
        }
        case "boolean":
            return expect(typeof value === "boolean", path, "must be true or false");
        case "number":
            return judgeNumber(value, rule, path);
        case "text":
            return judgeText(value, rule, path);
        case "list":
            return Array.isArray(value)
                ? value.flatMap((item, at) => judge(item, rule.of, `${path}[${at}]`))
                : [{ path, reason: "must be a list" }];
        case "map":
            return judgeMap(value, rule, path);
        case "fields":
            return judgeFields(value, rule, path);
        case "either":
            return judgeEither(value, rule, path);
    }
}

function expect(isRight: boolean, path: string, reason: string): readonly Finding[] {
    return isRight ? [] : [{ path, reason }];
}

function judgeNumber(value: unknown, rule: Rule & { is: "number" }, path: string): readonly Finding[] {
    if (typeof value !== "number" || !Number.isFinite(value)) return [{ path, reason: "must be a number" }];
    const reason = rule.problem?.(value);
    return reason === undefined ? [] : [{ path, reason }];
}

function judgeText(value: unknown, rule: Rule & { is: "text" }, path: string): readonly Finding[] {
    if (typeof value !== "string") return [{ path, reason: "must be a text" }];
    const isAllowed = rule.multiline === true ? !/(?![\t\r\n])\p{Cc}/u.test(value) : expressible(value);
    if (!isAllowed) return [{ path, reason: "cannot hold line breaks, NUL or other control characters" }];
    const reason = rule.problem?.(value);
    return reason === undefined ? [] : [{ path, reason }];
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function judgeMap(value: unknown, rule: Rule & { is: "map" }, path: string): readonly Finding[] {
    if (!isFields(value)) return [{ path, reason: "must be a map from names to values" }];
    return Object.entries(value).flatMap(([name, item]) => {
        const reason = rule.name?.(name);
        const inside = pathTo(path, name);
        return [...(reason === undefined ? [] : [{ path: inside, reason }]), ...judge(item, rule.of, inside)];
    });
}

function judgeFields(value: unknown, { fields, required }: Rule & { is: "fields" }, path: string): readonly Finding[] {
    if (!isFields(value)) return [{ path, reason: "must be an object" }];
    const missing = required.filter((name) => isAbsent(value[name]));
    return [
        ...missing.map((name) => ({ path: pathTo(path, name), reason: "is missing" })),
        ...Object.entries(value).flatMap(([name, item]) => {
            const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
            if (rule !== undefined) return isAbsent(item) ? [] : judge(item, rule, pathTo(path, name));
            return [{ path: pathTo(path, name), reason: `is no argument here${hint(name, Object.keys(fields))}` }];
        }),
    ];
}

function isAbsent(value: unknown): boolean {
    return value === undefined || value === null;
}

/** The path of what lies under a name; an odd name is quoted and cut, for it may be a value at the wrong place. */
export function pathTo(path: string, name: string): string {
    const plain = /^[\w./-]{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 20).replace(/[^ -~]/g, "?"));
    return path === "" ? plain : `${path}.${plain}`;
}

function judgeEither(value: unknown, { rules, expected }: Rule & { is: "either" }, path: string): readonly Finding[] {
    const verdicts = rules.map((rule) => judge(value, rule, path));
    if (verdicts.some((findings) => findings.length === 0)) return [];
    // A verdict about what is inside speaks of the form that was meant.
    return (
        verdicts.find((findings) => findings.some((finding) => finding.path !== path)) ?? [
            { path, reason: `must be ${expected}` },
        ]
    );
}

/** What was meant, where a known name is near: `; did you mean X?`; empty otherwise. */
export function hint(name: string, known: readonly string[]): string {
    if (name.length > 40) return "";
    // Names whose lengths differ by more are farther away.
    const near = known.filter((candidate) => Math.abs(candidate.length - name.length) <= 2);
    const distances = near.map((candidate) => distance(name.toLowerCase(), candidate.toLowerCase()));
    const least = Math.min(...distances);
    return least > 2 ? "" : `; did you mean ${near[distances.indexOf(least)] ?? ""}?`;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (const [i, letter] of [...a].entries()) {
        const next = [i + 1];
        for (const [j, other] of [...b].entries()) {
            next.push(Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
        }
        row = next;
    }
    return row.at(-1) ?? 0;
}

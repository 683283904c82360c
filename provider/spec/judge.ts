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
    | { readonly is: "anything" }
    | { readonly is: "list"; readonly of: Rule }
    | { readonly is: "map"; readonly of: Rule; readonly name?: (name: string) => string | undefined }
    | { readonly is: "fields"; readonly fields: Readonly<Record<string, Rule>>; readonly required: readonly string[] }
    | { readonly is: "either"; readonly rules: readonly Rule[]; readonly expected: string };

/** Holds a value against a rule. Unknown values pass at any depth. */
export function judge(value: unknown, rule: Rule, path: string): readonly Finding[] {
    if (isUnknown(value)) return [];
    switch (rule.is) {
        case "anything":
            return [];
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
    const forbidden = rule.multiline === true ? /(?![\t\r\n])\p{Cc}/u : /(?!\t)\p{Cc}/u;
    if (forbidden.test(value)) return [{ path, reason: "cannot hold line breaks, NUL or other control characters" }];
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
        return [...(reason === undefined ? [] : [{ path, reason }]), ...judge(item, rule.of, `${path}.${name}`)];
    });
}

function judgeFields(value: unknown, { fields, required }: Rule & { is: "fields" }, path: string): readonly Finding[] {
    if (!isFields(value)) return [{ path, reason: "must be an object" }];
    const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
    const missing = required.filter((name) => value[name] === undefined || value[name] === null);
    return [
        ...missing.map((name) => ({ path: at(name), reason: "is missing" })),
        ...Object.entries(value).flatMap(([name, item]) => {
            const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
            if (rule === undefined)
                return [{ path: at(name), reason: `is no argument here${hint(name, Object.keys(fields))}` }];
            return item === undefined || item === null ? [] : judge(item, rule, at(name));
        }),
    ];
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

function hint(name: string, known: readonly string[]): string {
    const close = known.find((candidate) => distance(name.toLowerCase(), candidate.toLowerCase()) <= 2);
    return close === undefined ? "" : `; did you mean ${close}?`;
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

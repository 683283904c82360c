const escapes: Readonly<Record<string, string>> = {
    n: "\n",
    t: "\t",
    r: "\r",
    s: " ",
    a: "\x07",
    b: "\b",
    f: "\f",
    v: "\v",
};

/** Splits as systemd does: blanks, both quotes (anywhere in a word), C escapes. */
export function splitWords(text: string): string[] {
    const words: string[] = [];
    let word: string | undefined;
    let quote = "";
    for (let at = 0; at < text.length; at++) {
        const letter = text.charAt(at);
        if (letter === "\\") {
            const [meant, used] = escaped(text, at + 1);
            word = (word ?? "") + meant;
            at += used;
        } else if (quote !== "") {
            if (letter === quote) quote = "";
            else word = (word ?? "") + letter;
        } else if (letter === '"' || letter === "'") {
            quote = letter;
            word ??= "";
        } else if (/\s/.test(letter)) {
            if (word !== undefined) words.push(word);
            word = undefined;
        } else {
            word = (word ?? "") + letter;
        }
    }
    if (word !== undefined) words.push(word);
    return words;
}

function escaped(text: string, at: number): [meant: string, used: number] {
    const letter = text.charAt(at);
    const hex = /^x([0-9a-f]{2})/i.exec(text.slice(at));
    if (hex?.[1] !== undefined) return [String.fromCharCode(parseInt(hex[1], 16)), 3];
    return [escapes[letter] ?? letter, 1];
}

/** Replaces %i and its like; an unknown one stays. */
export function expandSpecifiers(text: string, name: string): string {
    const [, prefix = name, instance = ""] = /^([^@]+)@(.*)\.[a-z]+$/.exec(name) ?? [
        undefined,
        name.replace(/\.[a-z]+$/, ""),
    ];
    const values: Readonly<Record<string, string>> = {
        "%": "%",
        i: instance,
        I: unescapeName(instance),
        n: name,
        N: name.replace(/\.[a-z]+$/, ""),
        p: prefix,
        P: unescapeName(prefix),
        H: "localhost",
    };
    return text.replace(/%(.)/g, (whole, letter: string) => values[letter] ?? whole);
}

function unescapeName(text: string): string {
    return text
        .replaceAll("-", "/")
        .replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Variables in an Exec line: `$FOO` as a word of its own is split again, `${FOO}` is not, `$$` is a dollar. */
export function expandVariables(words: readonly string[], variables: Readonly<Record<string, string>>): string[] {
    return words.flatMap((word) => {
        const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
        if (alone !== undefined) return (variables[alone] ?? "").split(/\s+/).filter(Boolean);
        return [
            word.replace(/\$\$|\$\{(\w+)\}/g, (_, name?: string) =>
                name === undefined ? "$" : (variables[name] ?? ""),
            ),
        ];
    });
}

/** NAME=VALUE words to an object; later ones win, others are dropped as systemd does. */
export function assignments(words: readonly string[]): Record<string, string> {
    const found: Record<string, string> = {};
    for (const word of words) {
        const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? [];
        if (name !== undefined && value !== undefined) found[name] = value;
    }
    return found;
}

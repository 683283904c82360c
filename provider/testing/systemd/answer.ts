/** What a call of systemctl prints and how it ends. */
export interface Answer {
    readonly code: number;
    readonly out: string;
    readonly err: string;
}

/** An answer with lines on stdout. */
export function out(text: string, code = 0): Answer {
    return { code, out: text, err: "" };
}

/** An answer with lines on stderr. */
export function err(text: string, code = 1): Answer {
    return { code, out: "", err: text };
}

/** Several answers as one: the texts in order, the last failure's code. */
export function joined(answers: readonly Answer[], separator = ""): Answer {
    return {
        code: answers.findLast((answer) => answer.code !== 0)?.code ?? 0,
        out: answers.map((answer) => answer.out).join(separator),
        err: answers.map((answer) => answer.err).join(""),
    };
}

/** One word of rkt's command line, and the argument that it comes from. */
export interface Word {
    readonly text: string;
    /** Path of the argument, such as `rkt.volumes[0]`. */
    readonly path: string;
}

/** The words of an unquoted variable, as the shell of the wrapper splits it; a no-break space is a letter there. */
export function wordsIn(text: string): readonly string[] {
    return text.split(/[ \t\n]+/).filter((word) => word !== "");
}

/** Whether a shell that globs may put names of files in the word's place. Source: bash(1), Pathname Expansion. */
export function isPattern(word: string): boolean {
    return /[*?]|\[.*\]/s.test(word);
}

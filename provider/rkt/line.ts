import { flagOf, versionProblem } from "./flags";
import { readMount, type Mount } from "./mounts";
import { parse, type Option, type Piece } from "./parse";
import { booleanIn, readVolume, type Reading, type Volume } from "./volumes";
import type { Word } from "./words";

/** A value that an option gives. */
export interface Said<T> extends Reading<T> {
    readonly by: Option;
}

/** What RKT_OPTS put on rkt's command line, read once for every rule. */
export interface Line {
    readonly pieces: readonly Piece[];
    readonly options: ReadonlyMap<string, readonly Option[]>;
    readonly volumes: readonly Said<Volume>[];
    readonly mounts: readonly Said<Mount>[];
}

export function lineOf(words: readonly Word[]): Line {
    const pieces = parse(words);
    const options = new Map<string, Option[]>();
    for (const piece of pieces) {
        if (piece.is === "option") options.set(piece.name, [...(options.get(piece.name) ?? []), piece]);
    }
    const said = <T>(name: string, read: (value: string) => Reading<T>): readonly Said<T>[] =>
        (options.get(name) ?? []).map((by) => ({ by, ...read(by.value ?? "") }));
    return { pieces, options, volumes: said("volume", readVolume), mounts: said("mount", readMount) };
}

/** The line without the options that an rkt does not know. */
export function knownTo(line: Line, rktVersion: string): Line {
    const isKnown = (name: string): boolean => {
        const flag = flagOf(name);
        return flag !== undefined && versionProblem(flag, rktVersion) === undefined;
    };
    if ([...line.options.keys()].every(isKnown)) return line;
    return { ...line, options: new Map([...line.options].filter(([name]) => isKnown(name))) };
}

/** The options of those names, those of the first name first. */
export function named({ options }: Line, ...names: readonly string[]): readonly Option[] {
    return names.flatMap((name) => options.get(name) ?? []);
}

/** The boolean options of that name that say yes. */
export function switchedOn(line: Line, name: string): readonly Option[] {
    return named(line, name).filter(({ value }) => value === undefined || booleanIn(value) === true);
}

/** The value of an option of a wrapper's own; undefined: it gives none of that name. */
export function ownOption(options: readonly string[], name: string): string | undefined {
    const head = `--${name}=`;
    return options.find((option) => option.startsWith(head))?.slice(head.length);
}

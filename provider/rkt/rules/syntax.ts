import { each, finding, isRaw, type Fault, type Finding, type Place, type RuleName } from "../findings";
import { FLAG_NAMES, flagOf, versionProblem, type Flag } from "../flags";
import type { Case } from "../judge";
import type { Option, Piece, Unread } from "../parse";
import { booleanIn } from "../volumes";
import { isPattern } from "../words";

/** What rkt cannot read, or reads as something else. Source: spf13/pflag; run on 0.15.0 to 1.30.0. */
export function syntaxRules({ line: { pieces }, place }: Case): readonly Finding[] {
    const firstEnd = pieces.find(({ is }) => is === "end");
    return pieces.flatMap((piece) => {
        // The first -- ends the reading of options, which begins anew behind it.
        if (piece === firstEnd) return [];
        const fault = piece.is === "option" ? refusal(piece, place) : UNREAD[piece.is](piece);
        return [...(fault === undefined ? [] : [finding("error", piece, fault)]), ...oddities(piece, place)];
    });
}

const fault = (rule: RuleName, problem: string, remedy: string): Fault => ({ rule, problem, remedy });

const AMONG_FLAGS = "leave it out; the kubelet's own flags go into flags";

const UNREAD: Readonly<Record<Unread["is"], (piece: Unread) => Fault>> = {
    image: () =>
        fault(
            "stray-word",
            "rkt takes the word for an image, and fly runs one image only",
            "write options as --NAME=VALUE",
        ),
    end: () =>
        fault("second-end", "rkt takes a second -- for arguments of an image, and none stands before it", AMONG_FLAGS),
    "single-dash": () => fault("single-dash", "rkt run has no options with one dash", "write --NAME=VALUE"),
    syntax: () => fault("bad-syntax", "no option is written so", "write --NAME=VALUE"),
    unknown: (piece) => fault("unknown-option", "rkt run has no such option", hintFor(piece)),
    help: () => fault("help", "rkt prints its help and ends", "leave it out"),
    "without-value": () =>
        fault(
            "needs-value",
            "it has no value, and would take the wrapper's next word for one",
            "give it a value behind =",
        ),
};

/** An option that the word begins with, or that begins with the word. */
function hintFor({ name, shown }: Unread): string {
    const isShown = shown === `--${name}` && name.length > 2;
    const near = FLAG_NAMES.find((known) => isShown && (known.startsWith(name) || name.startsWith(known)));
    return near === undefined ? AMONG_FLAGS : `did you mean --${near}?`;
}

/** Why rkt refuses an option that some rkt has; undefined: it takes it. */
function refusal(option: Option, { rktVersion, wrapperGeneration }: Place): Fault | undefined {
    const flag: Flag = flagOf(option.name) ?? { takes: "value" };
    if (flag.isBehindImage === true) {
        const place = "put it behind --exec=/kubelet in unit.environment.KUBELET_IMAGE_ARGS";
        const hasPlace = wrapperGeneration.variables.includes("KUBELET_IMAGE_ARGS");
        const problem = "it must follow an image, and RKT_OPTS stand before it";
        return fault("behind-image", problem, hasPlace ? place : "leave it out: this wrapper has no place for it");
    }
    const problem = versionProblem(flag, rktVersion);
    if (problem !== undefined) return fault("option-version", problem, "leave it out, or update the OS");
    if (flag.takes !== "boolean" || option.value === undefined || booleanIn(option.value) !== undefined)
        return undefined;
    return fault("bad-boolean", "its value is neither true nor false", `write --${option.name} alone`);
}

/** What rkt or the shell takes otherwise than it seems. */
function oddities(piece: Piece, { wrapperGeneration }: Place): readonly Finding[] {
    const { tokens } = piece;
    const swallows = piece.is === "option" && tokens[1]?.startsWith("-") === true;
    const isGlobbed = wrapperGeneration.globs && tokens.some(isPattern);
    const isQuoted = isRaw(piece) && tokens.some((token) => /["']/.test(token));
    const warn = (is: boolean, rule: RuleName, problem: string, remedy: string): readonly Finding[] =>
        each("warning", is ? [piece] : [], rule, problem, remedy);
    return [
        ...warn(swallows, "swallowed-option", "it takes the next option for its value", "give it a value behind ="),
        ...warn(
            isGlobbed,
            "pattern",
            "the wrapper's shell takes * ? and [ ] for names of files, if some match",
            "do without",
        ),
        ...warn(isQuoted, "quotes", "quotes mean nothing here, and become part of the value", "do without"),
    ];
}

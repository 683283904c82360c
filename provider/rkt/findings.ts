import type { WrapperGeneration } from "../coreos/generations";
import { plain } from "../errors";
import type { RuleName } from "./rule-names";

export type { RuleName };

/** What stands at a path of the host. */
export type SourceKind = "file" | "folder" | "absent";

/** What is known of the host's files; a path that is not told of is taken to be as it should. */
export interface HostFacts {
    /** VERSION_ID of os-release; undefined: not known. */
    readonly osVersion?: string;
    readonly sources: Readonly<Record<string, SourceKind>>;
}

/** Where options are run: which rkt reads them, which wrapper puts them on its command line, which files are there. */
export interface Place {
    readonly rktVersion: string;
    readonly wrapperGeneration: WrapperGeneration;
    readonly hostFacts: HostFacts;
}

/** `error`: the kubelet does not start. `warning`: it starts, and gets something else than was asked for. */
export type Severity = "warning" | "error";

/** What is wrong with the options in a place, or will not be as it seems. */
export interface Finding {
    readonly severity: Severity;
    /** The rule that found it. */
    readonly rule: RuleName;
    /** The argument, such as `rkt.volumes[0].target` or `rkt.options`. */
    readonly path: string;
    /** The words that it is about, as they may be shown. */
    readonly token: string;
    readonly problem: string;
    readonly remedy: string;
}

/** Where in the arguments a finding belongs. */
export interface Subject {
    readonly path: string;
    readonly shown: string;
}

/** What a rule says of a piece; `field` is the part of a typed argument that it is about. */
export interface Fault {
    readonly rule: RuleName;
    readonly problem: string;
    readonly remedy: string;
    readonly field?: string;
}

const RAW = "rkt.options";

export function isRaw({ path }: Subject): boolean {
    return path === RAW;
}

/** Volumes are the arguments with parts of their own. */
function hasFields({ path }: Subject): boolean {
    return path.endsWith("]");
}

/** A finding about a piece. A word of raw options may be too long to be shown whole. */
export function finding(severity: Severity, subject: Subject, { field, ...fault }: Fault): Finding {
    const path = field !== undefined && hasFields(subject) ? `${subject.path}.${field}` : subject.path;
    const token = subject.shown.length > LONGEST ? `${subject.shown.slice(0, LONGEST - 1)}…` : subject.shown;
    return { severity, path, token, ...fault };
}

const LONGEST = 100;

/** The same finding about each of several pieces. */
export function each(
    severity: Severity,
    subjects: readonly Subject[],
    rule: RuleName,
    problem: string,
    remedy = "leave it out",
): readonly Finding[] {
    return subjects.map((subject) => finding(severity, subject, { rule, problem, remedy }));
}

/** What is wrong, behind the words that it is about; of a typed argument the path says enough. */
export function problemOf({ path, token, problem }: Finding): string {
    return plain(path === RAW ? `${token}: ${problem}` : problem);
}

/** What is wrong, and what to do. */
export function reasonOf(finding: Finding): string {
    return `${problemOf(finding)}; ${finding.remedy}`;
}

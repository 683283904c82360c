import type { WrapperGeneration } from "../coreos/generations";
import type { RktSpec } from "../spec/spec";
import type { Finding, Place } from "./findings";
import { knownTo, lineOf, type Line } from "./line";
import { groupsOf } from "./options";
import { podOf, type Pod } from "./pod";
import { collisionRules } from "./rules/collisions";
import { dnsRules } from "./rules/dns";
import { environmentRules } from "./rules/environment";
import { fileRules } from "./rules/files";
import { hostsRules } from "./rules/hosts";
import { insecureRules } from "./rules/insecure";
import { networkRules } from "./rules/network";
import { storeRules } from "./rules/store";
import { syntaxRules } from "./rules/syntax";
import { targetRules } from "./rules/targets";
import { typedRules } from "./rules/typed";
import { volumeRules } from "./rules/volumes";

/** Typed and raw options, and whether the image goes without a signature. */
export interface Options {
    readonly rkt: RktSpec;
    readonly insecure: boolean;
}

/** What a rule looks at. */
export interface Case {
    readonly line: Line;
    readonly pod: Pod;
    readonly place: Place;
}

const RULES: readonly ((one: Case) => readonly Finding[])[] = [
    syntaxRules,
    volumeRules,
    networkRules,
    storeRules,
    environmentRules,
    insecureRules,
    dnsRules,
    hostsRules,
    collisionRules,
    targetRules,
    fileRules,
];

/** Everything that is wrong with the options in a place, and what will not be as it seems; nothing: they are fine. */
export function judge(options: Options, place: Place): readonly Finding[] {
    return judgeRead(read(options, place.wrapperGeneration), place);
}

/** Options as a wrapper puts them on rkt's command line. */
export interface Read {
    readonly line: Line;
    readonly pod: Pod;
    /** What of them no words can say. */
    readonly unsayable: readonly Finding[];
}

export function read({ rkt, insecure }: Options, wrapper: WrapperGeneration): Read {
    const unsayable = typedRules(rkt);
    // What words cannot say is judged by that alone.
    const isSayable = (path: string): boolean =>
        !unsayable.some((found) => found.path === path || found.path.startsWith(`${path}.`));
    const groups = groupsOf(rkt, { insecure }, wrapper).filter(({ path }) => isSayable(path));
    const line = lineOf(groups.flatMap(({ path, words }) => words.map((text) => ({ text, path }))));
    return { line, pod: podOf(line, wrapper), unsayable };
}

export function judgeRead({ line, pod, unsayable }: Read, place: Place): readonly Finding[] {
    const one = { line: knownTo(line, place.rktVersion), pod, place };
    return [...unsayable, ...RULES.flatMap((rule) => rule(one))];
}

import { WRAPPER_GENERATIONS, type WrapperGeneration } from "../coreos/generations";
import { compareVersions } from "../versions";
import { isRaw, type Finding, type Severity } from "./findings";
import { judgeRead, read, type Options } from "./judge";

/** The first version of each run of versions of rkt that the rules tell apart, newest first. */
const VERSIONS = [
    ...["1.30.0", "1.29.0", "1.26.0", "1.24.0", "1.20.0", "1.15.0", "1.13.0", "1.12.0", "1.11.0", "1.9.0"],
    ...["1.6.0", "1.3.0", "1.2.0", "1.0.0", "0.16.0", "0.15.0"],
];

/**
 * What is wrong with the options wherever they are run: the judgement while no host is known. An error is one everywhere;
 * what is an error here and a warning there is a warning, and what is fine anywhere is nothing.
 */
export function judgeAnywhere(options: Options): readonly Finding[] {
    let common: readonly Finding[] | undefined;
    for (const wrapperGeneration of WRAPPER_GENERATIONS) {
        const said = read(options, wrapperGeneration);
        for (const rktVersion of VERSIONS.filter((each) => takes(wrapperGeneration, each))) {
            const found = judgeRead(said, { rktVersion, wrapperGeneration, hostFacts: { sources: {} } });
            common = common === undefined ? found : shared(common, found);
            if (common.length === 0) return [];
        }
    }
    return common ?? [];
}

function takes({ needsRkt, endsWithRkt }: WrapperGeneration, rktVersion: string): boolean {
    const isOver = endsWithRkt !== undefined && compareVersions(rktVersion, endsWithRkt) >= 0;
    return compareVersions(rktVersion, needsRkt) >= 0 && !isOver;
}

function shared(before: readonly Finding[], found: readonly Finding[]): readonly Finding[] {
    const worst = new Map<string, Severity>();
    for (const each of found) {
        const key = keyOf(each);
        if (worst.get(key) !== "error") worst.set(key, each.severity);
    }
    return before.flatMap((each) => {
        const severity = worst.get(keyOf(each));
        if (severity === undefined) return [];
        return [severity === "error" ? each : { ...each, severity }];
    });
}

/** What a finding is about, whichever rule found it. */
function keyOf({ path, token }: Finding): string {
    return isRaw({ path, shown: token }) ? `${path} ${token}` : path.replace(/\].*/, "]");
}

// The judgement while no host is known.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WRAPPER_GENERATIONS } from "../../provider/coreos/generations";
import { judgeAnywhere } from "../../provider/rkt/anywhere";
import type { Finding, Place } from "../../provider/rkt/findings";
import { judge } from "../../provider/rkt/judge";
import type { RktSpec } from "../../provider/spec/spec";
import { compareVersions } from "../../provider/versions";
import { rowsOf } from "./rig";
import { bind, rktOf, said, volumeOf } from "./support";

const anywhere = (options: string | Partial<RktSpec>): readonly string[] =>
    judgeAnywhere({ rkt: rktOf(typeof options === "string" ? { options } : options), insecure: false }).map(said);

describe("without a host", () => {
    it.each<readonly [string, string | Partial<RktSpec>, readonly string[]]>([
        ["what every rkt refuses is an error", "--foo", ["error unknown-option rkt.options"]],
        ["what each refuses in its own way too", "--stage1-path=/x", ["error stage1-twice rkt.options"]],
        ["what only some refuse is nothing", "--hosts-entry=host --dns=host --set-env-file=/x", []],
        ["nor what only some wrappers clash with", bind("run", "/srv", "/srv"), []],
        [
            "a clash with every wrapper is a warning, where some start",
            bind("x", "/srv", "/run"),
            ["warning target-twice rkt.options"],
        ],
        [
            "what is silently elsewhere everywhere is a warning",
            bind("x", "/srv", "/a+b"),
            ["warning target-decoded rkt.options"],
        ],
        [
            "what some refuse and others drop is a warning",
            "--volume=x,kind=host,source=/x",
            ["warning volume-unmounted rkt.options"],
        ],
        ["a typed recursive is nothing", { volumes: [volumeOf({ recursive: true })] }, []],
        ["the usual ones are nothing", { hostDns: true, iscsi: true, containerLogs: true, setEnv: { A: "*" } }, []],
        [
            "two volumes of one name",
            { hostDns: true, volumes: [volumeOf({ name: "resolv" })] },
            ["error volume-twice rkt.volumes[0].name"],
        ],
    ])("%s", (_, options, findings) => {
        expect(anywhere(options)).toEqual(findings);
    });
});

// Others than the versions that the judgement itself looks at.
const VERSIONS = [
    ...["0.15.0", "0.16.0", "1.0.0", "1.1.0", "1.2.1", "1.4.0", "1.5.1", "1.7.0", "1.8.0", "1.9.1", "1.10.0", "1.11.0"],
    ...["1.12.0", "1.13.0", "1.14.0", "1.17.0", "1.18.0", "1.21.0", "1.25.0", "1.27.0", "1.28.1", "1.29.0", "1.30.0"],
];
const PLACES: readonly Place[] = VERSIONS.flatMap((rktVersion) =>
    WRAPPER_GENERATIONS.filter(({ needsRkt }) => compareVersions(rktVersion, needsRkt) >= 0).map(
        (wrapperGeneration) => ({
            rktVersion,
            wrapperGeneration,
            hostFacts: { sources: {} },
        }),
    ),
);

const aboutTheSame = (one: Finding, other: Finding): boolean =>
    one.token === other.token && one.path.replace(/\].*/, "]") === other.path.replace(/\].*/, "]");

describe("an error without a host", () => {
    const pieces = rowsOf("test/rkt/rkt-opts.tsv").map(({ options }) => options);

    it("is one in every place, and a warning is at least one", () => {
        const place = fc.constantFrom(...PLACES);
        const some = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 }).map((all) => all.join(" "));
        fc.assert(
            fc.property(some, fc.array(place, { minLength: 5, maxLength: 5 }), (options, places) => {
                const asked = { rkt: rktOf({ options }), insecure: false };
                for (const found of judgeAnywhere(asked)) {
                    for (const each of places) {
                        const same = judge(asked, each).filter((other) => aboutTheSame(found, other));
                        const severities = same.map(({ severity }) => severity);
                        expect(severities).toContain(found.severity === "error" ? "error" : severities[0]);
                    }
                }
            }),
            { numRuns: 50 },
        );
    });

    it("is missed nowhere: what has one in every place has one without a place", () => {
        const isError = ({ severity }: Finding): boolean => severity === "error";
        const missed = pieces.filter((options) => {
            const asked = { rkt: rktOf({ options }), insecure: false };
            const isFound = judgeAnywhere(asked).some(isError);
            return !isFound && PLACES.every((place) => judge(asked, place).some(isError));
        });
        expect(missed).toEqual([]);
    });
});

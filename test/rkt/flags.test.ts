import { describe, expect, it } from "vitest";
import { FLAG_NAMES, flagOf, versionProblem } from "../../provider/rkt/flags";
import { found, placeOf } from "./support";

// First and last release with an option, where not all from 0.15.0 to 1.30.0 have it. Source: rkt/rkt
// rkt/*.go at its tags; CHANGELOG 0.16.0 (user-config), 1.0.0 (stage1-…, insecure-skip-verify), 1.11.0 (profiles).
const VERSIONS: Readonly<Record<string, readonly [before: string | undefined, first: string, after?: string]>> = {
    "user-config": ["0.15.0", "0.16.0"],
    "insecure-skip-verify": [undefined, "0.16.0", "1.0.0"],
    "stage1-image": [undefined, "0.16.0", "1.0.0"],
    "stage1-url": ["0.16.0", "1.0.0"],
    "stage1-path": ["0.16.0", "1.0.0"],
    "stage1-name": ["0.16.0", "1.0.0"],
    "stage1-hash": ["0.16.0", "1.0.0"],
    "stage1-from-dir": ["0.16.0", "1.0.0"],
    dns: ["0.16.0", "1.0.0"],
    "dns-search": ["0.16.0", "1.0.0"],
    "dns-opt": ["0.16.0", "1.0.0"],
    hostname: ["1.1.0", "1.2.0"],
    "set-env-file": ["1.8.0", "1.9.0"],
    cpuprofile: ["1.10.1", "1.11.0"],
    memprofile: ["1.10.1", "1.11.0"],
    "dns-domain": ["1.14.0", "1.15.0"],
    "hosts-entry": ["1.14.0", "1.15.0"],
    "pull-policy": ["1.23.0", "1.24.0"],
    ipc: ["1.28.1", "1.29.0"],
};

describe.each(FLAG_NAMES)("--%s", (name) => {
    const [before, first, after] = VERSIONS[name] ?? [undefined, "0.15.0"];
    const isKnown = (version: string): boolean =>
        versionProblem(flagOf(name) ?? { takes: "value" }, version) === undefined;

    it("is known to the releases that have it", () => {
        expect([before === undefined ? false : isKnown(before), isKnown(first)]).toEqual([false, true]);
        expect(after === undefined ? isKnown("1.30.0") : !isKnown(after)).toBe(true);
    });
});

it("an option that an rkt does not know is judged by that alone", () => {
    const options = "--hosts-entry=foo --set-env-file=/x --pull-policy=update";
    expect(found(options, placeOf("1.8.0 C", { sources: { "/x": "absent" } }))).toEqual(
        Array(3).fill("error option-version rkt.options"),
    );
});

// Source: spf13/pflag, NoOptDefVal; rkt/rkt rkt/run.go, rkt.go.
it("only these take no word behind them", () => {
    const alone = FLAG_NAMES.filter((name) => flagOf(name)?.takes !== "value");
    expect(alone.sort()).toEqual([
        ...["debug", "inherit-env", "insecure-skip-verify", "interactive", "mds-register", "net", "no-overlay"],
        ...["no-store", "private-users", "store-only", "trust-keys-from-https"],
    ]);
});

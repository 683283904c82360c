// The options of CoreOS's own page under the wrappers that there have been. Source: run on rkt
// 1.0.0 to 1.30.0 with the wrappers' own texts, coreos/coreos-overlay d37e3eff6 to aa2191243; where a wrapper by itself does
// not start on an rkt, no cell stands here.
import { describe, expect, it } from "vitest";
import { judge } from "../../provider/rkt/judge";
import { bind, placeOf, rktOf } from "./support";

const PAGE = {
    resolv: bind("resolv", "/etc/resolv.conf", "/etc/resolv.conf"),
    iscsiadm: bind("iscsiadm", "/usr/sbin/iscsiadm", "/usr/sbin/iscsiadm"),
    "var-log": bind("var-log", "/var/log", "/var/log"),
};
type Name = keyof typeof PAGE;

const ALL: readonly Name[] = ["resolv", "iscsiadm", "var-log"];
const WITHOUT_LOGS: readonly Name[] = ["resolv", "iscsiadm"];

describe.each<readonly [place: string, starts: readonly Name[]]>([
    ["1.0.0 A", ALL],
    ["1.0.0 B", ALL],
    ...["1.30.0", "1.14.0", "1.8.0", "1.0.0"].map((rkt) => [`${rkt} C`, ALL] as const),
    ...["1.30.0", "1.14.0", "1.8.0", "1.0.0"].map((rkt) => [`${rkt} D`, ALL] as const),
    // Its own volume is called var-log too.
    ["1.30.0 E", WITHOUT_LOGS],
    ["1.30.0 F", WITHOUT_LOGS],
    ["1.20.0 E", ALL],
    ["1.14.0 E", ALL],
    ["1.8.0 E", ALL],
    ["1.0.0 E", ALL],
    // Its own volumes are called coreos-…
    ["1.30.0 G", ALL],
    ["1.20.0 G", WITHOUT_LOGS],
    ["1.14.0 G", WITHOUT_LOGS],
    ["1.30.0 I", ALL],
    ["1.20.0 I", WITHOUT_LOGS],
    ["1.30.0 J", ALL],
    ["1.30.0 K", ALL],
])("rkt and wrapper %s", (place, starts) => {
    it.each(ALL)("%s", (name) => {
        const findings = judge({ rkt: rktOf({ options: PAGE[name] }), insecure: false }, placeOf(place));
        const errors = findings.filter(({ severity }) => severity === "error");
        expect(errors.length === 0).toBe(starts.includes(name));
    });

    it("the typed ones, all three", () => {
        const typed = rktOf({ hostDns: true, iscsi: true, containerLogs: true });
        expect(judge({ rkt: typed, insecure: false }, placeOf(place))).toEqual([]);
    });
});

// What a host makes of the options otherwise than they seem: told once it is known, besides what check tells.
import { describe, expect, it } from "vitest";
import { check } from "../../provider/plan/check";
import { judgeOptions, optionWarnings } from "../../provider/plan/options";
import type { Facts } from "../../provider/plan/facts";
import { bare, OLD, SHIPPED, specWith, type More } from "./hosts";

const LAST = { ...SHIPPED, osVersion: "2514.1.0", rktVersion: "1.30.0" };
const RELEASED = { ...SHIPPED, osVersion: "1911.5.0", rktVersion: "1.30.0" };

const warningsOn = (more: More, facts: Facts): readonly string[] => optionWarnings(specWith(more), bare(facts), facts);

describe("a host that is known", () => {
    it.each<readonly [string, More, readonly string[], Facts]>([
        ["of nothing", {}, [], SHIPPED],
        ["of the usual", { rkt: { hostDns: true, iscsi: true, containerLogs: true } }, [], SHIPPED],
        [
            "of an option that writes no usable DNS there",
            { rkt: { options: "--dns=host" } },
            [
                "rkt.options: --dns=host: rkt 1.14.0 writes it as the address of a server: the kubelet has no DNS; use rkt.hostDns, which works on every rkt",
            ],
            SHIPPED,
        ],
        ["not of one that works there", { rkt: { options: "--dns=host" } }, [], RELEASED],
        [
            "of a recursive that is not heeded",
            { rkt: { volumes: [{ name: "mine", source: "/srv", target: "/srv", recursive: true }] } },
            [
                "rkt.volumes[0].recursive: rkt 1.14.0 takes recursive, and shows nothing that is mounted below the source; leave it out, or update the OS to one with rkt 1.15.0",
            ],
            SHIPPED,
        ],
        [
            "of a volume in place of the wrapper's",
            { rkt: { volumes: [{ name: "mine", source: "/srv/modules", target: "/lib/modules" }] } },
            [
                "rkt.volumes[0].target: on /lib/modules stands the wrapper's own mount too, and that one is dropped silently; leave the volume out, or mount it elsewhere",
            ],
            RELEASED,
        ],
        [
            "of a pattern, where the wrapper globs",
            { rkt: { setEnv: { NO_PROXY: "*.local" } } },
            [
                "rkt.setEnv.NO_PROXY: the wrapper's shell takes * ? and [ ] for names of files, if some match; do without",
            ],
            SHIPPED,
        ],
        ["not where it does not", { rkt: { setEnv: { NO_PROXY: "*.local" } } }, [], OLD],
    ])("warns %s", (_, more, warnings, facts) => {
        expect(warningsOn(more, facts)).toEqual(warnings);
    });

    it("is not warned again of what check has told: each word is told of once", () => {
        const given = { connection: { host: "a" }, version: "v1.3.4_coreos.0" };
        const rkt = { options: "--volume x,kind=host,source=/x --mount volume=x,target=/a+b --dns=host" };
        const told = [...check({ ...given, rkt }).warnings, ...warningsOn({ rkt }, SHIPPED)];
        expect(told).toEqual([
            expect.stringMatching(/^rkt\.options: --mount volume=x,target=\/a\+b: rkt decodes/),
            expect.stringMatching(/^rkt\.options: --dns=host: /),
        ]);
    });

    it("is warned of what the image that its wrapper takes by default makes of them: check could not tell", () => {
        const rkt = { options: "--insecure-options=http" };
        expect(check({ connection: { host: "a" }, version: "v1.3.4_coreos.0", rkt }).warnings).toEqual([]);
        expect(warningsOn({ rkt }, LAST)).toEqual([
            expect.stringMatching(/^rkt\.options: --insecure-options=http: it replaces an --insecure-options=image/),
        ]);
    });

    it("never says a value that may be secret", () => {
        const options =
            '--set-env=A="s3cret s3cret" --set-env-file=/s3cret --set-env=A=s3cret --mount --set-env=B=s3cret';
        const spec = specWith({ rkt: { options, setEnv: { C: "s3cret *" } } });
        const said = [...optionWarnings(spec, bare(), SHIPPED)];
        try {
            judgeOptions(spec, { ...bare(), sources: { "/s3cret": "absent" } });
        } catch (error) {
            said.push(String(error));
        }
        expect(said.join("\n")).toMatch(/options-refused|--set-env/);
        expect(said.join("\n")).not.toContain("s3cret");
    });
});

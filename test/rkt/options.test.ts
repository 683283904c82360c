import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WRAPPER_GENERATIONS } from "../../provider/coreos/generations";
import { judge } from "../../provider/rkt/judge";
import { lineOf } from "../../provider/rkt/line";
import { groupsOf, rktSources, rktWordGroups, UUID_FILE } from "../../provider/rkt/options";
import type { RktSpec } from "../../provider/spec/spec";
import { compareVersions } from "../../provider/versions";
import { splitByBash } from "./split-by-bash";
import { rktOf, volumeOf } from "./support";

const HOST = { osId: "coreos", osVersion: "1185.3.0", wrapperSource: "host" } as const;
const TRUSTED = { insecure: false };
const wordsOf = (rkt: Partial<RktSpec>, insecure = false, facts: Parameters<typeof rktWordGroups>[2] = HOST) =>
    rktWordGroups(rktOf(rkt), { insecure }, facts)
        .map((group) => group.join(" "))
        .slice(1);

describe("the words of RKT_OPTS", () => {
    it("begin with the file that the next start removes the pod by, whatever else they are", () => {
        const all = { hostDns: true, setEnv: { A: "b" }, options: "--debug" };
        expect(rktWordGroups(rktOf({}), { insecure: false }, HOST)).toEqual([[`--uuid-file-save=${UUID_FILE}`]]);
        expect(rktWordGroups(rktOf(all), { insecure: true }, HOST)[0]).toEqual([`--uuid-file-save=${UUID_FILE}`]);
        // Source: systemd's /run is lost at a reboot, and with it the name of the pod to remove.
        expect(UUID_FILE).not.toMatch(/^(\/var)?\/run\//);
    });

    // Source: coreos/coreos-kubernetes Documentation/kubelet-wrapper.md.
    const RESOLV = "--volume resolv,kind=host,source=/etc/resolv.conf --mount volume=resolv,target=/etc/resolv.conf";
    const ISCSI =
        "--volume iscsiadm,kind=host,source=/usr/sbin/iscsiadm --mount volume=iscsiadm,target=/usr/sbin/iscsiadm";
    const VAR_LOG = "--volume var-log,kind=host,source=/var/log --mount volume=var-log,target=/var/log";

    it.each<readonly [string, Partial<RktSpec>, readonly string[]]>([
        ["nothing", {}, []],
        ["hostDns", { hostDns: true }, [RESOLV]],
        ["iscsi", { iscsi: true }, [ISCSI]],
        ["containerLogs", { containerLogs: true }, [VAR_LOG]],
        ["all three", { containerLogs: true, iscsi: true, hostDns: true }, [RESOLV, ISCSI, VAR_LOG]],
        [
            "a volume",
            { volumes: [volumeOf({ readOnly: true, recursive: true })] },
            ["--volume cni,kind=host,source=/opt/cni,readOnly=true,recursive=true --mount volume=cni,target=/opt/cni"],
        ],
        ["setEnv", { setEnv: { A: "b=c,d", E: "" } }, ["--set-env=A=b=c,d", "--set-env=E="]],
        ["options, the last, one blank between words", { options: "  a\t b\n c " }, ["a b c"]],
        ["options of blanks", { options: " \t" }, []],
        [
            "everything, in its order",
            { options: "x", setEnv: { A: "b" }, volumes: [volumeOf({})], hostDns: true },
            [RESOLV, "--volume cni,kind=host,source=/opt/cni --mount volume=cni,target=/opt/cni", "--set-env=A=b", "x"],
        ],
    ])("%s", (_, rkt, words) => {
        expect(wordsOf(rkt)).toEqual(words);
    });

    it("trust an image that cannot be checked", () => {
        expect(wordsOf({ hostDns: true }, true)).toEqual(["--insecure-options=image", RESOLV]);
    });

    it.each([
        ["1409.2.0", "host", false],
        ["1409.4.0", "host", true],
        ["1185.3.0", "host", true],
        ["899.17.0", "uploaded", true],
        // Our own wrapper mounts no /var/log, wherever it lies.
        ["1409.2.0", "uploaded", true],
    ] as const)(
        "leave /var/log to the wrapper that mounts it: CoreOS %s, wrapper %s",
        (osVersion, wrapperSource, is) => {
            const facts = { osId: "coreos", osVersion, wrapperSource };
            expect(wordsOf({ containerLogs: true }, false, facts)).toEqual(is ? [VAR_LOG] : []);
            const own = { ...volumeOf({ name: "var-log", source: "/var/log", target: "/var/log" }) };
            expect(wordsOf({ volumes: [own] }, false, facts)).toEqual([VAR_LOG]);
        },
    );

    it("are those that bash makes of the raw options in the wrapper", () => {
        // Not all that JavaScript counts as white space parts words in a shell.
        const text = fc.string({ unit: fc.constantFrom(..."ab-=,/ \t\u00a0\u2003\u2028\u3000\ufeff*\"'\\$") });
        fc.assert(
            fc.property(fc.array(text, { maxLength: 50 }), (texts) => {
                const words = texts.map((options) => rktWordGroups(rktOf({ options }), TRUSTED, HOST).slice(1).flat());
                expect(words).toEqual(splitByBash(texts));
            }),
            { numRuns: 20 },
        );
    });
});

const PLACES = [
    ...["0.15.0", "1.0.0", "1.2.1", "1.8.0", "1.14.0", "1.18.0", "1.25.0", "1.27.0", "1.29.0", "1.30.0"].flatMap(
        (rktVersion) => WRAPPER_GENERATIONS.map((wrapperGeneration) => ({ rktVersion, wrapperGeneration })),
    ),
].filter(({ rktVersion, wrapperGeneration }) => compareVersions(rktVersion, wrapperGeneration.needsRkt) >= 0);

describe("what the judge finds fine", () => {
    const often = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
        fc.oneof({ arbitrary: usual, weight: 9 }, { arbitrary: odd, weight: 1 });
    const name = fc.string({ unit: fc.constantFrom(..."ab0-"), minLength: 1, maxLength: 4 });
    const path = often(
        fc.string({ unit: fc.constantFrom(..."ab=:$@~#\u00a0'\"\\"), minLength: 1, maxLength: 8 }),
        fc.string({ unit: fc.constantFrom(..."ab/ .,+%&;*") }),
    );
    const volume = fc.record({
        name,
        source: path.map((end) => `/x${end}`),
        target: path.map((end) => `/y${end}`),
        readOnly: fc.boolean(),
        recursive: often(fc.constant(false), fc.boolean()),
    });
    const value = often(
        fc.string({ unit: fc.constantFrom(..."a=\u2003'\"\\$,") }),
        fc.string({ unit: fc.constantFrom(..."a \t*") }),
    );
    const rkt = fc.record({
        hostDns: fc.boolean(),
        iscsi: fc.boolean(),
        containerLogs: fc.boolean(),
        volumes: fc.array(volume, { maxLength: 3 }),
        setEnv: fc.dictionary(fc.constantFrom("A", "B", "C"), value),
    });
    const place = fc.constantFrom(...PLACES);
    const isFine = (one: RktSpec, at: (typeof PLACES)[number]): boolean =>
        judge({ rkt: one, insecure: false }, { ...at, hostFacts: { sources: {} } }).length === 0;

    it("reads back as the volumes and the environment that were asked for", () => {
        let fine = 0;
        fc.assert(
            fc.property(rkt, place, (typed, at) => {
                const one = rktOf(typed);
                if (!isFine(one, at)) return;
                fine += one.volumes.length;
                const groups = groupsOf(one, TRUSTED, at.wrapperGeneration);
                const line = lineOf(groups.flatMap(({ path, words }) => words.map((text) => ({ text, path }))));
                const targets = new Map(line.mounts.map(({ is }) => [is.volume, is.target]));
                const volumes = line.volumes.map(({ is }) => ({ ...is, target: targets.get(is.name) ?? "" }));
                expect(volumes.slice(volumes.length - one.volumes.length)).toEqual(one.volumes);
                const environment = (line.options.get("set-env") ?? []).map(({ value: said }) => said);
                expect(environment).toEqual(Object.entries(one.setEnv).map(([key, said]) => `${key}=${said}`));
            }),
            { numRuns: 2000 },
        );
        expect(fine).toBeGreaterThan(100);
    });

    it("is split by bash into the very words", () => {
        fc.assert(
            fc.property(fc.array(fc.tuple(rkt, place), { maxLength: 100 }), (all) => {
                const fine = all.filter(([typed, at]) => isFine(rktOf(typed), at));
                const words = fine.map(([typed, at]) =>
                    groupsOf(rktOf(typed), TRUSTED, at.wrapperGeneration).flatMap((group) => group.words),
                );
                expect(splitByBash(words.map((each) => each.join(" ")))).toEqual(words);
            }),
            { numRuns: 20 },
        );
    });

    it("are the typed options of CoreOS's own page, on every rkt and wrapper", () => {
        const usual = rktOf({ hostDns: true, iscsi: true, containerLogs: true, setEnv: { HTTP_PROXY: "http://a:1" } });
        expect(PLACES.filter((at) => !isFine(usual, at))).toEqual([]);
    });

    it("is as fine when its own words are given raw", () => {
        fc.assert(
            fc.property(rkt, place, (typed, at) => {
                const one = rktOf({ ...typed, hostDns: false, iscsi: false, containerLogs: false });
                const words = groupsOf(one, TRUSTED, at.wrapperGeneration)
                    .slice(1)
                    .flatMap((group) => group.words);
                // Only of raw words a quote is taken for a mistake.
                if (!isFine(one, at) || /['"]/.test(words.join(""))) return;
                expect(isFine(rktOf({ options: words.join(" ") }), at)).toBe(true);
            }),
            { numRuns: 1000 },
        );
    });
});

describe("the host's paths that options name", () => {
    it.each<readonly [string, Partial<RktSpec>, readonly string[]]>([
        ["none", { options: "--debug source=/x --set-env=A=kind", setEnv: { A: "source=/x" } }, []],
        [
            "of the typed",
            { hostDns: true, iscsi: true, containerLogs: true, volumes: [volumeOf({})] },
            ["/etc/resolv.conf", "/usr/sbin/iscsiadm", "/var/log", "/opt/cni"],
        ],
        ["of raw ones", { options: "--volume a,kind=host,source=/a --volume=b,kind=host,source=/b" }, ["/a", "/b"]],
        ["with more keys", { options: "--volume a,kind=host,readOnly=true,source=/a,recursive=true" }, ["/a"]],
        ["keys in another order", { options: "--volume a,source=/a,readOnly=true,kind=host" }, ["/a"]],
        ["each once", { hostDns: true, options: "--volume b,kind=host,source=/etc/resolv.conf" }, ["/etc/resolv.conf"]],
        ["none of a kind that has no source", { options: "--volume a,kind=empty,source=/x" }, []],
        ["none of an empty volume", { options: "--volume a,kind=empty --mount volume=a,target=/source=/x" }, []],
        ["files of an environment", { options: "--set-env-file=/etc/a.env --set-env-file b.env" }, ["/etc/a.env"]],
        ["the folder of a UUID file", { options: "--uuid-file-save=/srv/a/pod.uuid" }, ["/srv/a"]],
        ["rkt's metadata service", { options: "--mds-register" }, ["/run/rkt/metadata-svc.sock"]],
    ])("%s", (_, rkt, sources) => {
        expect(rktSources(rktOf(rkt))).toEqual(sources);
    });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rktProblems, rktSources, rktWordGroups, UUID_FILE } from "../../provider/rkt/options";
import { specOf } from "../../provider/spec/defaults";
import type { RktSpec, VolumeSpec } from "../../provider/spec/spec";
import { splitByBash } from "./split-by-bash";

const rktOf = (rkt: Partial<RktSpec>): RktSpec => ({
    ...specOf({ connection: { host: "" }, version: "" }).rkt,
    ...rkt,
});
const volumeOf = (volume: Partial<VolumeSpec>): VolumeSpec => ({
    ...{ name: "cni", source: "/opt/cni", target: "/opt/cni", readOnly: false, recursive: false },
    ...volume,
});
const HOST = { osVersion: "1185.3.0", wrapperSource: "host" } as const;
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
            expect(wordsOf({ containerLogs: true }, false, { osVersion, wrapperSource })).toEqual(is ? [VAR_LOG] : []);
            const own = { ...volumeOf({ name: "var-log", source: "/var/log", target: "/var/log" }) };
            expect(wordsOf({ volumes: [own] }, false, { osVersion, wrapperSource })).toEqual([VAR_LOG]);
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

    it("are words of their own wherever the arguments pass", () => {
        const path = fc.string({ unit: fc.constantFrom(..."/ab +=:@$~#\u00a0") }).map((end) => `/x${end}`);
        const rkt = fc
            .tuple(
                path,
                path,
                fc.boolean(),
                fc.boolean(),
                fc.string({ unit: fc.constantFrom(..."a= *\t\u2003'\"\\$") }),
            )
            .map(([source, target, readOnly, recursive, A]) =>
                rktOf({ volumes: [volumeOf({ source, target, readOnly, recursive })], setEnv: { A } }),
            );
        fc.assert(
            fc.property(fc.array(rkt, { maxLength: 200 }), (all) => {
                const passing = all.filter((one) => rktProblems(one).length === 0);
                const words = passing.map((one) => rktWordGroups(one, TRUSTED, HOST).flat());
                expect(splitByBash(words.map((each) => each.join(" ")))).toEqual(words);
            }),
            { numRuns: 20 },
        );
    });
});

describe("the host's paths that volumes name", () => {
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
    ])("%s", (_, rkt, sources) => {
        expect(rktSources(rktOf(rkt))).toEqual(sources);
    });
});

describe("what cannot be", () => {
    it.each<readonly [string, Partial<VolumeSpec>, string, RegExp]>([
        ["no name", { name: "" }, "name", /a-z, 0-9/],
        ["capitals", { name: "Resolv" }, "name", /a-z, 0-9/],
        ["an underscore", { name: "var_log" }, "name", /a-z, 0-9/],
        ["a dot", { name: "resolv.conf" }, "name", /a-z, 0-9/],
        ["a dash in front", { name: "-log" }, "name", /a-z, 0-9/],
        ["a dash behind", { name: "log-" }, "name", /a-z, 0-9/],
        ["a name with a comma", { name: "a,kind=empty" }, "name", /a-z, 0-9/],
        ["a relative source", { source: "etc" }, "source", /absolute/],
        ["a source with a comma", { source: "/a,b" }, "source", /commas/],
        ["one with a blank", { source: "/a b" }, "source", /white space/],
        ["one with a line break", { source: "/a\nb" }, "source", /white space/],
        ["one with a pattern, which older wrappers expand", { source: "/a*" }, "source", /\* \? \[ \]/],
        ["a relative target", { target: "opt" }, "target", /absolute/],
        ["the root as target", { target: "//" }, "target", /below \//],
        ["a target with +, which rkt reads as a blank", { target: "/a+b" }, "target", /\+/],
        ["one with %", { target: "/a%20b" }, "target", /%/],
        ["one with &", { target: "/a&b" }, "target", /&/],
        ["one with ;", { target: "/a;b" }, "target", /;/],
    ])("a volume with %s", (_, volume, field, reason) => {
        expect(rktProblems(rktOf({ volumes: [volumeOf({ name: "one", target: "/one" }), volumeOf(volume)] }))).toEqual([
            { path: `rkt.volumes[1].${field}`, reason: expect.stringMatching(reason) as string },
        ]);
    });

    it.each<readonly [string, Partial<RktSpec>, string]>([
        ["one name twice", { volumes: [volumeOf({}), volumeOf({ target: "/b" })] }, 'named "cni"'],
        ["one target twice", { volumes: [volumeOf({}), volumeOf({ name: "b" })] }, 'mounted on "/opt/cni"'],
        ["a slash more", { volumes: [volumeOf({}), volumeOf({ name: "b", target: "/opt/cni/" })] }, '"/opt/cni"'],
        ["a name of ours", { hostDns: true, volumes: [volumeOf({ name: "resolv" })] }, 'named "resolv"'],
        ["a target of ours", { containerLogs: true, volumes: [volumeOf({ target: "/var/log" })] }, '"/var/log"'],
    ])("volumes with %s", (_, rkt, reason) => {
        expect(rktProblems(rktOf(rkt))).toEqual([
            { path: "rkt.volumes", reason: expect.stringContaining(reason) as string },
        ]);
    });

    it.each([
        ["1A", "b", /variable/],
        ["A-B", "b", /variable/],
        ["", "b", /variable/],
        ["A", "b c", /white space/],
        ["A", "b\tc", /white space/],
        ["A", "*", /\* \? \[ \]/],
    ])("setEnv of %j to %j", (name, value, reason) => {
        expect(rktProblems(rktOf({ setEnv: { [name]: value } }))).toEqual([
            { path: `rkt.setEnv.${name}`, reason: expect.stringMatching(reason) as string },
        ]);
    });

    it("is told by place, never by what it holds", () => {
        const volumes = [volumeOf({ source: "/s3cret x", target: "s3cret" })];
        expect(JSON.stringify(rktProblems(rktOf({ volumes, setEnv: { A: "s3cret x" } })))).not.toContain("s3cret");
    });

    it("is nothing where all is well", () => {
        const volumes = [volumeOf({ name: "a--b" }), volumeOf({ name: "0", source: "/a+%&;=:$@", target: "/a=b" })];
        const setEnv = { NO_PROXY: "a,b,10.0.0.0/8", _x: "", Q: `"'$\\` };
        expect(rktProblems(rktOf({ hostDns: true, iscsi: true, containerLogs: true, volumes, setEnv }))).toEqual([]);
    });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../provider/plan/check";
import { UNKNOWN } from "../../provider/spec/unknown";
import { EVERYTHING, type Fields, LEAST, mangled, odd, unknownSomewhere } from "../spec/support";

const TEXT = expect.stringContaining("[Service]") as string;

const failing = (more: Fields): readonly unknown[] => check({ ...LEAST, ...more }).failures;

describe("check", () => {
    const API_SERVERS =
        "apiServers: --api-servers is deprecated (since Kubernetes 1.4) and gone from 1.8 on: use kubeconfig";

    const TOO_SHORT = expect.stringMatching(/^timeouts\.operation \(30\) may end before .* are 200$/) as string;

    it.each([
        ["everything", EVERYTHING, [TOO_SHORT, API_SERVERS]],
        ["the least", LEAST, []],
    ])("returns %s as given, with nothing but the unit's text added", (_, given, said) => {
        const { inputs, failures, warnings } = check(given);
        expect(failures).toEqual([]);
        expect(warnings).toEqual(said);
        const { unitText, ...rest } = inputs;
        expect(rest).toEqual({ ...given, ...("unitText" in given && { unitText: undefined }) });
        expect(unitText).toMatch(
            /^# Written by pulumi-coreos-kubelet.*\n\[Unit\]\n[^]*KUBELET_VERSION=v1\.\d\.\d_coreos\.0/,
        );
    });

    it("renders for a host that ships the wrapper, so that previews differ by arguments alone", () => {
        expect(check(LEAST).inputs["unitText"]).toContain("ExecStart=/usr/lib/coreos/kubelet-wrapper ");
        expect(check(LEAST).inputs).toEqual(check({ ...LEAST, unitText: "" }).inputs);
    });

    it.each([
        ["an argument that the unit repeats", { version: UNKNOWN }, UNKNOWN],
        ["one deep inside", { rkt: { setEnv: { A: UNKNOWN } } }, UNKNOWN],
        ["a connection", { connection: UNKNOWN }, TEXT],
        ["a host", { connection: { host: UNKNOWN } }, TEXT],
        ["health", { health: { port: UNKNOWN } }, TEXT],
        ["triggers", { triggers: [UNKNOWN] }, TEXT],
        ["the owner", { owner: UNKNOWN }, TEXT],
        ["what to do at a jump", { onVersionJump: UNKNOWN }, TEXT],
    ])("unknown %s: the text is as known as what it repeats", (_, more, text) => {
        const { inputs, failures } = check({ ...LEAST, ...more });
        expect(failures).toEqual([]);
        expect(inputs).toEqual({ ...LEAST, ...more, unitText: text });
    });

    it.each<readonly [string, Fields, string | undefined, RegExp]>([
        ["no version", { version: "" }, "version", /must not be empty/],
        ["a release in place of a tag", { version: "v1.3.4+coreos.0" }, "version", /v1\.3\.4_coreos\.0/],
        [
            "an argument that the version lacks",
            { version: "v1.8.0_coreos.0", apiServers: "http://a" },
            undefined,
            /^apiServers: .*1\.8/,
        ],
        [
            "a flag that an argument sets",
            { clusterDomain: "a", flags: { "cluster-domain": "b" } },
            undefined,
            /^flags\.cluster-domain: /,
        ],
        [
            "two volumes of one name",
            { rkt: { hostDns: true, volumes: [{ name: "resolv", source: "/a", target: "/b" }] } },
            undefined,
            /^rkt\.volumes\[0\]\.name: rkt\.hostDns has that name too/,
        ],
        [
            "text that no unit holds",
            { unit: { environment: { A: "\ud800" } } },
            undefined,
            /^unit\.environment\.A: cannot hold/,
        ],
        ["such a name", { flags: { "\ufdd0": "x" } }, undefined, /^flags\.\?: /],
        [
            "a line that systemd 225 cuts",
            { unit: { execStartPre: [`/bin/echo ${"x".repeat(2100)}`] } },
            undefined,
            /^kubelet\.service: .*2046 bytes/,
        ],
    ])("refuses %s, and leaves the inputs alone", (_, more, property, reason) => {
        const { inputs, failures, warnings } = check({ ...LEAST, ...more });
        expect(failures).toEqual([
            { ...(property !== undefined && { property }), reason: expect.stringMatching(reason) as string },
        ]);
        expect(inputs).toEqual({ ...LEAST, ...more });
        expect(warnings).toEqual([]);
    });

    it.each<readonly [string, Fields, readonly string[]]>([
        [
            "raw options that no rkt takes",
            { options: "--foo=s3cret --set-env A" },
            [
                "rkt.options: --foo: rkt run has no such option; leave it out; the kubelet's own flags go into flags",
                "rkt.options: --set-env: it is not NAME=VALUE; write --set-env=NAME=VALUE",
            ],
        ],
        [
            "a target that no mount can say",
            { volumes: [{ name: "a", source: "/a", target: "/s3cret+b" }] },
            ["rkt.volumes[0].target: cannot hold ; + % or &; rkt decodes them like a URL's"],
        ],
        [
            "a variable that the shell parts",
            { setEnv: { A: "s3cret b" } },
            ["rkt.setEnv.A: cannot hold white space; the wrapper parts words there"],
        ],
    ])("refuses %s, by the argument's path and without a value", (_, rkt, reasons) => {
        expect(check({ ...LEAST, rkt }).failures).toEqual(reasons.map((reason) => ({ reason })));
    });

    it("warns of options that every rkt takes otherwise than they seem, and only of those", () => {
        const rkt = { options: "--volume a,kind=host,source=/a --mount volume=a,target=a --dns=host" };
        const warnings = [
            "rkt.options: --mount volume=a,target=a: rkt mounts on /a, below the image's root; write the target with its /",
        ];
        expect(check({ ...LEAST, rkt })).toMatchObject({ failures: [], warnings });
        expect(check({ ...LEAST, rkt, clusterDns: UNKNOWN })).toMatchObject({ failures: [], warnings });
        expect(check({ ...LEAST, rkt: { ...rkt, hostDns: UNKNOWN } })).toMatchObject({ failures: [], warnings: [] });
    });

    it("judges what is known beside what is not", () => {
        expect(failing({ apiServers: UNKNOWN, version: "x y" })).toHaveLength(1);
        expect(failing({ version: UNKNOWN, rkt: { setEnv: { A: "b c" } } })).toHaveLength(1);
        expect(failing({ clusterDns: UNKNOWN, unit: { environment: { A: "\ud800" } } })).toHaveLength(1);
    });

    it("refuses a deadline before readiness, defaults too, once all times are known", () => {
        const reason = "progressDeadlineSeconds is shorter than minReadySeconds: no kubelet could pass";
        const failures = [{ reason: `health: ${reason}` }];
        expect(failing({ health: { minReadySeconds: 60, progressDeadlineSeconds: 59 } })).toMatchObject(failures);
        expect(failing({ health: { progressDeadlineSeconds: 14 } })).toMatchObject(failures);
        expect(failing({ health: { progressDeadlineSeconds: 15 } })).toEqual([]);
        expect(failing({ unit: { restartSec: UNKNOWN }, health: { progressDeadlineSeconds: 1 } })).toEqual([]);
    });

    it("refuses a jump host that nobody vouches for: its key has no place in state", () => {
        const through = (proxy: unknown): readonly unknown[] => failing({ connection: { host: "a", proxy } });
        const reason = expect.stringMatching(/^connection\.proxy(\[1\])?: needs hostKey or knownHosts/) as string;
        const known = { host: "b", knownHosts: "b k" };
        expect(through({ host: "b" })).toEqual([{ reason }]);
        expect(through([known, { host: "c" }])).toEqual([{ reason }]);
        expect(through(known)).toEqual([]);
        expect(through([UNKNOWN, { host: "c", hostKey: UNKNOWN }])).toEqual([]);
    });

    it("warns of an operation that may end later than it is waited for", () => {
        const said = (timeouts: Fields): readonly string[] => check({ ...LEAST, timeouts }).warnings;
        expect(said({ fetch: 1140 })).toEqual([]);
        expect(said({ fetch: 1141 })).toEqual([
            "timeouts.operation (1800) may end before the operation on the host does, which then goes on unheard: timeouts.fetch, twice health.progressDeadlineSeconds and a minute are 1801",
        ]);
    });

    it("warns of a health check that proves nothing, once its numbers are known", () => {
        const health = { minReadySeconds: 10 };
        expect(check({ ...LEAST, health }).warnings).toEqual([expect.stringContaining("minReadySeconds (10)")]);
        expect(check({ ...LEAST, health, clusterDns: UNKNOWN }).warnings).toHaveLength(1);
        expect(check({ ...LEAST, health, unit: { restartSec: UNKNOWN } }).warnings).toEqual([]);
    });
});

describe("check of a node of a rollout", () => {
    const owner = "urn:pulumi:s::p::x:index:KubeletRollout$pulumi-nodejs:dynamic/coreos:KubeletService::workers-n-1";
    const before = check({ ...LEAST, owner, connection: { host: "a" }, triggers: [1] }).inputs;
    const refused = (more: Fields): boolean => check({ ...before, ...more }, before).failures.length > 0;

    it("refuses another address together with what restarts the kubelet: no gate would be asked", () => {
        const [failure] = check({ ...before, connection: { host: "b" }, version: "v1.3.6_coreos.0" }, before).failures;
        expect(failure?.reason).toMatch(/^connection: names another host or port, .* First change the address alone/);
        expect(refused({ connection: { host: "a", port: 2222 }, triggers: [2] })).toBe(true);
    });

    it.each<readonly [string, Fields]>([
        ["the address alone", { connection: { host: "b" } }],
        ["the rest alone", { version: "v1.3.6_coreos.0" }],
        ["the default port", { connection: { host: "a", port: 22 }, version: "v1.3.6_coreos.0" }],
        ["what only reloads", { connection: { host: "b" }, unit: { description: "x" } }],
        ["what is no rollout's", { owner: "urn:x", connection: { host: "b" }, version: "v1.3.6_coreos.0" }],
        ["what is not known yet", { connection: { host: UNKNOWN }, version: "v1.3.6_coreos.0" }],
    ])("takes %s", (_, more) => {
        expect(refused(more)).toBe(false);
    });
});

describe("check of a change", () => {
    const before = (version: unknown): Fields => ({ ...LEAST, version });
    const JUMP =
        "goes from Kubernetes 1.1 to 1.3 and skips 1.2: a node may be two minors older than its API server, never newer";
    const BACK =
        "is a downgrade, from Kubernetes 1.5.4 to 1.3.4: what the newer kubelet wrote to /var/lib/kubelet stays there";

    it.each([
        ["v1.1.7_coreos.2", JUMP],
        ["v1.5.4_coreos.0", BACK],
    ])("warns of a jump from %s, or refuses it where it is told to", (version, text) => {
        expect(check(LEAST, before(version))).toMatchObject({ failures: [], warnings: [`version: ${text}`] });
        expect(check({ ...LEAST, onVersionJump: "warn" }, before(version)).warnings).toEqual([`version: ${text}`]);
        const refused = check({ ...LEAST, onVersionJump: "refuse" }, before(version));
        expect(refused.failures).toEqual([
            { property: "version", reason: `${text}; onVersionJump: "warn" would let it pass` },
        ]);
        expect(refused.warnings).toEqual([]);
    });

    it.each([
        ["nothing before", {}],
        ["the same version", before("v1.3.4_coreos.0")],
        ["the next minor", before("v1.2.0_coreos.0")],
        ["a version that was not known", before(UNKNOWN)],
        ["damage", { version: 5 }],
    ])("says nothing after %s", (_, olds) => {
        const { failures, warnings } = check({ ...LEAST, onVersionJump: "refuse" }, olds);
        expect([failures, warnings]).toEqual([[], []]);
    });

    it("says nothing of a version that is not known yet", () => {
        const news = { ...LEAST, version: UNKNOWN, onVersionJump: "refuse", flags: { "no-such": 1 } };
        expect(check(news, before("v1.9.0_coreos.0"))).toMatchObject({ failures: [], warnings: [] });
    });

    it("tells each flag's change once, and refuses what is gone", () => {
        const news = { ...LEAST, version: "v1.4.0_coreos.0", apiServers: "http://a", flags: { "no-such": 1 } };
        expect(check(news, before("v1.3.4_coreos.0")).warnings).toEqual([
            "apiServers: --api-servers becomes deprecated (in Kubernetes 1.4) and gone from 1.8 on: use kubeconfig",
            "flags.no-such: no kubelet of Kubernetes 1.1 to 1.19 is known to have --no-such, and at an unknown flag it exits",
        ]);
        expect(check({ ...news, version: "v1.8.0_coreos.0" }, before("v1.7.3_coreos.0"))).toMatchObject({
            failures: [{ reason: "apiServers: --api-servers is gone since Kubernetes 1.8: use kubeconfig" }],
            warnings: [],
        });
    });
});

describe("check of the image", () => {
    const upstream = { ...LEAST, version: "v1.17.0", image: { repository: "docker://k8s.gcr.io/hyperkube" } };
    const args = { environment: { KUBELET_IMAGE_ARGS: "--exec=/usr/local/bin/kubelet" } };

    it("refuses one that starts no kubelet, once it is known what the wrapper is told", () => {
        expect(check(upstream).failures).toEqual([
            {
                reason: 'image.repository: /kubelet of upstream\'s images runs nothing by itself from Kubernetes 1.17 on: set unit.environment: { KUBELET_IMAGE_ARGS: "--exec=/usr/local/bin/kubelet" }',
            },
        ]);
        expect(check({ ...upstream, unit: args }).failures).toEqual([]);
        expect(check({ ...upstream, unit: { environment: { A: UNKNOWN } } }).failures).toEqual([]);
    });

    it("warns of a tag that its repository does not have, once that is known", () => {
        const plain = { ...LEAST, version: "v1.8.5" };
        expect(check(plain).warnings).toEqual([expect.stringMatching(/^version: is a tag of upstream's, and quay/)]);
        expect(check({ ...plain, image: { repository: UNKNOWN } }).warnings).toEqual([]);
    });
});

describe("check, whatever it is given", () => {
    const anything = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), mangled(odd), unknownSomewhere);

    it("never throws, and changes nothing but unitText", () => {
        fc.assert(
            fc.property(anything, (given) => {
                const { inputs } = check(given);
                expect({ ...inputs, unitText: 0 }).toEqual({ ...given, unitText: 0 });
            }),
            { numRuns: 500 },
        );
    });

    it("never throws at what was before", () => {
        fc.assert(
            fc.property(anything, anything, (given, olds) => {
                const { inputs, warnings } = check(given, olds);
                expect({ ...inputs, unitText: 0 }).toEqual({ ...given, unitText: 0 });
                expect(new Set(warnings).size).toBe(warnings.length);
            }),
        );
    });

    it("says the same twice, and of its own result", () => {
        fc.assert(
            fc.property(anything, (given) => {
                expect(check(check(given).inputs)).toEqual(check(given));
            }),
        );
    });

    it("never renders what an unknown value would be", () => {
        fc.assert(
            fc.property(unknownSomewhere, (given) => {
                const { inputs } = check(given);
                expect(inputs["unitText"] === UNKNOWN || !String(inputs["unitText"]).includes(UNKNOWN)).toBe(true);
            }),
        );
    });

    it("lets each argument stand on its own lines: no value writes another setting", () => {
        const value = fc.string({
            unit: fc.constantFrom("a", "/", "\\", '"', "'", " ", "%", "$", "#", ";", "=", "-", "\n", "\t"),
        });
        fc.assert(
            fc.property(mangled(value), (given) => {
                const { failures, inputs } = check(given);
                if (failures.length > 0) return;
                const settings = String(inputs["unitText"])
                    .replace(/\\\n/g, "")
                    .match(/^(?:\[\w+\]|\w+=)/gm);
                const before = String(check(EVERYTHING).inputs["unitText"])
                    .replace(/\\\n/g, "")
                    .match(/^(?:\[\w+\]|\w+=)/gm);
                expect(new Set(before)).toEqual(new Set([...(before ?? []), ...(settings ?? [])]));
            }),
            { numRuns: 500 },
        );
    });
});

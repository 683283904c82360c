// Drop-ins of others: what they override, what is known of them, and when the kubelet has to run anew for them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderUnit } from "../../provider/kubelet/unit";
import { planApply } from "../../provider/plan/make";
import { digestsOf } from "../../provider/plan/drop-ins";
import type { Observed } from "../../provider/plan/observed";
import type { Plan } from "../../provider/plan/plan";
import { observedState, stateAfter } from "../../provider/plan/state";
import { warningsOn as allWarningsOn } from "../../provider/plan/warnings";
import type { Spec } from "../../provider/spec/spec";
import type { DropInDigests, State } from "../../provider/spec/state";
import { applied, bare, fileOf, foreign, INSTANCE, OLD, recordOf, RUNNING, SHIPPED, specWith } from "./hosts";

/** All but those of the image, which the default repository always has. */
const warningsOn = (spec: Spec, observed: Observed): readonly string[] =>
    allWarningsOn(spec, observed).filter((warning) => !warning.startsWith("image: "));

const SPEC = specWith();
const OURS = applied(SPEC);
const FOLDER = "/etc/systemd/system/kubelet.service.d";
const PATH = `${FOLDER}/10-local.conf`;

const withDropIn = (text: string, of = OURS, path = PATH): Observed => ({
    ...of,
    dropIns: [...of.dropIns, { path, ...fileOf(text) }],
});
const overrides = (text: string, of = OURS): string | undefined => {
    const [warning] = warningsOn(SPEC, withDropIn(text, of));
    return /overrides (.*) of kubelet\.service/.exec(warning ?? "")?.[1];
};

describe("a drop-in is warned of", () => {
    it.each<readonly [what: string, text: string, names: string]>([
        ["that sets ExecStart", "[Service]\nExecStart=\nExecStart=/opt/bin/hyperkube --token=s3cret", "ExecStart"],
        ["that sets the version", "[Service]\nEnvironment=KUBELET_VERSION=v1.2.0_s3cret", "KUBELET_VERSION"],
        ["that sets RKT_OPTS", '[Service]\nEnvironment="RKT_OPTS=--set-env=T=s3cret"', "RKT_OPTS"],
        [
            "that sets the image, which our unit leaves alone",
            "[Service]\nEnvironment=KUBELET_ACI=s3cret",
            "KUBELET_ACI",
        ],
        [
            "with several in one line",
            "[Service]\nEnvironment=A=1 RKT_OPTS=s3cret KUBELET_ACI=x",
            "RKT_OPTS, KUBELET_ACI",
        ],
        ["that empties Environment", "[Service]\nEnvironment=\nEnvironment=A=s3cret", "Environment"],
        ["that reads a file of variables", "[Service]\nEnvironmentFile=-/etc/s3cret", "EnvironmentFile"],
        ["that takes variables away", "[Service]\nUnsetEnvironment=RKT_OPTS", "UnsetEnvironment"],
        ["that empties ExecStartPre", "[Service]\nExecStartPre=\nExecStartPre=/bin/s3cret", "ExecStartPre"],
        ["that restarts it otherwise", "[Service]\nRestart=no\nRestartSec=1", "Restart, RestartSec"],
        [
            "that runs it otherwise",
            "[Service]\nType=notify\nUser=s3cret\nRootDirectory=/s3cret",
            "Type, User, RootDirectory",
        ],
        [
            "once for each setting",
            "[Service]\nRestart=no\n[Unit]\nAfter=x.service\n[Service]\nRestart=always",
            "Restart",
        ],
    ])("%s: by the names, never the values", (_, text, names) => {
        expect(overrides(text)).toBe(names);
        const [warning = ""] = warningsOn(SPEC, withDropIn(text));
        expect(warning).toMatch(new RegExp(`^${PATH} overrides .*which is not ours and stays`));
        expect(warning).not.toContain("s3cret");
    });

    it.each([
        [
            "that only adds to ours",
            "[Service]\nExecStartPre=/bin/true\nExecStop=/bin/true\nEnvironment=HTTP_PROXY=s3cret",
        ],
        [
            "that sets what we do not",
            "[Service]\nNice=5\nLimitNOFILE=1\n[Unit]\nAfter=etcd2.service\n[Install]\nWantedBy=x",
        ],
        ["whose settings stand in no section that counts", "ExecStart=/x\n[X-Ours]\nExecStart=/y"],
        ["that is empty", ""],
    ])("not one %s", (_, text) => {
        expect(warningsOn(SPEC, withDropIn(text))).toEqual([]);
    });

    it("by the variables that the wrapper of the host reads: KUBELET_IMAGE_TAG came with generation D", () => {
        const text = "[Service]\nEnvironment=KUBELET_IMAGE_TAG=v1.2.0_coreos.0";
        expect(overrides(text)).toBeUndefined();
        const later = applied(SPEC, { ...SHIPPED, osVersion: "1235.12.0", rktVersion: "1.18.0" });
        expect(overrides(text, later)).toBe("KUBELET_IMAGE_TAG");
    });

    it("by the variables that the arguments give", () => {
        const spec = specWith({ unit: { environment: { OURS: "s3cret" } } });
        const [warning] = warningsOn(spec, withDropIn("[Service]\nEnvironment=OURS=other", applied(spec)));
        expect(warning).toContain("overrides OURS of");
    });

    it("whatever it holds, without a value", () => {
        const MARK = "s3cr3tm4rk";
        const line = fc.constantFrom(
            ...["[Service]", `Environment=RKT_OPTS=${MARK}`, `ExecStart=/${MARK} ${MARK}`, `${MARK}=1`, `"${MARK}`],
            ...[
                `Environment="A=${MARK}`,
                `Environment='${MARK}' KUBELET_ACI="${MARK}"`,
                "\\",
                `[${MARK}]`,
                "Restart=no",
            ],
        );
        fc.assert(
            fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
                expect(warningsOn(SPEC, withDropIn(lines.join("\n"))).join()).not.toContain(MARK);
            }),
        );
    });
});

const noted = (observed: Observed): State => ({
    ...{ connection: { host: "node-1" }, version: SPEC.version },
    ...stateAfter(
        SPEC,
        { observed, durations: { fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 }, hostKey: "k" },
        INSTANCE,
        undefined,
    ),
});
const driftOf = (state: State, observed: Observed): readonly string[] =>
    observedState(state, SPEC, observed, "k")?.drift ?? expect.fail("it is gone");

describe("what is known of drop-ins", () => {
    it("is a digest of each, keyed by the machine: they may hold secrets", () => {
        const one = withDropIn("[Service]\nEnvironment=TOKEN=s3cret");
        const { dropIns } = noted(one);
        expect(dropIns).toEqual({ [PATH]: expect.stringMatching(/^[0-9a-f]{12}$/) as string });
        expect(digestsOf(one)).toEqual(dropIns);
        expect(digestsOf({ ...one, machineId: "other" })[PATH]).not.toBe(dropIns?.[PATH]);
    });

    const BEFORE = withDropIn("[Service]\nNice=5");
    it.each<readonly [what: string, before: Observed, after: Observed, drift: readonly string[]]>([
        ["none", OURS, OURS, []],
        ["one that stays", BEFORE, BEFORE, []],
        ["one that is new", OURS, BEFORE, [`drop-in: ${PATH} is new`]],
        [
            "one that is new and overrides us",
            OURS,
            withDropIn("[Service]\nExecStart=\nExecStart=/x s3cret"),
            [`drop-in: ${PATH} is new and overrides ExecStart`],
        ],
        ["one that changed", BEFORE, withDropIn("[Service]\nNice=6"), [`drop-in: ${PATH} changed`]],
        [
            "one that overrides us by now",
            BEFORE,
            withDropIn("[Service]\nRestart=no"),
            [`drop-in: ${PATH} changed and overrides Restart`],
        ],
        ["one that is gone", BEFORE, OURS, [`drop-in: ${PATH} is gone`]],
        [
            "one that came and one that went",
            BEFORE,
            withDropIn("[Service]\nNice=5", OURS, `${FOLDER}/20.conf`),
            [`drop-in: ${FOLDER}/20.conf is new`, `drop-in: ${PATH} is gone`],
        ],
    ])("is drift where it changes: %s", (_, before, after, drift) => {
        const state = noted(before);
        expect(driftOf(state, after)).toEqual(drift);
        // A second look finds the same, and one after the way back nothing.
        const seen = observedState(state, SPEC, after, "k") ?? expect.fail("it is gone");
        expect(driftOf(seen, after)).toEqual(drift);
        expect(driftOf(seen, before)).toEqual([]);
        // The apply after it takes note, and then there is no drift any more.
        expect(driftOf({ ...seen, ...noted(after) }, after)).toEqual([]);
    });

    it("is learned by a refresh where an older release stored nothing, without drift", () => {
        const { dropIns, ...older } = noted(OURS);
        expect(dropIns).toEqual({});
        const seen = observedState(older, SPEC, BEFORE, "k");
        expect(seen).toMatchObject({ drift: [], dropIns: digestsOf(BEFORE) });
    });
});

describe("the kubelet is restarted for drop-ins", () => {
    const NOW = withDropIn("[Service]\nNice=5");
    const plan = (known: DropInDigests | undefined, service: Partial<Observed["service"]>): Plan | undefined =>
        planApply(
            SPEC,
            { ...NOW, service: { ...RUNNING, ...service } },
            { instance: INSTANCE, hasState: true, ...(known === undefined ? {} : { dropIns: known }) },
        );

    it.each<readonly [string, DropInDigests | undefined, Partial<Observed["service"]>, Partial<Plan> | undefined]>([
        ["that systemd has not read", {}, { stale: true }, { process: "restart", reload: true }],
        ["that it was started without", {}, { unseen: true }, { process: "restart", reload: false }],
        ["not where it has seen them", {}, {}, undefined],
        ["not where they are those of before, touched", digestsOf(NOW), { unseen: true }, undefined],
        [
            "not where they are those of before, unread",
            digestsOf(NOW),
            { stale: true },
            { process: "keep", reload: true },
        ],
        ["not where nobody knows what was before", undefined, { unseen: true }, undefined],
        [
            "that are gone and that it still runs by",
            { ...digestsOf(NOW), [`${FOLDER}/20.conf`]: "0123456789ab" },
            { unseen: true },
            { process: "restart" },
        ],
    ])("%s", (_, known, service, expected) => {
        const found = plan(known, service);
        if (expected === undefined) expect(found).toBeUndefined();
        else expect(found).toMatchObject(expected);
        expect(found?.unit ?? "keep").toBe("keep");
    });

    it("by no plan that touches them: they are not ours", () => {
        expect(plan({}, { stale: true })).toMatchObject({
            unit: "keep",
            wrapper: "keep",
            linksAdd: [],
            linksRemove: [],
        });
    });

    it("not by an adoption of what means the same", () => {
        const text = renderUnit(SPEC, SHIPPED);
        const theirs = { ...withDropIn("[Service]\nNice=5", foreign(text)), service: { ...RUNNING, unseen: true } };
        const found = planApply(specWith({ onExisting: "adopt" }), theirs, { instance: "new", hasState: false });
        expect(found).toMatchObject({ takeBaseline: true, process: "keep" });
    });
});

describe("the image that a drop-in decides", () => {
    const pod = { name: "x", tag: "v1.2.0_theirs", uuid: "u" };
    const THEIRS = "[Service]\nEnvironment=KUBELET_VERSION=v1.2.0_theirs";
    const UPDATE = { instance: INSTANCE, hasState: true };

    it.each([
        ["KUBELET_VERSION", THEIRS],
        ["ExecStart", "[Service]\nExecStart=\nExecStart=/x"],
        ["an emptied Environment", "[Service]\nEnvironment="],
    ])("by %s is no drift and no reason for a restart", (_, text) => {
        const observed = { ...withDropIn(text), pod };
        expect(driftOf(noted(observed), observed)).toEqual([]);
        expect(planApply(SPEC, observed, UPDATE)).toBeUndefined();
    });

    it("is not insisted on after a restart: we cannot know it", () => {
        const spec = specWith({ triggers: ["a"] });
        expect(planApply(spec, withDropIn(THEIRS), UPDATE)).toMatchObject({ process: "restart", tag: undefined });
        const file = withDropIn("[Service]\nEnvironmentFile=-/etc/environment");
        expect(planApply(spec, file, UPDATE)).toMatchObject({ process: "restart", tag: SPEC.version });
    });
});

it("a host before 962 is judged by our own wrapper", () => {
    const old = applied(SPEC, OLD);
    expect(warningsOn(SPEC, withDropIn("[Service]\nEnvironment=KUBELET_ACI=x", old))).toHaveLength(1);
    expect(warningsOn(SPEC, { ...bare(OLD), record: recordOf(SPEC, bare(OLD)) })).toEqual([]);
});

// Observed host × wish → what one transaction does.
import { describe, expect, it } from "vitest";
import { wrapperText } from "../../provider/coreos/wrapper";
import { renderUnit } from "../../provider/kubelet/unit";
import { askerOf, planApply, planRecovery, type Asker } from "../../provider/plan/make";
import type { HostFile, Observed } from "../../provider/plan/observed";
import type { Plan } from "../../provider/plan/plan";
import type { State } from "../../provider/spec/state";
import { ABSENT, applied, bare, fileOf, foreign, FOREIGN_UNIT, INSTANCE } from "./hosts";
import { type More, OLD, recordOf, RUNNING, SHIPPED, specWith } from "./hosts";

const SPEC = specWith();
const CREATE: Asker = { instance: "new", hasState: false };
const UPDATE: Asker = { instance: INSTANCE, hasState: true };
const LINK = "multi-user.target.wants/kubelet.service";
const FETCH = {
    image: "quay.io/coreos/hyperkube:v1.3.4_coreos.0",
    reference: "quay.io/coreos/hyperkube:v1.3.4_coreos.0",
    options: ["--trust-keys-from-https"],
};
const TAG = "v1.3.4_coreos.0";
const START = { process: "restart", fetch: FETCH, tag: TAG } as const;

it("knows where the kubelet that runs answers, by what the state says of this machine", () => {
    const state = (more: More, machineId = OURS.machineId): State =>
        ({ connection: { host: "node-1" }, version: TAG, ...more, machineId }) as State;
    const at = (state: State | undefined): number | false | undefined =>
        planApply(specWith({ version: "v1.3.6_coreos.0", health: { port: 1 } }), OURS, askerOf(INSTANCE, state, OURS))
            ?.formerHealthPort;
    expect(at(state({}))).toBe(10248);
    expect(at(state({ health: { port: 20000 } }))).toBe(20000);
    expect(at(state({ health: { port: false } }))).toBe(false);
    expect(at(state({}, "f".repeat(32)))).toBeUndefined();
    expect(at(undefined)).toBeUndefined();
});

/** What a plan does, without what it leaves alone. */
function deeds(plan: Plan | undefined): Partial<Plan> | undefined {
    if (plan === undefined) return undefined;
    const idle: readonly unknown[] = ["keep", false, undefined];
    const entries = Object.entries(plan).filter(
        ([name, value]) => !["claim", "digest", "from"].includes(name) && !idle.includes(value),
    );
    return Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

const service = (of: Observed, more: Partial<Observed["service"]>): Observed => ({
    ...of,
    service: { ...of.service, ...more },
});
const edited = ({ text }: HostFile, from: string | RegExp, to: string): HostFile => fileOf(text.replace(from, to));

const OURS = applied(SPEC);
const OURS_OLD = applied(SPEC, OLD);
const UNIT = { unit: "write", unitText: renderUnit(SPEC, SHIPPED), reload: true } as const;
const LEFT_OVER = { wrapper: "remove", reload: true } as const;
const WRAPPER = { wrapper: "write", wrapperText: wrapperText("1.0.0"), reload: true } as const;

describe("a create", () => {
    it.each<readonly [string, Observed, More, Partial<Plan> | undefined]>([
        ["on a bare host", bare(), {}, { ...UNIT, ...START, linksAdd: [LINK], takeBaseline: true }],
        [
            "before 962",
            bare(OLD),
            {},
            {
                ...{ ...UNIT, unitText: renderUnit(SPEC, OLD), ...WRAPPER, ...START },
                ...{ linksAdd: [LINK], takeBaseline: true },
            },
        ],
        // The engine never heard of the first one's end.
        ["after one that was killed once it had committed", OURS, {}, {}],
        [
            "after one of another content",
            OURS,
            { version: "v1.3.6_coreos.0" },
            expect.objectContaining({ unit: "write", process: "restart" }) as Partial<Plan>,
        ],
        [
            "in place of a foreign unit",
            foreign(FOREIGN_UNIT),
            { onExisting: "adopt" },
            { ...UNIT, ...START, takeBaseline: true },
        ],
        [
            "of a foreign unit that means the same",
            foreign(`# mine\n${renderUnit(SPEC, SHIPPED)}`),
            { onExisting: "adopt" },
            { takeBaseline: true },
        ],
        [
            "of the same that does not run",
            service(foreign(renderUnit(SPEC, SHIPPED)), { active: "failed", pid: 0 }),
            { onExisting: "adopt" },
            { ...START, takeBaseline: true },
        ],
        [
            "of one that systemd has not read",
            service(foreign(renderUnit(SPEC, SHIPPED)), { stale: true }),
            { onExisting: "adopt" },
            { ...START, reload: true, takeBaseline: true },
        ],
        [
            "of one whose triggers nobody knows",
            foreign(renderUnit(SPEC, SHIPPED)),
            { onExisting: "adopt", triggers: ["a"] },
            { takeBaseline: true },
        ],
        [
            "of one that other targets want",
            { ...foreign(renderUnit(SPEC, SHIPPED)), links: ["a.target.wants/kubelet.service"] },
            { onExisting: "adopt" },
            { linksAdd: [LINK], linksRemove: ["a.target.wants/kubelet.service"], reload: true, takeBaseline: true },
        ],
    ])("%s", (_, observed, more, expected) => {
        const found = deeds(planApply(specWith(more), observed, CREATE));
        expect(found).toEqual("version" in more ? expected : { mode: "apply", ...expected });
    });
});

describe("an update", () => {
    const pod = { name: "x", tag: "v1.2.0_coreos.0", uuid: "u" };
    it.each<readonly [string, Observed, More, Partial<Plan> | undefined]>([
        ["of nothing", OURS, {}, undefined],
        ["of nothing, before 962", OURS_OLD, {}, undefined],
        [
            "of what no process reads",
            OURS,
            { health: { port: false }, timeouts: { fetch: 1 }, onDelete: "remove" },
            undefined,
        ],
        ["of the owner", OURS, { owner: "urn:renamed" }, {}],
        ["of triggers", OURS, { triggers: ["a"] }, START],
        ["of a kubelet that was stopped", service(OURS, { active: "inactive", sub: "dead", pid: 0 }), {}, START],
        ["of one that failed", service(OURS, { active: "failed", sub: "failed", pid: 0 }), {}, START],
        ["of one in a crash loop", service(OURS, { active: "activating", sub: "auto-restart", pid: 0 }), {}, START],
        ["of one that is being stopped", service(OURS, { active: "deactivating", sub: "stop-sigterm" }), {}, START],
        ["of one without a process", service(OURS, { pid: 0 }), {}, START],
        ["of a pod of another image", { ...OURS, pod }, {}, START],
        ["of a pod that cannot be read", { ...OURS, pod: undefined }, {}, undefined],
        ["of a unit that systemd has not read yet", service(OURS, { stale: true }), {}, { reload: true }],
        [
            "of a unit that somebody wrote as we want it now, and systemd has not read",
            service({ ...OURS, record: recordOf(SPEC, OURS, { unit: "f".repeat(64) }) }, { stale: true }),
            {},
            { ...START, reload: true },
        ],
        ["of a unit that is gone", { ...OURS, unit: ABSENT }, {}, { ...UNIT, ...START }],
        [
            "of a unit with another flag",
            { ...OURS, unit: edited(OURS.unit, /--config=\S*/, "--config=/x") },
            {},
            { ...UNIT, ...START },
        ],
        [
            "of a unit with another Restart=",
            { ...OURS, unit: edited(OURS.unit, "Restart=always", "Restart=no") },
            {},
            UNIT,
        ],
        ["of a unit with another comment", { ...OURS, unit: edited(OURS.unit, /^#.*/, "# by hand") }, {}, undefined],
        ["of a link that is gone", { ...OURS, links: [] }, {}, { linksAdd: [LINK], reload: true }],
        [
            "of a link too many",
            { ...OURS, links: [LINK, "x.target.wants/kubelet.service"] },
            {},
            { linksRemove: ["x.target.wants/kubelet.service"], reload: true },
        ],
        [
            "of wantedBy",
            OURS,
            { unit: { wantedBy: [] } },
            { ...UNIT, unitText: renderUnit(specWith({ unit: { wantedBy: [] } }), SHIPPED), linksRemove: [LINK] },
        ],
        [
            "of a target that is named twice",
            { ...OURS, links: [] },
            { unit: { wantedBy: ["multi-user.target", "multi-user.target"] } },
            { linksAdd: [LINK], reload: true },
        ],
        ["of a wrapper that is gone", { ...OURS_OLD, wrapper: ABSENT }, {}, { ...WRAPPER, ...START }],
        [
            "of a wrapper that was changed",
            { ...OURS_OLD, wrapper: edited(OURS_OLD.wrapper, "set -euf", "set -e") },
            {},
            { ...WRAPPER, ...START },
        ],
        ["of a wrapper's comments", { ...OURS_OLD, wrapper: edited(OURS_OLD.wrapper, /^# .*\n/gm, "") }, {}, undefined],
        // Where the OS ships one, what lies in /opt/bin is nobody's business.
        ["of a wrapper that nobody calls", { ...OURS, wrapper: fileOf("x") }, {}, undefined],
        [
            "after an update of the OS across 962",
            { ...OURS_OLD, hostWrapper: "f".repeat(64) },
            {},
            { ...UNIT, unitText: renderUnit(SPEC, { ...OLD, wrapperSource: "host" }), wrapper: "remove", ...START },
        ],
        [
            "after an update of the OS across 962, where somebody has put a wrapper of his own since",
            { ...OURS_OLD, hostWrapper: "f".repeat(64), wrapper: fileOf("#!/bin/bash\n") },
            {},
            { ...UNIT, unitText: renderUnit(SPEC, { ...OLD, wrapperSource: "host" }), ...START },
        ],
        ["of a wrapper of ours that the OS has made needless", { ...OURS, wrapper: OURS_OLD.wrapper }, {}, LEFT_OVER],
        ["whose record is gone", { ...OURS, record: undefined }, {}, { takeBaseline: true }],
        [
            "whose record was rolled back, and so has no instance",
            { ...bare(), record: recordOf(SPEC, bare(), { instance: undefined, state: "rolled-back" }) },
            {},
            { ...UNIT, ...START, linksAdd: [LINK], takeBaseline: true },
        ],
    ])("%s", (_, observed, more, expected) => {
        expect(deeds(planApply(specWith(more), observed, UPDATE))).toEqual(expected && { mode: "apply", ...expected });
    });

    it.each<readonly [string, More, typeof SHIPPED, Partial<Plan>]>([
        [
            "the version",
            { version: "v1.3.6_coreos.0" },
            SHIPPED,
            {
                tag: "v1.3.6_coreos.0",
                fetch: {
                    ...FETCH,
                    image: "quay.io/coreos/hyperkube:v1.3.6_coreos.0",
                    reference: "quay.io/coreos/hyperkube:v1.3.6_coreos.0",
                },
            },
        ],
        [
            "a docker image",
            { image: { repository: "docker://a/b" } },
            SHIPPED,
            {
                tag: TAG,
                fetch: { image: `a/b:${TAG}`, reference: `docker://a/b:${TAG}`, options: ["--insecure-options=image"] },
            },
        ],
        [
            "a last CoreOS, whose wrapper takes docker's",
            { clusterDomain: "d" },
            { ...SHIPPED, osVersion: "2512.3.0", rktVersion: "1.30.0" },
            {
                tag: TAG,
                fetch: { ...FETCH, reference: `docker://${FETCH.reference}`, options: ["--insecure-options=image"] },
            },
        ],
    ])("of %s fetches what the wrapper will run", (_, more, facts, expected) => {
        const plan = planApply(specWith(more), applied(SPEC, facts), UPDATE);
        expect(plan).toMatchObject({ unit: "write", process: "restart", ...expected });
        expect(plan?.unitText).toBe(renderUnit(specWith(more), facts));
    });
});

it("planRecovery changes nothing itself: the host's record says what to put back", () => {
    const observed = { ...service(OURS, RUNNING), record: recordOf(SPEC, OURS, { state: "armed" }) };
    const plan = planRecovery(observed);
    expect(deeds(plan)).toEqual({ mode: "recover" });
    expect(plan.claim).toBeUndefined();
    expect(plan.from).toBe(observed);
});

// What is stored after an apply, and what a refresh finds changed.
import { describe, expect, it } from "vitest";
import { HostError } from "../../provider/errors";
import { renderUnit } from "../../provider/kubelet/unit";
import { diff } from "../../provider/plan/diff";
import { planApply } from "../../provider/plan/make";
import type { HostFile, Observed } from "../../provider/plan/observed";
import { leftChanged, observedState, stateAfter, whyGone, type Durations } from "../../provider/plan/state";
import type { KubeletServiceInputs } from "../../provider/spec/args";
import { specOf } from "../../provider/spec/defaults";
import { migrate, storable, type State } from "../../provider/spec/state";
import { ABSENT, applied, bare, fileOf, INSTANCE, OLD, OWNER, recordOf, RUNNING, SHIPPED, specWith } from "./hosts";

const INPUTS: KubeletServiceInputs = { connection: { host: "node-1" }, version: "v1.3.4_coreos.0", owner: OWNER };
const SPEC = specOf(INPUTS);
const KEY = "ssh-ed25519 AAAA";
const OURS = applied(SPEC);

const NO_TIME: Durations = { fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 };
const after = (observed: Observed, durations?: Durations, before?: State, spec = SPEC) =>
    stateAfter(spec, { observed, durations, hostKey: KEY }, INSTANCE, before);
const stateOf = (observed: Observed, inputs = INPUTS): State => ({
    ...inputs,
    ...after(observed, NO_TIME, undefined, specOf(inputs)),
});
const STATE = stateOf(OURS);
const edited = ({ text }: HostFile, from: string | RegExp, to: string): HostFile => fileOf(text.replace(from, to));
const service = (more: Partial<Observed["service"]>): Observed => ({ ...OURS, service: { ...RUNNING, ...more } });
const seen = (observed: Observed, state = STATE): State =>
    observedState(state, specOf(state), observed, KEY) ?? expect.fail("it is gone");

describe("the outputs after an apply", () => {
    it("tell what the host really has", () => {
        expect(after(OURS, { fetchSeconds: 12.34, downtimeSeconds: 2.5, totalSeconds: 20.01 })).toEqual({
            ...SHIPPED,
            ...{ schemaVersion: 1, hostKey: KEY, instance: INSTANCE, owner: OWNER, adopted: false, drift: [] },
            unitText: renderUnit(SPEC, SHIPPED),
            wrapperPath: "/usr/lib/coreos/kubelet-wrapper",
            ...{ wrapperHash: "bbbbbbbbbbbb", dropIns: {} },
            machineId: OURS.machineId,
            runningVersion: "v1.3.4_coreos.0",
            lastChange: { action: "created", fetchSeconds: 12.34, downtimeSeconds: 2.5, totalSeconds: 20.01 },
        });
    });

    it("before 962 name the wrapper that we uploaded", () => {
        const { wrapperSource, wrapperPath, unitText } = after(applied(SPEC, OLD), NO_TIME);
        expect([wrapperSource, wrapperPath]).toEqual(["uploaded", "/opt/bin/kubelet-wrapper"]);
        expect(unitText).toContain("ExecStart=/opt/bin/kubelet-wrapper");
    });

    it("keep the text that was kept: adopted, it may be somebody's own", () => {
        const unit = fileOf(`# mine\n${OURS.unit.text}`);
        expect(after({ ...OURS, unit }).unitText).toBe(unit.text);
    });

    it("do not claim to know which image an unreadable pod is of", () => {
        expect(after({ ...OURS, pod: undefined }).runningVersion).toBe("unknown");
    });

    it("have no owner where the program could not tell one", () => {
        expect(after(OURS, NO_TIME, undefined, specWith({ owner: undefined }))).not.toHaveProperty("owner");
    });

    it("can be stored, and read again", () => {
        expect(migrate(storable(STATE))).toEqual(STATE);
        expect(diff(STATE, INPUTS)).toMatchObject({ changes: false });
    });

    const adopted = { ...OURS, record: recordOf(SPEC, OURS, { adopted: true }) };
    it.each<readonly [string, Observed, Durations | undefined, State | undefined]>([
        ["created", OURS, NO_TIME, undefined],
        ["adopted", adopted, NO_TIME, undefined],
        ["updated", OURS, NO_TIME, STATE],
        ["updated", adopted, NO_TIME, { ...STATE, adopted: true }],
        ["repaired", OURS, NO_TIME, { ...STATE, drift: ["unit: changed by hand"] }],
        ["none", OURS, undefined, STATE],
        ["none", OURS, undefined, undefined],
    ])("call it %s", (action, observed, durations, before) => {
        const outputs = after(observed, durations, before);
        expect(outputs.lastChange).toEqual({ action, fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 });
        expect(outputs.adopted).toBe(observed === adopted);
        expect(outputs.drift).toEqual([]);
    });
});

const RECORD_GONE =
    'record: it is gone, and with it what stood there before the first create: destroy will leave the kubelet unless onDelete is "remove"';

describe("the outputs of a host that could not be put back", () => {
    it("after a create are what a state needs, and no more: the next look learns the rest", () => {
        const left = { ...INPUTS, ...leftChanged("i", undefined, KEY) };
        expect(migrate(storable(left))).toEqual(left);
        expect(left).toMatchObject({ instance: "i", machineId: "", hostKey: KEY, runningVersion: "unknown" });
    });

    it("after an update are what was known, but for what runs", () => {
        const inputs = { ...INPUTS, version: "v1.4.0_coreos.0" };
        const left = { ...inputs, ...leftChanged(INSTANCE, STATE, "k-2") };
        expect(left).toEqual({
            ...STATE,
            ...{ hostKey: "k-2", version: "v1.4.0_coreos.0", runningVersion: "unknown" },
            drift: ["the last operation left the host changed"],
        });
        expect(diff(left, inputs)).toMatchObject({ changes: true, kind: "host" });
    });
});

describe("a refresh", () => {
    it("finds nothing where nothing changed", () => {
        expect(seen(OURS)).toEqual(STATE);
        const old = stateOf(applied(SPEC, OLD));
        expect(seen(applied(SPEC, OLD), old)).toEqual(old);
    });

    it.each<readonly [string, Observed]>([
        ["another machine answers", { ...OURS, machineId: "other" }],
        ["neither unit nor record is left", { ...OURS, unit: ABSENT, record: undefined }],
        [
            "an uninstalled host has a record of the delete",
            { ...bare(), record: recordOf(SPEC, bare(), { instance: undefined }) },
        ],
    ])("says that it is gone where %s", (_, observed) => {
        expect(observedState(STATE, SPEC, observed, KEY)).toBeUndefined();
    });

    it("tells why", () => {
        expect(whyGone(STATE, OURS)).toBeUndefined();
        expect(whyGone(STATE, { ...OURS, machineId: "other" })).toBe("another machine answers at this address");
        expect(whyGone(STATE, bare())).toBe("nothing of this resource is left on the host");
    });

    it("stays with a machine whose id was never seen", () => {
        expect(observedState({ ...STATE, machineId: "" }, SPEC, OURS, KEY)).toEqual(STATE);
    });

    it("refuses to judge a host that is no CoreOS any more", () => {
        const os = { id: "debian", versionId: "12", prettyName: "" };
        expect(() => observedState(STATE, SPEC, { ...OURS, os }, KEY)).toThrow(HostError);
    });

    it("learns what needs no repair", () => {
        const os = { ...OURS.os, versionId: "1235.12.0" };
        const found = seen({ ...OURS, os, rkt: "rkt Version: 1.18.0", pod: undefined });
        expect(found).toEqual({ ...STATE, osVersion: "1235.12.0", rktVersion: "1.18.0", runningVersion: "unknown" });
        expect(observedState(STATE, SPEC, OURS, "ssh-ed25519 BBBB")?.hostKey).toBe("ssh-ed25519 BBBB");
    });

    const LINK = "multi-user.target.wants/kubelet.service";
    const pod = { name: "x", tag: "v1.2.0_coreos.0", uuid: "u" };
    it.each<readonly [string, Observed, readonly string[]]>([
        ["a unit that is gone", { ...OURS, unit: ABSENT }, ["unit: it is gone"]],
        ["a link in its place", { ...OURS, unit: { hash: "link", text: "/x" } }, ["unit: a link stands in its place"]],
        [
            "a folder in its place",
            { ...OURS, unit: { hash: "folder", text: "" } },
            ["unit: a folder stands in its place"],
        ],
        [
            "another meaning",
            { ...OURS, unit: edited(OURS.unit, "RestartSec=10", "RestartSec=1") },
            ["unit: changed by hand"],
        ],
        ["another comment", { ...OURS, unit: edited(OURS.unit, /^#.*/, "# mine") }, []],
        ["a link that is gone", { ...OURS, links: [] }, [`enablement: ${LINK} is missing`]],
        [
            "a link too many",
            { ...OURS, links: [LINK, "x.target.wants/kubelet.service"] },
            ["enablement: x.target.wants/kubelet.service is not ours"],
        ],
        [
            "a kubelet that was stopped",
            service({ active: "inactive", sub: "dead", pid: 0 }),
            ["kubelet: inactive (dead)"],
        ],
        [
            "a crash loop",
            service({ active: "activating", sub: "auto-restart", pid: 0 }),
            ["kubelet: activating (auto-restart)"],
        ],
        ["another image", { ...OURS, pod }, ["image: the pod runs v1.2.0_coreos.0"]],
        [
            "a kubelet that a create has taken of which Pulumi never heard the end",
            { ...OURS, record: recordOf(SPEC, OURS, { instance: "later" }) },
            [`record: the kubelet is of another create by now, of ${OWNER}`],
        ],
        ["a record that is gone", { ...OURS, record: undefined }, [RECORD_GONE]],
        [
            "other triggers",
            { ...OURS, record: recordOf(specWith({ triggers: ["s3cret"] }), OURS) },
            ["triggers: the last restart was for others"],
        ],
        [
            "all at once",
            { ...service({ active: "failed", sub: "failed", pid: 0 }), unit: ABSENT, links: [] },
            ["unit: it is gone", `enablement: ${LINK} is missing`, "kubelet: failed (failed)"],
        ],
    ])("finds %s, and the next up repairs it", (_, observed, drift) => {
        const found = seen(observed);
        expect(found.drift).toEqual(drift);
        expect(found.unitText).toBe(observed.unit.text);
        expect(diff(found, INPUTS).changes).toBe(drift.length > 0);
        if (observed.unit.hash === "link" || observed.unit.hash === "folder") return;
        const plan = planApply(SPEC, observed, { instance: INSTANCE, hasState: true });
        expect(plan !== undefined).toBe(drift.length > 0);
    });

    it("finds a kubelet that another resource has taken, of which the next up says whose it is", () => {
        const taken = { ...OURS, record: recordOf(SPEC, OURS, { instance: "later", owner: undefined }) };
        const found = seen(taken);
        expect(found.drift).toEqual([
            "record: the kubelet is of another create by now, of a resource that gave no owner",
        ]);
        expect(() => planApply(SPEC, taken, { instance: INSTANCE, hasState: true })).toThrow(/belongs to a resource/);
    });

    it.each<readonly [string, HostFile, readonly string[]]>([
        ["that is gone", ABSENT, ["wrapper: it is gone"]],
        ["that was changed", fileOf("#!/bin/bash\nexec true\n"), ["wrapper: changed by hand"]],
        ["with another comment", edited(applied(SPEC, OLD).wrapper, /^# .*/m, "# mine"), []],
    ])("finds a wrapper %s", (_, wrapper, drift) => {
        const old = applied(SPEC, OLD);
        expect(seen({ ...old, wrapper }, stateOf(old)).drift).toEqual(drift);
        // Nobody calls one there where the OS ships its own.
        expect(seen({ ...OURS, wrapper }).drift).toEqual([]);
    });

    it("takes the version from the unit, so that it shows in the preview", () => {
        const unit = edited(OURS.unit, "v1.3.4_coreos.0", "v1.2.0_coreos.0");
        const found = seen({ ...OURS, unit, pod });
        expect(found).toMatchObject({ version: "v1.2.0_coreos.0", runningVersion: "v1.2.0_coreos.0" });
        expect(found.drift).toEqual(["unit: changed by hand"]);
        expect(diff(found, INPUTS).reasons).toContain("version");
    });

    it("keeps the version where the unit names none", () => {
        expect(seen({ ...OURS, unit: fileOf("[Service]\nExecStart=/bin/true\n") }).version).toBe("v1.3.4_coreos.0");
    });

    it("learns of an operation whose end the state never heard of: no drift, but the version is the host's", () => {
        const found = seen(applied(specWith({ version: "v1.3.6_coreos.0" })));
        expect(found).toMatchObject({ version: "v1.3.6_coreos.0", drift: [] });
        expect(diff(found, INPUTS)).toMatchObject({ changes: true, kind: "host" });
        expect(diff(found, { ...INPUTS, version: "v1.3.6_coreos.0" }).changes).toBe(false);
    });

    it("finds the same when it is asked again", () => {
        const unit = edited(OURS.unit, "RestartSec=10", "RestartSec=1");
        const found = seen({ ...OURS, unit });
        expect(seen({ ...OURS, unit }, found)).toEqual(found);
        expect(seen(OURS, found)).toEqual(STATE);
    });

    it("tells no value: what differs may be secret", () => {
        const unit = edited(OURS.unit, "[Service]", "[Service]\nEnvironment=TOKEN=s3cret");
        const { drift } = seen({ ...OURS, unit, record: recordOf(specWith({ triggers: ["s3cret"] }), OURS) });
        expect(drift).toHaveLength(2);
        expect(JSON.stringify(drift)).not.toContain("s3cret");
    });
});

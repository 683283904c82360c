// The OS under a kubelet becomes another: what the next `up` has to do is drift, the rest a note.
import { describe, expect, it } from "vitest";
import { wrapperText } from "../../provider/coreos/wrapper";
import { renderUnit } from "../../provider/kubelet/unit";
import { diff } from "../../provider/plan/diff";
import type { Facts } from "../../provider/plan/facts";
import { planApply } from "../../provider/plan/make";
import type { Observed } from "../../provider/plan/observed";
import { osNotes, wrapperHashOf } from "../../provider/plan/os";
import { observedState, stateAfter } from "../../provider/plan/state";
import type { KubeletServiceInputs } from "../../provider/spec/args";
import { specOf } from "../../provider/spec/defaults";
import type { State } from "../../provider/spec/state";
import { ABSENT, applied, fileOf, INSTANCE, OWNER } from "./hosts";

const INPUTS: KubeletServiceInputs = { connection: { host: "node-1" }, version: "v1.3.4_coreos.0", owner: OWNER };

const release = (osVersion: string, rktVersion: string, wrapperSource: Facts["wrapperSource"] = "host"): Facts => ({
    ...{ osId: "coreos", osVersion, rktVersion, wrapperSource },
});
const R899 = release("899.17.0", "1.0.0", "uploaded");
const R942 = release("942.0.0", "0.16.0", "uploaded");
const R948 = release("948.0.0", "1.0.0", "uploaded");
const R962 = release("962.0.0", "1.0.0");
const R1068 = release("1068.6.0", "1.7.0");
const R1185 = release("1185.3.0", "1.14.0");
const R1235 = release("1235.12.0", "1.18.0");
const R1298 = release("1298.7.0", "1.21.0");
const R1353 = release("1353.1.0", "1.25.0");

const stateOn = (facts: Facts, inputs = INPUTS): State => ({
    ...inputs,
    ...stateAfter(
        specOf(inputs),
        {
            observed: applied(specOf(inputs), facts),
            durations: { fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 },
            hostKey: "k",
        },
        INSTANCE,
        undefined,
    ),
});

/** What our apply on one release left, seen under another. */
function updatedTo(facts: Facts, from: Facts, inputs = INPUTS): Observed {
    const { os, rkt, hostWrapper } = applied(specOf(inputs), facts);
    return { ...applied(specOf(inputs), from), os, rkt, hostWrapper };
}

function withoutHash({ wrapperHash, ...state }: State): State {
    expect(wrapperHash).toBe("bbbbbbbbbbbb");
    return state;
}

const seen = (state: State, observed: Observed): State =>
    observedState(state, specOf(state), observed, "k") ?? expect.fail("it is gone");

const NEEDS = (osVersion: string, rkt: string): string =>
    `os: release ${osVersion} with rkt ${rkt} needs another kubelet.service`;
const LEFT_OVER = "wrapper: ours is left over, the OS ships one by now";

describe("an update of the OS is drift where the next up has to do something", () => {
    it.each<readonly [what: string, from: Facts, to: Facts, inputs: KubeletServiceInputs, drift: readonly string[]]>([
        ["across 962", R899, R1185, INPUTS, [NEEDS("1185.3.0", "1.14.0"), LEFT_OVER]],
        ["across 962, to the very first", R899, R962, INPUTS, [NEEDS("962.0.0", "1.0.0"), LEFT_OVER]],
        ["back across 962", R1185, R899, INPUTS, [NEEDS("899.17.0", "1.0.0"), "wrapper: it is gone"]],
        ["to an rkt that has `rkt stop`", R1068, R1185, INPUTS, [NEEDS("1185.3.0", "1.14.0")]],
        ["to an rkt whose stage1 has another flag", R942, R948, INPUTS, ["wrapper: rkt 1.0.0 needs another"]],
        [
            "to a wrapper that mounts /var/log itself",
            R1298,
            R1353,
            { ...INPUTS, rkt: { containerLogs: true } },
            [NEEDS("1353.1.0", "1.25.0")],
        ],
        ["that changes nothing for us", R1185, R1235, INPUTS, []],
        ["that changes nothing for us, before 962", R899, R948, INPUTS, []],
        ["to a wrapper that mounts /var/log, which nobody asked for", R1298, R1353, INPUTS, []],
    ])("%s", (_, from, to, inputs, drift) => {
        const observed = updatedTo(to, from, inputs);
        const found = seen(stateOn(from, inputs), observed);
        expect(found.drift).toEqual(drift);
        expect(found).toMatchObject(to);
        // Until it is done, each look says the same, though the state has learned the release.
        expect(seen(found, observed).drift).toEqual(drift);
        expect(diff(found, inputs).changes).toBe(drift.length > 0);
        const plan = planApply(specOf(inputs), observed, { instance: INSTANCE, hasState: true });
        expect(plan !== undefined).toBe(drift.length > 0);
        // And once it is done, there is nothing any more.
        expect(seen(found, applied(specOf(inputs), to)).drift).toEqual([]);
    });

    it("which a state that learned the release without a word of drift does not hide", () => {
        const observed = updatedTo(R1185, R899);
        const learned = { ...seen(stateOn(R899), observed), drift: [] };
        expect(seen(learned, observed).drift).toEqual([NEEDS("1185.3.0", "1.14.0"), LEFT_OVER]);
    });

    it("and across 962 moves the unit to the wrapper of the OS and takes ours away", () => {
        const plan = planApply(specOf(INPUTS), updatedTo(R1185, R899), { instance: INSTANCE, hasState: true });
        expect(plan).toMatchObject({ unit: "write", wrapper: "remove", process: "restart" });
        expect(plan?.unitText).toBe(renderUnit(specOf(INPUTS), R1185));
        expect(plan?.unitText).toContain("ExecStart=/usr/lib/coreos/kubelet-wrapper");
    });

    it("but a wrapper of somebody else in /opt/bin is nobody's business", () => {
        const observed = { ...applied(specOf(INPUTS), R1185), wrapper: fileOf("#!/bin/bash\nexec true\n") };
        expect(seen(stateOn(R1185), observed).drift).toEqual([]);
    });

    it("and so is one of ours on a host that is not ours any more", () => {
        const spec = specOf({ ...INPUTS, onExisting: "adopt" });
        const observed = { ...updatedTo(R1185, R899), record: undefined };
        expect(planApply(spec, observed, { instance: "new", hasState: false })).toMatchObject({ wrapper: "keep" });
    });

    it("a wrapper that was changed by hand is not taken for one that the OS outgrew", () => {
        const observed = { ...applied(specOf(INPUTS), R948), wrapper: fileOf(`${wrapperText("1.0.0")}exit\n`) };
        expect(seen(stateOn(R942), observed).drift).toEqual(["wrapper: changed by hand"]);
        expect(seen(stateOn(R942), { ...observed, wrapper: ABSENT }).drift).toEqual(["wrapper: it is gone"]);
    });
});

describe("an update of the OS is told", () => {
    const notes = (from: Facts, observed: Observed, to: Facts) => osNotes(stateOn(from), observed, to);

    it("with release, rkt and the generation of the wrapper", () => {
        expect(notes(R1185, updatedTo(R1235, R1185), R1235)).toEqual([
            {
                severity: "info",
                text: "the OS is 1235.12.0 by now, was 1185.3.0; rkt is 1.18.0 by now, was 1.14.0; the kubelet-wrapper's generation is D by now, was C. The state has learned it",
            },
        ]);
        expect(notes(R899, updatedTo(R1185, R899), R1185)[0]?.text).toContain("generation is C by now, was ours");
    });

    it("once: the state that a refresh stores knows it", () => {
        const observed = updatedTo(R1235, R1185);
        expect(osNotes(seen(stateOn(R1185), observed), observed, R1235)).toEqual([]);
    });

    it("as a warning where the wrapper is another one under the same OS", () => {
        const observed = { ...applied(specOf(INPUTS), R1185), hostWrapper: "c".repeat(64) };
        expect(notes(R1185, observed, R1185)).toEqual([
            {
                severity: "warn",
                text: "/usr/lib/coreos/kubelet-wrapper is another file than before, though the OS is the same: the kubelet's next start runs it",
            },
        ]);
        const learned = seen(stateOn(R1185), observed);
        expect(learned).toMatchObject({ drift: [], wrapperHash: "cccccccccccc" });
        expect(osNotes(learned, observed, R1185)).toEqual([]);
    });

    it.each<readonly [string, State]>([
        ["where nothing changed", stateOn(R1185)],
        ["where an older release stored no hash", withoutHash(stateOn(R1185))],
        ["of a host that was never seen whole", { ...stateOn(R1185), osVersion: "", rktVersion: "" }],
    ])("not at all %s", (_, state) => {
        expect(osNotes(state, applied(specOf(INPUTS), R1185), R1185)).toEqual([]);
    });

    it("and the hash is of the wrapper that the kubelet starts by", () => {
        const old = applied(specOf(INPUTS), R899);
        expect(wrapperHashOf(old, R899)).toBe(old.wrapper.hash.slice(0, 12));
        expect(wrapperHashOf(applied(specOf(INPUTS), R1185), R1185)).toBe("bbbbbbbbbbbb");
    });
});

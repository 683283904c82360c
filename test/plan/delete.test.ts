// What delete gives back: the host as it was before the first create, or bare.
import { expect, it } from "vitest";
import { planDelete } from "../../provider/plan/make";
import type { Baseline, Observed } from "../../provider/plan/observed";
import type { Plan } from "../../provider/plan/plan";
import { ABSENT, applied, fileOf, INSTANCE, OLD, RUNNING, specWith } from "./hosts";

const LINK = "multi-user.target.wants/kubelet.service";
const OTHER = "x.target.wants/kubelet.service";
const STOPPED = { ...RUNNING, active: "inactive", sub: "dead", pid: 0 };

const OURS = applied(specWith());
const OURS_OLD = applied(specWith(), OLD);
const after = (baseline: Partial<Baseline>, of: Observed = OURS): Observed => ({
    ...of,
    baseline: { unit: "absent", wrapper: "absent", links: [], active: false, ...baseline },
});
const THEIRS = "e".repeat(64);
const SAME = OURS.unit.hash;

it.each<readonly [string, Observed, "restore" | "remove", Partial<Plan>]>([
    ["a host that was bare", after({}), "restore", { unit: "remove", linksRemove: [LINK], process: "stop" }],
    ["the same, by remove", after({}), "remove", { unit: "remove", linksRemove: [LINK], process: "stop" }],
    [
        "one before 962",
        after({}, OURS_OLD),
        "restore",
        { unit: "remove", wrapper: "remove", linksRemove: [LINK], process: "stop" },
    ],
    [
        "a unit that was there, and ran",
        after({ unit: THEIRS, links: [LINK], active: true }),
        "restore",
        { unit: "write", process: "restart" },
    ],
    [
        "one that was there, and did not",
        after({ unit: THEIRS, links: [LINK] }),
        "restore",
        { unit: "write", process: "stop" },
    ],
    [
        "other links",
        after({ unit: THEIRS, links: [OTHER], active: true }),
        "restore",
        { unit: "write", linksAdd: [OTHER], linksRemove: [LINK], process: "restart" },
    ],
    [
        "the same, by remove: nothing of it comes back",
        after({ unit: THEIRS, wrapper: THEIRS, links: [OTHER], active: true }, OURS_OLD),
        "remove",
        { unit: "remove", wrapper: "remove", linksRemove: [LINK], process: "stop" },
    ],
    ["a unit that was the same", after({ unit: SAME, links: [LINK], active: true }), "restore", { process: "keep" }],
    [
        "one that was the same, and is stopped now",
        after({ unit: SAME, links: [LINK], active: true }, { ...OURS, service: STOPPED }),
        "restore",
        { process: "restart" },
    ],
    ["one that was the same, and did not run", after({ unit: SAME, links: [LINK] }), "restore", { process: "stop" }],
    [
        "a wrapper that was there",
        after({ wrapper: THEIRS }, OURS_OLD),
        "restore",
        { unit: "remove", wrapper: "write", linksRemove: [LINK], process: "stop" },
    ],
    [
        "a unit of the OS that ran",
        after({ active: true }),
        "restore",
        { unit: "remove", linksRemove: [LINK], process: "restart" },
    ],
    [
        "what somebody took away",
        after({}, { ...OURS, unit: ABSENT, links: [], service: STOPPED }),
        "restore",
        { process: "stop" },
    ],
    [
        "what somebody changed",
        after({}, { ...OURS, unit: fileOf("x") }),
        "restore",
        { unit: "remove", linksRemove: [LINK], process: "stop" },
    ],
    // A wrapper is read once, at the start.
    [
        "the same unit, another wrapper, running",
        after({ unit: OURS_OLD.unit.hash, wrapper: THEIRS, links: [LINK], active: true }, OURS_OLD),
        "restore",
        { wrapper: "write", process: "restart" },
    ],
    [
        "a wrapper of somebody's, where the OS ships one",
        after({}, { ...OURS, wrapper: fileOf("#!/bin/sh") }),
        "restore",
        { unit: "remove", linksRemove: [LINK], process: "stop" },
    ],
    [
        "the same, which was there before and has been changed since",
        after({ wrapper: THEIRS }, { ...OURS, wrapper: fileOf("#!/bin/sh") }),
        "restore",
        { unit: "remove", linksRemove: [LINK], process: "stop" },
    ],
    [
        "a wrapper that somebody has put in the place of ours",
        after({}, { ...OURS_OLD, wrapper: fileOf("#!/bin/sh") }),
        "remove",
        { unit: "remove", linksRemove: [LINK], process: "stop" },
    ],
    [
        "what was a folder and has gone",
        after({ wrapper: "folder" }),
        "restore",
        { unit: "remove", linksRemove: [LINK], process: "stop" },
    ],
])("%s", (_, observed, onDelete, expected) => {
    const { from, claim, digest, ...plan } =
        planDelete("node-1", observed, INSTANCE, onDelete) ?? expect.fail("there is no plan");
    expect(plan).toEqual({
        ...{
            mode: "delete",
            unit: "keep",
            wrapper: "keep",
            linksAdd: [],
            linksRemove: [],
            reload: true,
            process: "keep",
        },
        ...{ fetch: undefined, tag: undefined, unitText: undefined, wrapperText: undefined, takeBaseline: false },
        ...expected,
    });
    expect([from, claim, digest]).toEqual([observed, undefined, ""]);
});

it.each<readonly [string, Observed, string]>([
    ["of a newer instance", OURS, "older"],
    ["without a record", { ...OURS, record: undefined }, INSTANCE],
    [
        "without a committed instance",
        { ...OURS, record: OURS.record && { ...OURS.record, instance: undefined } },
        INSTANCE,
    ],
])("nothing on a host %s", (_, observed, instance) => {
    expect(planDelete("node-1", observed, instance, "restore")).toBeUndefined();
    expect(planDelete("node-1", observed, instance, "remove")).toBeUndefined();
});

it.each([
    ["a symlink", { hash: "link", text: "/srv/kubelet.service" }, "unit-odd"],
    ["a folder", { hash: "folder", text: "" }, "unit-odd"],
    ["a mask", { hash: "link", text: "/dev/null" }, "unit-masked"],
])("touches nothing where %s stands in the unit's place", (_, unit, kind) => {
    expect(() => planDelete("node-1", { ...OURS, unit }, INSTANCE, "restore")).toThrow(
        expect.objectContaining({ kind }) as Error,
    );
});

it("gives nothing back where what stood there is lost, and removes the kubelet all the same", () => {
    const lost = { ...OURS, baseline: undefined };
    expect(() => planDelete("node-1", lost, INSTANCE, "restore")).toThrow(
        /^node-1: plan: .* is gone from the host\. Nothing on the host was changed\. Set onDelete: "remove" or "retain" by a `pulumi up` before, then run it again\.$/,
    );
    expect(planDelete("node-1", lost, INSTANCE, "remove")).toMatchObject({ unit: "remove", process: "stop" });
});

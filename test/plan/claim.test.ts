// Whom the kubelet belongs to after a plan, and what tells one wish from another.
import { describe, expect, it } from "vitest";
import { planApply, triggersDigest, type Asker } from "../../provider/plan/make";
import type { Observed } from "../../provider/plan/observed";
import type { Plan } from "../../provider/plan/plan";
import { applied, bare, foreign, FOREIGN_UNIT, INSTANCE, type More, OLD, OWNER, recordOf, specWith } from "./hosts";

const SPEC = specWith();
const CREATE: Asker = { instance: "new", hasState: false };
const UPDATE: Asker = { instance: INSTANCE, hasState: true };
const OURS = applied(SPEC);

describe("the claim", () => {
    it.each<readonly [string, Observed, More, Asker, Partial<Plan["claim"]>]>([
        ["of a create", bare(), {}, CREATE, { instance: "new", owner: OWNER, adopted: false }],
        ["without an owner", bare(), { owner: undefined }, CREATE, { instance: "new", owner: undefined }],
        ["of a create after a kill, with the new instance", OURS, {}, CREATE, { instance: "new", adopted: false }],
        ["of what was adopted", foreign(FOREIGN_UNIT), { onExisting: "adopt" }, CREATE, { adopted: true }],
        [
            "of what another resource had",
            OURS,
            { owner: "urn:b", onExisting: "adopt" },
            CREATE,
            { owner: "urn:b", adopted: true },
        ],
        [
            "of what was adopted before, and stays so",
            { ...OURS, record: recordOf(SPEC, OURS, { adopted: true }) },
            { triggers: [1] },
            UPDATE,
            { instance: INSTANCE, adopted: true },
        ],
        [
            "after a rollback to nothing, which forgets that",
            { ...bare(), record: recordOf(SPEC, bare(), { adopted: true, instance: undefined }) },
            {},
            CREATE,
            { adopted: false },
        ],
    ])("%s", (_, observed, more, asker, claim) => {
        const spec = specWith(more);
        const plan = planApply(spec, observed, asker);
        expect(plan?.claim).toMatchObject({ ...claim, triggers: triggersDigest(spec, observed) });
        expect(plan?.from).toBe(observed);
    });
});

describe("the digest of triggers", () => {
    const of = (triggers: readonly unknown[], observed = OURS): string =>
        triggersDigest(specWith({ triggers: [...triggers] }), observed);

    it("tells them apart, and machines", () => {
        const all = [
            [],
            [""],
            ["a"],
            ["a", "b"],
            ["b", "a"],
            ["ab"],
            [1],
            ["1"],
            [null],
            [{ a: 1 }],
            [{ a: 2 }],
            [[1]],
        ];
        expect(new Set(all.map((triggers) => of(triggers))).size).toBe(all.length);
        expect(of(["a"], { ...OURS, machineId: "other" })).not.toBe(of(["a"]));
    });

    it("does not show them", () => {
        expect(of(["s3cret"])).toMatch(/^[0-9a-f]{32}$/);
    });
});

describe("the digest of a plan", () => {
    const of = (more: More, observed = bare(), asker = CREATE): string | undefined =>
        planApply(specWith(more), observed, asker)?.digest;

    it.each<readonly [string, string | undefined]>([
        ["another instance", of({}, bare(), { instance: "other", hasState: false })],
        ["other settings of ours", of({ health: { port: false }, timeouts: { fetch: 5 } })],
        ["a host that is half way", of({}, { ...bare(), unit: OURS.unit, record: OURS.record })],
    ])("is the same for the same wish: %s", (_, digest) => {
        expect(digest).toBe(of({}));
    });

    it.each<readonly [string, string | undefined]>([
        ["version", of({ version: "v1.3.6_coreos.0" })],
        ["triggers", of({ triggers: ["a"] })],
        ["links", of({ unit: { wantedBy: [] } })],
        ["wrapper", of({}, bare(OLD))],
    ])("is another for another %s", (_, digest) => {
        expect(digest).toMatch(/^[0-9a-f]{32}$/);
        expect(digest).not.toBe(of({}));
    });
});

// What hangs on a host when we come: when we go on, and when we tell, on a host whose answers are given.
import { describe, expect, it } from "vitest";
import { converge, settled } from "../../provider/host/converge";
import type { Host, Reading } from "../../provider/host/host";
import { untouched } from "../../provider/plan/facts";
import { standStill } from "../../provider/plan/make";
import { outcomeFrom } from "../../provider/host/outcome";
import type { Observed } from "../../provider/plan/observed";
import { applied, recordOf, specWith } from "../plan/hosts";

const SPEC = specWith();
const QUIET = applied(SPEC);
const ARMED: Observed = { ...QUIET, record: recordOf(SPEC, QUIET, { state: "armed" }) };

const ended = (result: string, observed: Observed): Reading => ({
    outcome: outcomeFrom({ verb: "outcome", fields: { result, reason: "why" } }),
    observed,
});

/** A host that gives these readings, one after another. */
function hostOf(...readings: readonly Reading[]): Host {
    const left = [...readings];
    const next = (): Promise<Reading> => Promise.resolve(left.shift() ?? expect.fail("it was asked once more"));
    const conceal = (text: string): string => text;
    return {
        name: "node-1",
        conceal,
        begin: next,
        follow: next,
        observe: () => Promise.resolve(ARMED),
    } as unknown as Host;
}

describe("a recovery", () => {
    it.each(["rolled-back", "committed", "stale", "busy", "void"])("that ends %s: we look again", async (result) => {
        const { observed } = await settled(hostOf(ended(result, ARMED), ended("rolled-back", QUIET)), SPEC, ARMED);
        expect(observed).toBe(QUIET);
    });

    it.each([
        ["failed", "rollback-failed"],
        ["refused", "refused"],
        ["lost", "unsettled"],
    ])("that ends %s is told", async (result, kind) => {
        await expect(settled(hostOf(ended(result, ARMED)), SPEC, ARMED)).rejects.toMatchObject({ kind });
    });
});

describe("an operation that was cut and undone", () => {
    const undone: Reading = {
        outcome: outcomeFrom({ verb: "outcome", fields: { result: "rolled-back", reason: "why", old: "sick" } }),
        observed: QUIET,
    };

    it("is told by the refusal of what we wanted after it, with what it left", async () => {
        const refused = converge(hostOf(undone), SPEC, (observed) => {
            throw untouched("node-1", "no-space", `seq ${observed.record?.seq ?? ""}`, "Make room");
        });
        await expect(refused).rejects.toThrow(
            "node-1: plan: seq 1. Nothing on the host was changed. Before that, an operation that was cut was undone: the old files are in place, but the old kubelet is not healthy. Make room.",
        );
    });

    it("is told where it was our own, and was killed for good", async () => {
        const lost = converge(hostOf(undone, ended("lost", ARMED), undone), SPEC, standStill);
        await expect(lost).rejects.toThrow(
            /^node-1: health: the operation was killed, and so was what would have undone it\. Rolled back: the old files are in place, but the old kubelet is not healthy\. .*Before that/,
        );
    });

    it("is not told where all went well", async () => {
        const done = converge(hostOf(undone), SPEC, () => undefined);
        await expect(done).resolves.toEqual({ observed: QUIET, outcome: undefined });
    });
});

describe("a delete", () => {
    const plan = (observed: Observed): ReturnType<typeof standStill> => ({ ...standStill(observed), mode: "delete" });

    it("that meets a recovery under way is made after it", async () => {
        const operation = { operation: "op-2", owner: SPEC.owner, digest: "", seconds: 1 };
        const host = hostOf(ended("rolled-back", QUIET), ended("committed", QUIET));
        const busy = { ...host, observe: () => Promise.resolve({ ...QUIET, operation }) } as unknown as Host;
        expect((await converge(busy, SPEC, plan)).outcome?.result).toBe("committed");
    });

    it.each(["rolled-back", "failed", "refused", "lost"])("that ends %s is to be run again", async (result) => {
        const failing = converge(hostOf(ended("rolled-back", QUIET), ended(result, QUIET)), SPEC, plan);
        await expect(failing).rejects.toThrow(/ run it again(: it reads .*)?\.$/i);
        await expect(failing).rejects.not.toThrow(/pulumi up|Set a version/);
    });
});

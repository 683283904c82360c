import { describe, expect, it } from "vitest";
import { aftermathIn, type Aftermath } from "../../provider/gate/aftermath";
import { ageOf, illnessAmiss, isRestarted } from "../../provider/gate/health";
import type { Sight } from "../../provider/host/host";
import type { Observed, Service } from "../../provider/plan/observed";
import { applied, bare, fileOf, specWith } from "../plan/hosts";

const HEALTHY: Sight = { observed: applied(specWith()), healthz: "ok" };
const VERSION = "v1.3.4_coreos.0";

const seen = (more: Partial<Observed>, healthz = "ok"): Sight => ({
    observed: { ...HEALTHY.observed, ...more },
    healthz,
});
const service = (more: Partial<Service>): Partial<Observed> => ({ service: { ...HEALTHY.observed.service, ...more } });
const pod = (tag: string): Partial<Observed> => ({ pod: { name: "quay.io/coreos/hyperkube", tag, uuid: "uuid" } });

describe("what is wrong with a kubelet", () => {
    it.each<readonly [what: string, sight: Sight, version: string, illness: string | undefined]>([
        ["nothing", HEALTHY, VERSION, undefined],
        ["nothing, where its image is not to be read", seen({ pod: undefined }), VERSION, undefined],
        ["nothing, where its image never was", seen(pod("v1.2.3")), "unknown", undefined],
        [
            "stopped",
            seen(service({ active: "inactive", sub: "dead", pid: 0 })),
            VERSION,
            "kubelet.service is inactive (dead)",
        ],
        ["between two starts", seen(service({ pid: 0 })), VERSION, "kubelet.service is active (running)"],
        ["sick", seen({}, "curl: (22) 500\u001b[2J"), VERSION, "healthz said: curl: (22) 500 [2J"],
        ["silent", seen({}, ""), VERSION, "healthz said: nothing"],
        ["another image", seen(pod("v1.2.3")), VERSION, "its pod runs v1.2.3, not v1.3.4_coreos.0"],
    ])("%s", (_, sight, version, illness) => {
        expect(illnessAmiss(sight, version)).toBe(illness);
    });
});

describe("its process", () => {
    it("is as old as its host says", () => {
        expect(ageOf(seen({ uptime: 100.5, ...service({ started: 40.25 }) }))).toBe(60.25);
    });

    it.each<readonly [what: string, now: Sight, isOther: boolean]>([
        ["the same, later", seen({ uptime: 9999 }), false],
        ["started again", seen(service({ started: 61 })), true],
        ["of another boot, by chance as late in it", seen({ bootId: "boot-2" }), true],
    ])("%s", (_, now, isOther) => {
        expect(isRestarted(HEALTHY, now)).toBe(isOther);
    });
});

describe("what a node runs after its change failed", () => {
    const { unit } = HEALTHY.observed;
    const OLD: Aftermath = { running: "old", version: VERSION, isBack: true };
    const UNKNOWN: Aftermath = { running: "unknown", version: "unknown", isBack: false };
    const { record } = HEALTHY.observed;
    const operation = { operation: "f00", owner: "urn:mine", digest: "", seconds: 9 };
    it.each<readonly [what: string, sight: Sight, before: string | undefined, aftermath: Aftermath]>([
        ["the old kubelet", HEALTHY, unit.text, OLD],
        ["the old one, otherwise written", HEALTHY, `# old\n${unit.text}`, OLD],
        ["the old one, which is sick", seen({}, "500"), unit.text, { ...OLD, isBack: false }],
        ["the new one", HEALTHY, "[Service]\nExecStart=/old\n", { ...OLD, running: "new", isBack: false }],
        ["the first one", HEALTHY, undefined, { ...OLD, running: "new", isBack: false }],
        [
            "another one, that a create did not take over",
            seen({ unit: fileOf("[Service]\nExecStart=/x\n") }),
            undefined,
            OLD,
        ],
        ["one that cannot be read", seen({ pod: undefined }), unit.text, { ...OLD, version: "unknown" }],
        ["none", seen(bare()), unit.text, { running: "none", version: "none", isBack: false }],
        ["what an operation still decides", seen({ operation }), "[Service]\nExecStart=/old\n", UNKNOWN],
        [
            "what the next operation has to undo",
            seen(record === undefined ? {} : { record: { ...record, state: "armed" } }),
            "[Service]\nExecStart=/old\n",
            UNKNOWN,
        ],
    ])("%s", (_, sight, before, aftermath) => {
        expect(aftermathIn(sight, specWith(), before)).toEqual(aftermath);
    });
});

// What forbids to touch a host: the kind of the error, and what it says.
import { describe, expect, it } from "vitest";
import { HostError } from "../../provider/errors";
import { BALLAST_BYTES, judgeHost } from "../../provider/plan/judge";
import { askerOf, mustWait, planApply, planDelete, type Asker } from "../../provider/plan/make";
import type { Observed } from "../../provider/plan/observed";
import { stateAfter } from "../../provider/plan/state";
import { migrate, type State } from "../../provider/spec/state";
import {
    applied,
    bare,
    fileOf,
    foreign,
    FOREIGN_UNIT,
    INSTANCE,
    OLD,
    OWNER,
    recordOf,
    RUNNING,
    SHIPPED,
    type More,
    specWith,
} from "./hosts";

const CREATE: Asker = { instance: "new", hasState: false };
const UPDATE: Asker = { instance: INSTANCE, hasState: true };
const OURS = applied(specWith());
const THEIRS = foreign(FOREIGN_UNIT);
/** As an older release stored it, which knew nothing of drop-ins. */
const OURS_STATE = migrate({
    ...{ connection: { host: "node-1" }, version: specWith().version },
    ...stateAfter(
        specWith(),
        { observed: OURS, durations: { fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 }, hostKey: "" },
        INSTANCE,
        undefined,
    ),
    dropIns: undefined,
});
const UNIT = "/etc/systemd/system/kubelet.service";

function refusal(observed: Observed, more: More = {}, asker = CREATE): HostError {
    try {
        planApply(specWith(more), observed, asker);
    } catch (error) {
        if (error instanceof HostError) return error;
        throw error;
    }
    return expect.fail("it was not refused");
}

const os = (id: string, versionId: string): Observed => ({ ...bare(), os: { id, versionId, prettyName: "" } });
const service = (of: Observed, more: Partial<Observed["service"]>): Observed => ({
    ...of,
    service: { ...of.service, ...more },
});
const file = (hash: string, text = "") => ({ hash, text });
const free = (bytes: number, reserved = false): Observed => ({ ...bare(), freeBytes: bytes, reserved });
const TWO_VOLUMES = ["a", "b"]
    .map((name) => `--volume ${name},kind=host,source=/${name} --mount volume=${name},target=/${name}`)
    .join(" ");

describe("a host is refused", () => {
    it.each<readonly [string, Observed, More, HostError["kind"], RegExp]>([
        ["that is no CoreOS", os("debian", "12"), {}, "not-coreos", /it is not CoreOS but debian/],
        ["whose Flatcar has no rkt", os("flatcar", "2905.2.0"), {}, "not-coreos", /no rkt/],
        ["without rkt", { ...bare(), rkt: "" }, {}, "rkt-unusable", /rkt was not found.*the release has 1\.14\.0/],
        ["whose rkt says nonsense", { ...bare(), rkt: "Killed" }, {}, "rkt-unusable", /rkt was not found/],
        [
            "whose rkt has no fly",
            bare({ ...OLD, osVersion: "899.9.0", rktVersion: "0.13.0" }),
            {},
            "rkt-unusable",
            /its rkt 0\.13\.0 has no fly.*899\.10\.0/,
        ],
        [
            "whose rkt is not the release's",
            bare({ ...OLD, rktVersion: "0.13.0" }),
            {},
            "rkt-unusable",
            /0\.13\.0, not the release's 1\.0\.0, and has no fly.*Take that rkt away/,
        ],
        [
            "whose rkt does not take the wrapper's options",
            bare({ ...SHIPPED, osVersion: "1745.7.0" }),
            {},
            "rkt-unusable",
            /1\.14\.0, not the release's 1\.29\.0, and .*needs 1\.15\.0/,
        ],
        ["with a masked unit", service(bare(), { load: "masked" }), {}, "unit-masked", /masked.*unmask/],
        [
            "masked since systemd last looked",
            { ...bare(), unit: file("link", "/dev/null") },
            {},
            "unit-masked",
            /masked/,
        ],
        [
            "masked, even if we may adopt",
            service(bare(), { load: "masked" }),
            { onExisting: "adopt" },
            "unit-masked",
            /masked/,
        ],
        [
            "whose unit is a symlink",
            { ...OURS, unit: file("link", "/srv/k.service") },
            {},
            "unit-odd",
            /symlink to \/srv\/k\.service/,
        ],
        ["whose unit is a folder", { ...bare(), unit: file("folder") }, {}, "unit-odd", /kubelet\.service is a folder/],
        [
            "whose unit is a socket or such",
            { ...bare(), unit: file("other") },
            {},
            "unit-odd",
            /kubelet\.service is no regular file/,
        ],
        [
            "whose wrapper is a symlink",
            { ...bare(OLD), wrapper: file("link", "/opt/x") },
            {},
            "unit-odd",
            /\/opt\/bin\/kubelet-wrapper is a symlink to \/opt\/x/,
        ],
        [
            "whose wrapper is a folder",
            { ...bare(OLD), wrapper: file("folder") },
            {},
            "unit-odd",
            /kubelet-wrapper is a folder/,
        ],
        [
            "without what a volume shows",
            { ...bare(), sources: { "/usr/sbin/iscsiadm": "absent" } },
            { rkt: { iscsi: true } },
            "source-missing",
            /no \/usr\/sbin\/iscsiadm, which/,
        ],
        [
            "without two of them",
            { ...bare(), sources: { "/a": "absent", "/b": "absent", "/etc/resolv.conf": "file" } },
            { rkt: { hostDns: true, options: TWO_VOLUMES } },
            "source-missing",
            /rkt\.options: --volume a,.*: the host has no \/a, which.*; rkt\.options: --volume b,.*no \/b, which/,
        ],
        [
            "whose rkt refuses an option",
            bare(),
            { rkt: { options: "--hosts-entry=host" } },
            "options-refused",
            /rkt\.options: --hosts-entry=host: rkt 1\.14\.0 does not know it; it came with 1\.15\.0\. .*Leave it out/,
        ],
        [
            "whose wrapper takes the target of a volume",
            bare(),
            { rkt: { volumes: [{ name: "mine", source: "/srv/run", target: "/run" }] } },
            "options-refused",
            /rkt\.volumes\[0\]\.target: on \/run stands the wrapper's own mount too, and this rkt does not start then/,
        ],
        [
            "whose rkt is too old for what is below a source",
            bare({ ...SHIPPED, osVersion: "1068.10.0", rktVersion: "1.7.0" }),
            { rkt: { volumes: [{ name: "mine", source: "/srv", target: "/srv", recursive: true }] } },
            "options-refused",
            /rkt\.volumes\[0\]\.recursive: rkt 1\.7\.0 does not know recursive/,
        ],
        [
            "with more wrong than a missing path",
            { ...bare(), sources: { "/a": "absent" } },
            { rkt: { options: "--volume a,kind=host,source=/a --mount volume=a,target=/a --hosts-entry=host" } },
            "options-refused",
            /does not know it.*; rkt\.options: --volume a,.*no \/a/,
        ],
        [
            "whose wrapper does not start that image's kubelet",
            bare(),
            {
                version: "v1.17.0",
                image: { repository: "docker://k8s.gcr.io/hyperkube" },
                unit: { environment: { KUBELET_IMAGE_ARGS: "--exec=/usr/local/bin/kubelet" } },
            },
            "image-unusable",
            /: the wrapper of CoreOS 1185\.3\.0 does not read KUBELET_IMAGE_ARGS, .* update the OS to 1207\.0\.0 or newer\.$/,
        ],
        [
            "without room",
            free(2 * BALLAST_BYTES - 1),
            {},
            "no-space",
            /63 MiB are free under \/var\/lib, 64 MiB are needed/,
        ],
        [
            "without room for one start",
            free(BALLAST_BYTES - 1, true),
            {},
            "no-space",
            /31 MiB are free .* 32 MiB are needed/,
        ],
        ["with nothing left", free(0, true), {}, "no-space", /0 MiB are free/],
        ["with another's unit", THEIRS, {}, "unit-foreign", /kubelet\.service is there already/],
        [
            "with a unit of the OS",
            { ...service(bare(), { ...RUNNING, fragment: "/usr/lib/systemd/system/kubelet.service" }) },
            {},
            "unit-foreign",
            /\/usr\/lib\/systemd\/system\/kubelet\.service is there already and not ours\./,
        ],
        ["with an empty unit", { ...THEIRS, unit: fileOf("") }, {}, "unit-foreign", /there already/],
        [
            "that another resource owns",
            OURS,
            { owner: "urn:other" },
            "owner-foreign",
            new RegExp(`belongs to ${OWNER}`),
        ],
        [
            "that a resource without an owner has",
            { ...OURS, record: OURS.record && { ...OURS.record, owner: undefined } },
            {},
            "owner-foreign",
            /gave no owner/,
        ],
        ["by a program that cannot tell who it is", OURS, { owner: undefined }, "owner-foreign", new RegExp(OWNER)],
    ])("%s", (_, observed, more, kind, says) => {
        const error = refusal(observed, more);
        expect(error.message).toMatch(says);
        expect(error).toMatchObject({ kind, host: "node-1", step: "plan" });
        expect(error.message).toMatch(/^node-1: plan: .*\. Nothing on the host was changed\. /);
        expect(error.message.length).toBeLessThan(500);
        expect(error).not.toHaveProperty("id");
    });

    it.each<readonly [string, Observed, More, Asker]>([
        [
            "that gave no owner, by one that gives none either: nothing proves that they are one",
            { ...OURS, record: OURS.record && { ...OURS.record, owner: undefined } },
            { owner: undefined },
            CREATE,
        ],
        ["whose instance only a state can know", OURS, { owner: "urn:other" }, { instance: INSTANCE, hasState: false }],
    ])("that a resource has %s", (_, observed, more, asker) => {
        expect(refusal(observed, more, asker).kind).toBe("owner-foreign");
    });

    it("by an update of an instance that is not there any more; what a former name of it is to do is said", () => {
        const error = refusal(OURS, { owner: "urn:other" }, { instance: "gone", hasState: true });
        expect(error.kind).toBe("owner-foreign");
        expect(error.message).toMatch(/ If that is a former name of this resource, .*: it then takes the new name\.$/);
    });

    it.each<readonly [string, Observed, string, string]>([
        ["nobody's", THEIRS, "owner unknown", "it sets Description, Environment, ExecStart, WantedBy)"],
        [
            "another resource's",
            { ...THEIRS, record: recordOf(specWith({ owner: "urn:b" }), THEIRS) },
            "urn:b",
            "WantedBy)",
        ],
    ])(
        "with path, hash, owner and the names of the settings of %s unit, and no values",
        (_, observed, owner, names) => {
            const { message } = refusal(observed);
            for (const part of [UNIT, THEIRS.unit.hash.slice(0, 12), owner, names]) expect(message).toContain(part);
            expect(message).not.toMatch(/s3cret|KUBELET_VERSION|hand made/);
        },
    );
});

describe("a reboot that is due", () => {
    const due = (...rebootDue: Observed["rebootDue"]): Observed => ({ ...OURS, rebootDue });

    it.each<readonly [string, Observed, RegExp]>([
        ["for an update of the OS", due("os-update"), /\(update_engine has put another OS in place\)/],
        ["that a file asks for", due("required"), /\(\/run\/reboot-required is there\)/],
        ["that is scheduled", due("scheduled"), /\(a shutdown is scheduled\)/],
        ["for two reasons", due("os-update", "scheduled"), /another OS in place, a shutdown is scheduled\)/],
    ])("%s refuses what would restart the kubelet", (_, observed, says) => {
        const error = refusal(observed, { triggers: ["a"] }, UPDATE);
        expect(error.kind).toBe("reboot-due");
        expect(error.message).toMatch(says);
        expect(error.message).toMatch(/^node-1: plan: .*\. Nothing on the host was changed\. Reboot it/);
    });

    it.each<readonly [string, Observed, More, Asker]>([
        [
            "the start of a kubelet that was stopped",
            service(due("required"), { active: "inactive", pid: 0 }),
            {},
            UPDATE,
        ],
        ["the first start on a host", { ...bare(), rebootDue: ["required"] }, {}, CREATE],
    ])("refuses %s", (_, observed, more, asker) => {
        expect(refusal(observed, more, asker).kind).toBe("reboot-due");
    });

    it.each<readonly [string, Observed, More]>([
        ["what changes nothing", due("os-update"), {}],
        ["what only reloads systemd", due("os-update"), { unit: { restartSec: 5 } }],
        ["a restart that is to wait for it", due("os-update"), { triggers: ["a"], onPendingReboot: "wait" }],
        ["a restart that is to be made all the same", due("os-update"), { triggers: ["a"], onPendingReboot: "ignore" }],
        ["a restart where none is due", OURS, { triggers: ["a"] }],
    ])("does not refuse %s", (_, observed, more) => {
        expect(() => planApply(specWith(more), observed, UPDATE)).not.toThrow();
    });

    it.each<readonly [string, Observed, More, boolean]>([
        ["is waited for by a restart that is to wait", due("os-update"), { triggers: ["a"] }, true],
        ["is not waited for by a mere reload", due("os-update"), { unit: { restartSec: 5 } }, false],
        ["is not waited for where none is due", OURS, { triggers: ["a"] }, false],
    ])("%s", (_, observed, more, expected) => {
        const spec = specWith({ ...more, onPendingReboot: "wait" });
        const plan = planApply(spec, observed, UPDATE) ?? expect.fail("there is no plan");
        expect(mustWait(spec, plan)).toBe(expected);
        expect(mustWait(specWith({ ...more, onPendingReboot: "ignore" }), plan)).toBe(false);
    });

    it("holds up no delete", () => {
        const spec = specWith({ onPendingReboot: "wait" });
        const plan = planDelete("node-1", due("os-update"), INSTANCE, "restore") ?? expect.fail("there is no plan");
        expect(mustWait(spec, plan)).toBe(false);
    });
});

describe("who asks", () => {
    const KNOWN = { instance: "new", hasState: true, healthPort: 10248 };
    const state = { ...OURS_STATE, dropIns: { "/x.conf": "0123456789ab" } };

    it.each<readonly [string, State | undefined, Asker]>([
        ["a create", undefined, { instance: "new", hasState: false }],
        ["an update", state, { ...KNOWN, dropIns: state.dropIns }],
        ["an update with the state of an older release", OURS_STATE, KNOWN],
        ["an update of a machine that was never seen whole", { ...OURS_STATE, machineId: "" }, KNOWN],
        [
            "an update of another machine at this address",
            { ...state, machineId: "other" },
            { instance: "new", hasState: false },
        ],
    ])("%s", (_, of, asker) => {
        expect(askerOf("new", of, OURS)).toEqual(asker);
    });

    it("another machine's unit is not taken over for the state's sake", () => {
        const asker = askerOf(INSTANCE, { ...OURS_STATE, machineId: "other" }, THEIRS);
        expect(refusal(THEIRS, {}, asker).kind).toBe("unit-foreign");
        expect(judgeHost(specWith(), bare(), asker)).toBe("bare");
    });
});

describe("whose the kubelet is", () => {
    it.each<readonly [string, Observed, More, Asker, string]>([
        ["nobody's", bare(), {}, CREATE, "bare"],
        ["nobody's, on an update", bare(), {}, UPDATE, "bare"],
        [
            "nobody's: a unit that is only spoken of",
            service(bare(), { load: "not-found", fragment: "" }),
            {},
            CREATE,
            "bare",
        ],
        ["ours, by the state", OURS, { owner: "urn:renamed" }, UPDATE, "ours"],
        ["ours, by the owner: a create after a kill", OURS, {}, CREATE, "ours"],
        ["ours, by the owner, whatever the state says", OURS, {}, { instance: "gone", hasState: true }, "ours"],
        ["ours, though the unit is gone", { ...OURS, unit: bare().unit }, {}, UPDATE, "ours"],
        ["another's, to adopt", THEIRS, { onExisting: "adopt" }, CREATE, "foreign"],
        [
            "the OS's, to adopt",
            service(bare(), { ...RUNNING, fragment: "/usr/lib/x" }),
            { onExisting: "adopt" },
            CREATE,
            "foreign",
        ],
        ["another resource's, to adopt", OURS, { owner: "urn:other", onExisting: "adopt" }, CREATE, "foreign"],
        ["a unit without our record, on an update", THEIRS, {}, UPDATE, "foreign"],
        [
            "drop-ins and all",
            { ...OURS, dropIns: [{ path: "/etc/systemd/system/kubelet.service.d/10.conf", ...fileOf("[Service]\n") }] },
            {},
            UPDATE,
            "ours",
        ],
        ["with just enough room", free(2 * BALLAST_BYTES), {}, CREATE, "bare"],
        ["with just enough beside the reserve", free(BALLAST_BYTES, true), {}, CREATE, "bare"],
        ["with room that nobody knows", free(Number.NaN), {}, CREATE, "bare"],
        [
            "with sources of either kind",
            { ...bare(), sources: { "/var/log": "folder" } },
            { rkt: { containerLogs: true } },
            CREATE,
            "bare",
        ],
        ["with a missing path that no volume shows", { ...bare(), sources: { "/x": "absent" } }, {}, CREATE, "bare"],
    ])("%s", (_, observed, more, asker, standing) => {
        expect(judgeHost(specWith(more), observed, asker)).toBe(standing);
    });
});

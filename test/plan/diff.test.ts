import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderUnit } from "../../provider/kubelet/unit";
import { check } from "../../provider/plan/check";
import { diff } from "../../provider/plan/diff";
import type { Facts } from "../../provider/plan/facts";
import { asInputs, INTERNAL, type KubeletServiceInputs } from "../../provider/spec/args";
import { specOf } from "../../provider/spec/defaults";
import { storable } from "../../provider/spec/state";
import { UNKNOWN } from "../../provider/spec/unknown";
import {
    EVERYTHING,
    type Fields,
    HOST_KEY,
    LEAST,
    mangled,
    odd,
    pathsIn,
    unknownSomewhere,
    withAt,
} from "../spec/support";

const NEW: Facts = { osId: "coreos", osVersion: "1185.3.0", rktVersion: "1.14.0", wrapperSource: "host" };
const OLD: Facts = { osId: "coreos", osVersion: "899.17.0", rktVersion: "0.15.0", wrapperSource: "uploaded" };

const checked = (given: Fields): KubeletServiceInputs => asInputs(check(given).inputs);

/** What an apply of the inputs on a host stores. */
function outputsOf(given: Fields, facts: Facts = NEW): Fields {
    const inputs = checked(given);
    return storable({
        ...inputs,
        ...facts,
        schemaVersion: 1,
        unitText: renderUnit(specOf(inputs), facts),
        wrapperPath: "/…/kubelet-wrapper",
        machineId: "m",
        hostKey: HOST_KEY,
        instance: "i",
        adopted: false,
        runningVersion: inputs.version,
        drift: [],
        lastChange: { action: "created", fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 },
    }) as Fields;
}

const between = (before: Fields, after: Fields) => diff(outputsOf(before), checked(after));
const NONE = { changes: false, replaces: [], kind: "none", reasons: [] };

describe("no change", () => {
    it.each([
        ["of everything, on a host that ships the wrapper", EVERYTHING, NEW],
        ["of everything, on one that does not", EVERYTHING, OLD],
        ["of the least", LEAST, OLD],
    ])("%s", (_, given, facts) => {
        expect(diff(outputsOf(given, facts), checked(given))).toEqual(NONE);
    });

    it.each<readonly [string, Fields]>([
        [
            "defaults that are spelled out",
            {
                ...{ podManifestPath: "/etc/kubernetes/manifests", unit: { restart: "always" } },
                ...{ timeouts: { connect: 120 }, onVersionJump: "warn" },
            },
        ],
        ["one or a list of one", { apiServers: "http://a" }],
        ["null", { rkt: null, health: { port: null } }],
        ["the owner", { owner: "urn:moved" }],
        ["an owner that is not known yet", { owner: UNKNOWN }],
        ["the provider's text", { __provider: "other" }],
        ["which agent is asked", { connection: { host: "10.0.0.11", agentSocketPath: "/tmp/other" } }],
        ["the port spelled out", { connection: { host: "10.0.0.11", port: 22, user: "core" } }],
    ])("%s", (_, more) => {
        const before = "apiServers" in more ? { ...LEAST, apiServers: ["http://a"] } : LEAST;
        expect(between(before, { ...before, ...more })).toEqual(NONE);
    });

    it("a jump host's agent", () => {
        const via = (agentSocketPath: string): Fields => ({
            ...LEAST,
            connection: { host: "a", proxy: { host: "b", agentSocketPath } },
        });
        expect(between(via("/tmp/1"), via("/tmp/2"))).toEqual(NONE);
    });

    it("another rendering of the same meaning", () => {
        const olds = outputsOf(EVERYTHING);
        const unitText = `# by an older release\n${String(olds["unitText"]).replace(/^After=.*$/m, (line) => `${line} ${line.slice(6)}`)}\n\n`;
        expect(diff({ ...olds, unitText }, checked(EVERYTHING))).toEqual(NONE);
    });
});

describe("kinds of change", () => {
    it.each<readonly [string, Fields, string, readonly string[]]>([
        ["health", { health: { port: false } }, "settings", ["health"]],
        ["timeouts", { timeouts: { fetch: 1 } }, "settings", ["timeouts"]],
        [
            "onExisting, onPendingReboot and onDelete",
            { onExisting: "adopt", onPendingReboot: "ignore", onDelete: "remove" },
            "settings",
            ["onExisting", "onPendingReboot", "onDelete"],
        ],
        ["onVersionJump", { onVersionJump: "refuse" }, "settings", ["onVersionJump"]],
        ["a key", { connection: { host: "10.0.0.11", hostKey: HOST_KEY } }, "connection", ["connection"]],
        ["a jump host", { connection: { host: "10.0.0.11", proxy: { host: "b" } } }, "connection", ["connection"]],
        [
            "a key and health",
            { connection: { host: "10.0.0.11", user: "root" }, health: { port: 1 } },
            "connection",
            ["connection", "health"],
        ],
        ["version", { version: "v1.3.6_coreos.0" }, "host", ["version", "kubelet.service"]],
        ["triggers", { triggers: ["a"] }, "host", ["triggers"]],
        ["wantedBy", { unit: { wantedBy: [] } }, "host", ["unit", "kubelet.service"]],
        [
            "a flag and health",
            { clusterDomain: "a", health: { port: false } },
            "host",
            ["clusterDomain", "kubelet.service", "health"],
        ],
        [
            "trust that the unit does not show",
            { image: { repository: "quay.io/coreos/hyperkube" } },
            "host",
            ["image", "kubelet.service"],
        ],
    ])("%s", (_, more, kind, reasons) => {
        expect(between(LEAST, { ...LEAST, ...more })).toEqual({ changes: true, replaces: [], kind, reasons });
    });

    it("drift that a refresh stored", () => {
        const olds = { ...outputsOf(LEAST), drift: ["unit: changed by hand"] };
        expect(diff(olds, checked(LEAST))).toEqual({
            changes: true,
            replaces: [],
            kind: "host",
            reasons: ["unit: changed by hand"],
        });
    });

    it("a host that is let go is not repaired first: it may be gone for good", () => {
        const olds = { ...outputsOf(LEAST), drift: ["kubelet: inactive (dead)"] };
        expect(diff(olds, checked({ ...LEAST, onDelete: "retain", timeouts: { fetch: 5 } }))).toEqual({
            changes: true,
            replaces: [],
            kind: "settings",
            reasons: ["timeouts", "onDelete", "kubelet: inactive (dead)"],
        });
        // Once it is, the next `up` repairs it, or says that it is out of reach.
        const kept = { ...olds, onDelete: "retain" };
        expect(diff(kept, checked({ ...LEAST, onDelete: "retain" }))).toMatchObject({ changes: true, kind: "host" });
        const other = checked({ ...LEAST, onDelete: "retain", version: "v1.3.6_coreos.0" });
        expect(diff(olds, other)).toMatchObject({ kind: "host" });
        expect(diff(olds, checked({ ...LEAST, onDelete: "remove" }))).toMatchObject({ kind: "host" });
    });

    it("a host that is let go is not given what a newer release of ours writes otherwise either", () => {
        const olds = outputsOf(LEAST);
        const older = { ...olds, unitText: String(olds["unitText"]).replace("Restart=always", "Restart=on-failure") };
        expect(diff(older, checked({ ...LEAST, onDelete: "retain" }))).toEqual({
            changes: true,
            replaces: [],
            kind: "settings",
            reasons: ["onDelete", "kubelet.service"],
        });
    });

    it("a unit that a newer release of ours writes with another meaning", () => {
        const olds = outputsOf(LEAST);
        const unitText = String(olds["unitText"]).replace("Restart=always", "Restart=on-failure");
        expect(diff({ ...olds, unitText }, checked(LEAST))).toMatchObject({
            kind: "host",
            reasons: ["kubelet.service"],
        });
    });
});

describe("replacement", () => {
    const at = (connection: unknown): Fields => ({ ...LEAST, connection });

    it.each<readonly [string, unknown, readonly string[]]>([
        ["another host", { host: "10.0.0.12" }, ["connection"]],
        ["another port", { host: "10.0.0.11", port: 2222 }, ["connection"]],
        ["another user", { host: "10.0.0.11", user: "root" }, []],
        ["a host that is not known yet", { host: UNKNOWN }, []],
        ["a port that is not known yet", { host: "10.0.0.11", port: UNKNOWN }, []],
        ["nothing known yet", UNKNOWN, []],
        ["another host, its key not known yet", { host: "10.0.0.12", hostKey: UNKNOWN }, ["connection"]],
    ])("%s", (_, connection, replaces) => {
        expect(between(LEAST, at(connection))).toMatchObject({ changes: true, replaces });
    });
});

describe("state that is not ours to read", () => {
    it.each([
        ["newer", { ...outputsOf(LEAST), schemaVersion: 2 }, /newer/],
        ["damaged", { ...outputsOf(LEAST), drift: undefined }, /damaged: drift/],
        ["none", {}, /schemaVersion/],
    ])("%s", (_, olds, message) => {
        expect(() => diff(olds, checked(LEAST))).toThrow(message);
    });
});

describe("properties", () => {
    const valid = mangled(odd).filter(
        (given) => check(given).failures.length === 0 && check(given).inputs["unitText"] !== UNKNOWN,
    );
    const facts = fc.constantFrom(NEW, OLD);

    it("what was applied is no change", () => {
        fc.assert(
            fc.property(valid, facts, (given, host) => {
                fc.pre(!JSON.stringify(given).includes(UNKNOWN));
                expect(diff(outputsOf(given, host), checked(given))).toEqual(NONE);
            }),
        );
    });

    it("every argument counts that is not its default", () => {
        const silent = new Set([...INTERNAL, "agentSocketPath"]);
        for (const path of pathsIn(EVERYTHING)) {
            const given = withAt(EVERYTHING, path, undefined) as Fields;
            if (path.some((step) => silent.has(String(step))) || check(given).failures.length > 0) continue;
            const isSame = isDeepStrictEqual(specOf(checked(given)), specOf(checked(EVERYTHING)));
            expect([path, between(EVERYTHING, given).changes]).toEqual([path, !isSame]);
        }
    });

    it("what is not known yet counts as a change, and replaces nothing", () => {
        fc.assert(
            fc.property(unknownSomewhere, (given) => {
                const rest = { ...given, owner: "", unitText: "", __provider: "" };
                fc.pre(JSON.stringify(rest).includes(UNKNOWN));
                expect(between(EVERYTHING, given)).toMatchObject({ changes: true, replaces: [], kind: "host" });
            }),
        );
    });

    it("tells no value", () => {
        const MARK = "s3cr3tm4rk";
        fc.assert(
            fc.property(mangled(fc.constantFrom(MARK, `/${MARK}`, [MARK])), (given) => {
                fc.pre(check(given).failures.length === 0);
                expect(between(EVERYTHING, given).reasons.join()).not.toContain(MARK);
            }),
        );
    });
});

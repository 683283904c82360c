import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrate, OUTPUT_NAMES, SCHEMA_VERSION, storable, toldBy } from "../../provider/spec/state";
import { EVERYTHING, LEAST } from "./support";

const STATE = {
    ...LEAST,
    schemaVersion: 1,
    unitText: "[Service]\n",
    wrapperPath: "/usr/lib/coreos/kubelet-wrapper",
    wrapperSource: "host",
    wrapperHash: "0123456789ab",
    osId: "coreos",
    osVersion: "1185.3.0",
    rktVersion: "1.14.0",
    machineId: "0123456789abcdef0123456789abcdef",
    hostKey: "ssh-ed25519 AAAA",
    instance: "i1",
    owner: "urn:x",
    adopted: false,
    runningVersion: "unknown",
    dropIns: { "/etc/systemd/system/kubelet.service.d/10-proxy.conf": "0123456789ab" },
    drift: [],
    lastChange: { action: "created", fetchSeconds: 1.5, downtimeSeconds: 2, totalSeconds: 3 },
} satisfies Record<string, unknown>;

describe("migrate", () => {
    it("reads schema 1 as it is", () => {
        expect(migrate(STATE)).toEqual(STATE);
        expect(migrate({ ...STATE, __provider: "…" })).toMatchObject(STATE);
    });

    it("needs no owner", () => {
        const state = { ...STATE, owner: undefined };
        expect(migrate(state)).toEqual(state);
    });

    it("needs nothing that came to the schema later", () => {
        const { wrapperHash, dropIns, ...before } = STATE;
        expect([wrapperHash, dropIns]).not.toContain(undefined);
        expect(migrate(before)).toEqual(before);
    });

    it("refuses what a newer release wrote", () => {
        expect(() => migrate({ ...STATE, schemaVersion: SCHEMA_VERSION + 1 })).toThrow(
            /newer pulumi-coreos-kubelet.*upgrade/,
        );
    });

    it.each([
        ["nothing", undefined, /no schemaVersion/],
        ["a text", "state", /no schemaVersion/],
        ["an empty object", {}, /no schemaVersion/],
        ["a version that is no number", { ...STATE, schemaVersion: "1" }, /damaged: schemaVersion/],
        ["version 0", { ...STATE, schemaVersion: 0 }, /damaged: schemaVersion/],
        ["no connection", { ...STATE, connection: "10.0.0.11" }, /damaged: connection/],
        ["no host", { ...STATE, connection: { port: 22 } }, /damaged: connection/],
        ["drift that is no list", { ...STATE, drift: "none" }, /damaged: drift/],
        ["no unit", { ...STATE, unitText: undefined }, /damaged: unitText/],
        ["a list of drop-ins", { ...STATE, dropIns: ["10.conf"] }, /damaged: dropIns/],
        ["drop-ins without digests", { ...STATE, dropIns: { "/10.conf": 1 } }, /damaged: dropIns/],
        ["a wrapper's hash that is none", { ...STATE, wrapperHash: 1 }, /damaged: wrapperHash/],
    ])("refuses %s", (_, raw, message) => {
        expect(() => migrate(raw)).toThrow(message);
    });

    it("knows the names of all outputs", () => {
        expect([...OUTPUT_NAMES].sort()).toEqual(
            Object.keys(STATE)
                .filter((name) => !(name in LEAST))
                .sort(),
        );
    });
});

it("tells outputs from arguments; the owner is one of these", () => {
    const { owner, ...told } = Object.fromEntries(Object.entries(STATE).filter(([name]) => !(name in LEAST)));
    expect(owner).toBe("urn:x");
    expect(toldBy(migrate({ ...EVERYTHING, ...STATE }))).toEqual(told);
});

describe("storable", () => {
    it("leaves any JSON as it is", () => {
        fc.assert(
            fc.property(fc.jsonValue(), (value) => {
                expect(JSON.stringify(storable(value))).toBe(JSON.stringify(value));
            }),
        );
    });

    it("leaves undefined out at any depth", () => {
        const stored = storable({ a: undefined, b: { c: undefined, d: [undefined, { e: undefined }] } });
        expect(stored).toStrictEqual({ b: { d: [null, {}] } });
    });

    it.each<readonly [string, unknown, string]>([
        ["a function", () => 1, "function"],
        ["a Buffer", Buffer.from("secret"), "a Buffer"],
        ["bigint", 1n, "bigint"],
        ["a symbol", Symbol("x"), "symbol"],
        ["NaN", Number.NaN, "NaN or infinite"],
        ["infinity", Infinity, "NaN or infinite"],
        ["a Date", new Date(), "no plain object"],
        ["a Map", new Map(), "no plain object"],
        ["an Error", new Error("x"), "no plain object"],
        ["an Output", pulumi.output("x"), "an Output"],
    ])("refuses %s, and says where", (_, value, kind) => {
        expect(() => storable({ a: [{ b: value }] })).toThrow(`outputs.a[0].b cannot be stored: it is ${kind}`);
    });
});

import { describe, expect, it } from "vitest";
import { joinedFields, mergedArgs } from "../../provider/rollout/merge";

type Fields = Readonly<Record<string, unknown>>;

describe("mergedArgs", () => {
    it.each<readonly [what: string, shared: Fields, own: Fields, merged: Fields]>([
        ["nothing", {}, {}, {}],
        ["only shared", { version: "v1", rkt: { hostDns: true } }, {}, { version: "v1", rkt: { hostDns: true } }],
        [
            "only the node's",
            {},
            { version: "v1", connection: { host: "a" } },
            { version: "v1", connection: { host: "a" } },
        ],
        [
            "a group, field by field, the node's first",
            { connection: { user: "core", privateKey: "k" } },
            { connection: { host: "a", user: "root" } },
            { connection: { host: "a", user: "root", privateKey: "k" } },
        ],
        [
            "a field that holds fields or a list is one field",
            { unit: { environment: { A: "1" }, after: ["a"] } },
            { unit: { environment: { B: "2" }, after: ["b"] } },
            { unit: { environment: { B: "2" }, after: ["b"] } },
        ],
        ...["image", "rkt", "unit", "health", "timeouts", "flags", "nodeLabels"].map(
            (name): [string, Fields, Fields, Fields] => [
                `the group ${name}`,
                { [name]: { a: 1, b: 1 } },
                { [name]: { b: 2 } },
                { [name]: { a: 1, b: 2 } },
            ],
        ),
        [
            "no group: whole",
            { triggers: [1, 2], apiServers: ["a"] },
            { triggers: [3] },
            { triggers: [3], apiServers: ["a"] },
        ],
        ["what is undefined is not given", { version: "v1" }, { version: undefined }, { version: "v1" }],
        [
            "nor a field that is",
            { rkt: { hostDns: true } },
            { rkt: { hostDns: undefined } },
            { rkt: { hostDns: true } },
        ],
        ["nor a group that is", { rkt: { hostDns: true } }, { rkt: undefined }, { rkt: { hostDns: true } }],
        ["false and 0 are given", { registerNode: true }, { registerNode: false }, { registerNode: false }],
        ["something else than fields replaces them", { rkt: { hostDns: true } }, { rkt: ["x"] }, { rkt: ["x"] }],
    ])("%s", (_, shared, own, merged) => {
        const before = structuredClone([shared, own]);
        expect(mergedArgs(shared, own, joinedFields)).toEqual(merged);
        expect([shared, own]).toEqual(before);
    });

    it("hands two groups on as they are: they may be outputs", () => {
        const [shared, own] = [Promise.resolve({ a: 1 }), { b: 2 }];
        const joins: unknown[] = [];
        const merged = mergedArgs({ health: shared, version: "v1" }, { health: own, version: "v2" }, (a, b) => {
            joins.push(a, b);
            return "both";
        });
        expect(merged).toEqual({ health: "both", version: "v2" });
        expect(joins).toEqual([shared, own]);
    });
});

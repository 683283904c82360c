import { describe, expect, it } from "vitest";
import { connectionOf, type HopArgs } from "../../provider/spec/connection";

const DEFAULTS = { port: 22, user: "core", dialErrorLimit: 10, perDialTimeout: 15 };

describe("connectionOf", () => {
    it("fills in the defaults", () =>
        expect(connectionOf({ host: "a" })).toEqual({ host: "a", ...DEFAULTS, proxy: [] }));

    it("keeps what is given, zero too", () => {
        const given = { host: "a", port: 2222, user: "root", dialErrorLimit: 0, perDialTimeout: 0, password: "p" };
        expect(connectionOf(given)).toEqual({ ...given, proxy: [] });
    });

    it("takes an explicit undefined for absent", () => {
        const args = { host: "a", port: undefined, user: undefined } as unknown as HopArgs;
        expect(connectionOf(args)).toMatchObject(DEFAULTS);
    });

    it("makes a list of one jump host or several, nearest first", () => {
        expect(connectionOf({ host: "a", proxy: { host: "b" } }).proxy).toEqual([{ host: "b", ...DEFAULTS }]);
        const both = connectionOf({ host: "a", proxy: [{ host: "b" }, { host: "c", port: 23 }] });
        expect(both.proxy.map(({ host, port }) => [host, port])).toEqual([
            ["b", 22],
            ["c", 23],
        ]);
    });
});

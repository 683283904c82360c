// Warnings of one apply, however often it plans: others may come between our look at a host and our lock.
import { expect, onTestFinished, test, vi } from "vitest";
import type { Planner } from "../provider/host/converge";
import { create } from "../provider/runtime";
import { applied, bare, SHIPPED, specWith } from "./plan/hosts";

vi.mock("../provider/host/converge", () => ({
    converge: (_host: unknown, _spec: unknown, planner: Planner) => {
        planner(bare());
        planner(bare());
        // The OS was updated meanwhile.
        planner(bare({ ...SHIPPED, osVersion: "1122.3.0", rktVersion: "1.8.0" }));
        return Promise.resolve({ observed: applied(specWith(GIVEN)), outcome: undefined });
    },
}));

const GIVEN = { connection: { host: "node-1" }, version: "v1.3.4_coreos.0", rkt: { options: "--dns=host" } };

test("each is told once", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    onTestFinished(() => log.mockRestore());
    await create(GIVEN);
    const warnings = log.mock.calls.map(([line]) => String(line)).filter((line) => line.includes("rkt.options"));
    expect(warnings).toEqual([
        expect.stringContaining("--dns=host: rkt 1.14.0 writes it as the address of a server"),
        expect.stringContaining("--dns=host: the kubelet sees nothing of it with rkt 1.8.0"),
    ]);
});

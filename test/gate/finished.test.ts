// What is left where nodes that are done cannot be looked at at all.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Fleet } from "../../provider/gate/fleet";
import { proveFinished } from "../../provider/gate/finished";
import { NEW } from "../life/kubelets";

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("a node whose outputs nobody can tell leaves no timer of the others behind", async () => {
    const ignore = (): Promise<void> => Promise.resolve();
    const fleet: Fleet = {
        ...{ waves: [["a"], ["b"]], maxUnavailable: 1, soakSeconds: 3600, prefetch: false },
        ...{ beforeNode: ignore, afterNode: ignore, onNodeFailed: ignore, tell: () => undefined },
        wanted: () => expect.fail("of a node that is done the outputs tell"),
        done: async (name) => {
            await sleep(name === "b" ? 50 : 0);
            if (name === "b") throw new Error("the program has failed");
            const connection = { host: "127.0.0.1", port: 1, password: "x" };
            return { connection, version: NEW, runningVersion: NEW, hostKey: "" };
        },
    };
    const before = timers();
    await expect(proveFinished(fleet, ["a", "b"], () => undefined)).rejects.toThrow("the program has failed");
    expect(timers()).toBe(before);
});

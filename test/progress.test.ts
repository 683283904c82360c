// What is told of a host where no engine listens: console lines.
import { expect, test, vi } from "vitest";
import { tellerOf } from "../provider/progress";

test("each sentence is told once in an apply, however often a plan is made, and again in the next", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    for (let apply = 0; apply < 2; apply++) {
        const tell = tellerOf("10.0.0.11", undefined);
        for (let plan = 0; plan < 3; plan++) {
            tell("warn", "a drop-in");
            tell("warn", "user data\u001b[2J");
        }
    }
    const lines = log.mock.calls.flat();
    log.mockRestore();
    const told = ["10.0.0.11: a drop-in", "10.0.0.11: user data [2J"];
    expect(lines).toEqual([...told, ...told]);
});

import { describe, expect, it } from "vitest";
import { positionText, type Position, type Running, type Subject } from "../../provider/rollout/position";
import { summaryOf, summaryText } from "../../provider/rollout/summary";
import type { LastChange } from "../../provider/spec/state";

describe("where a roll stands", () => {
    const position: Position = { wave: 2, waves: 5, done: 4, underWay: 0, notStarted: 7 };

    it.each<readonly [more: Partial<Position>, subject: Subject, running: Running | undefined, text: string]>([
        [
            {},
            "version",
            "old",
            "wave 2 of 5: 4 nodes before it run the new version, it runs the old one again, 7 not started",
        ],
        [
            { done: 1, underWay: 1 },
            "version",
            "none",
            "wave 2 of 5: 1 node before it runs the new version, no kubelet runs on it, 1 beside it is under way, 7 not started",
        ],
        [
            { underWay: 2 },
            "version",
            "unknown",
            "wave 2 of 5: 4 nodes before it run the new version, what it runs is not known, 2 beside it are under way, 7 not started",
        ],
        [
            { wave: 1, done: 0 },
            "version",
            undefined,
            "wave 1 of 5: 0 nodes before it run the new version, it was not touched, 7 not started",
        ],
        [
            {},
            "arguments",
            "old",
            "wave 2 of 5: 4 nodes before it run by the new arguments, it runs by the old ones again, 7 not started",
        ],
        [
            {},
            "version",
            "new",
            "wave 2 of 5: 4 nodes before it run the new version, it runs the new one, 7 not started",
        ],
    ])("%j, %s, %s", (more, subject, running, text) => {
        expect(positionText({ ...position, ...more }, subject, running)).toBe(text);
    });
});

describe("the summary", () => {
    const change = (downtimeSeconds: number, totalSeconds: number): LastChange => ({
        ...{ action: "updated", fetchSeconds: 1 },
        ...{ downtimeSeconds, totalSeconds },
    });
    const summary = summaryOf(
        {
            "node-10": { version: "v1.3.6_coreos.0", runningVersion: "unknown", lastChange: change(2.04, 31.5) },
            "node-2": { version: "v1.3.6_coreos.0", runningVersion: "v1.3.6", lastChange: change(11.5, 12) },
        },
        [["node-2"], ["node-10"]],
    );

    it("tells of each node, and the longest time without a kubelet", () => {
        expect(summary).toEqual({
            nodes: {
                "node-10": { version: "v1.3.6_coreos.0", downtimeSeconds: 2.04, totalSeconds: 31.5 },
                "node-2": { version: "v1.3.6", downtimeSeconds: 11.5, totalSeconds: 12 },
            },
            waves: [["node-2"], ["node-10"]],
            longestDowntimeSeconds: 11.5,
        });
    });

    it("as text", () => {
        expect(summaryText(summary).split("\n")).toEqual([
            "2 nodes in 2 waves; longest time without a kubelet 11.5 s",
            "wave 1  node-2   v1.3.6           11.5 s without a kubelet, 12.0 s in all",
            "wave 2  node-10  v1.3.6_coreos.0  2.0 s without a kubelet, 31.5 s in all",
        ]);
    });

    it("of no nodes", () => {
        expect(summaryText(summaryOf({}, []))).toBe("0 nodes in 0 waves; longest time without a kubelet 0.0 s");
    });
});

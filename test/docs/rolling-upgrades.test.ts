// The runbook quotes messages: they must be those that are really said.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Slots } from "../../provider/gate/slots";
import { positionText, type Running } from "../../provider/rollout/position";
import { skewProblem } from "../../provider/rollout/skew";
import { shapeProblems } from "../../provider/rollout/waves";

const REPOSITORY = join(__dirname, "../..");
const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");
const page = read("docs/rolling-upgrades.md");

test.each<Running | undefined>([undefined, "old", "new", "none", "unknown"])(
    "where a roll stands, with a node that runs %s",
    (running) => {
        const position = { wave: 2, waves: 5, done: 4, underWay: 1, notStarted: 7 };
        const [head, ofNode, ...rest] = positionText(position, "version", running).split(", ");
        expect([head, ...rest].join(", ")).toBe(
            "wave 2 of 5: 4 nodes before it run the new version, 1 beside it is under way, 7 not started",
        );
        expect(page).toContain("`wave W of N: D nodes before it run the new version, …, U not started`");
        expect(page).toContain(`| \`${ofNode ?? ""}\` |`);
    },
);

test("arguments that are refused", () => {
    const wrong = { nodes: ["a"], maxUnavailable: 0, canary: -1, groups: [["a", "a"]], soakSeconds: -1 };
    const [limit = "", canary = "", group = "", soak = ""] = shapeProblems(wrong);
    expect(page).toContain(`\`${limit}\``);
    expect(canary).toMatch(/^canary must be /);
    expect(page).toContain(`\`${group.replace('"a"', '"node-1"')}\``);
    expect(page).toContain(soak);
    expect(page).toContain(skewProblem("v1.5.1_coreos.0", "v1.4.6"));
    expect(page).toContain(skewProblem("v1.4.6", "new"));
    expect(skewProblem("v1.1.1", "v1.4.6")).toMatch(/\. Take a newer one$/);
});

test("too many nodes that are down", async () => {
    const slots = new Slots(2);
    const why = "it cannot be reached";
    slots.see(new Map(["node-7", "node-8"].map((name) => [name, why])));
    const change = { name: "node-3", host: "10.0.0.13", oldVersion: "v1.3.4", newVersion: "v1.3.6" };
    const message = await slots.take(change, () => undefined).catch((error: unknown) => String(error));
    const [quoted = ""] = /`(without a healthy kubelet [^`]*)`/.exec(page)?.slice(1) ?? [];
    expect(quoted).not.toBe("");
    expect(message).toContain(`${quoted}.`);
});

test.each<readonly [file: string, texts: readonly string[]]>([
    [
        "gate/finished.ts",
        [
            ...["which this roll has finished: ", "its kubelet was started again meanwhile"],
            ...["Nothing on the host was changed since", "the next wave is not started"],
            ...["all that is finished is healthy (", "; the youngest soaks for "],
        ],
    ],
    ["host/illness.ts", ["kubelet.service is ", "healthz said: "]],
    ["gate/health.ts", ["its pod runs "]],
    ["gate/down.ts", ["it cannot be reached"]],
    [
        "gate/prefetch.ts",
        ["images are fetched ahead: ", "no kubelet was restarted for this roll", " more nodes fail likewise"],
    ],
    [
        "gate/roll.ts",
        [
            ...["looking at what is finished (", "looking at what is still to come ("],
            ...["the roll stopped at ", ", which tells why", "Nothing was changed on "],
            ...["Its kubelet was not touched", "Its new kubelet runs; no later `pulumi up` does this work again"],
            ...["beforeNode", "afterNode", "onNodeFailed failed for "],
        ],
    ],
    ["kubelet-rollout-hooks.ts", [": gate", ": after a node", "KubeletRollout "]],
    [
        "host/outcome-error.ts",
        [
            ...["Rolled back: ", "the old kubelet runs again and is healthy", "the old kubelet was never stopped"],
            "the old kubelet was started again; it was not healthy before either",
            "the old files are in place, but the old kubelet is not healthy",
            ...["The host could not be put back and is left changed", "What the host runs now is not known"],
        ],
    ],
])("what %s says", (file, texts) => {
    const source = read(`provider/${file}`);
    expect(texts.filter((text) => !source.includes(text))).toEqual([]);
    expect(texts.filter((text) => !page.includes(text))).toEqual([]);
});

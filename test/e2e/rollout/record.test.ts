import { expect, test } from "vitest";
import { mostDown, outOfOrder, touchedBy, turnsOf, type Moment } from "./record";

const moment = (time: number, node: string, unit: Moment["unit"], isRunning: boolean): Moment => ({
    time,
    node,
    unit,
    isRunning,
});

test("a turn lasts from the kubelet's stop until it runs and no transaction could stop it again", () => {
    const moments = [
        moment(1, "a", "transaction", true),
        moment(2, "a", "kubelet", false),
        moment(3, "a", "kubelet", true),
        moment(4, "a", "kubelet", false),
        moment(5, "a", "kubelet", true),
        moment(6, "a", "transaction", false),
        moment(7, "b", "kubelet", false),
    ];
    expect(turnsOf(moments)).toEqual([
        { node: "a", from: 2, to: 6 },
        { node: "b", from: 7, to: Infinity },
    ]);
    // One that touches no kubelet is none.
    expect(turnsOf([moment(1, "a", "transaction", true), moment(2, "a", "transaction", false)])).toEqual([]);
});

test("how many were down at once, who was, and in which order", () => {
    const turns = [
        { node: "a", from: 1, to: 3 },
        { node: "b", from: 2, to: 5 },
        { node: "c", from: 3, to: 6 },
    ];
    expect(mostDown(turns)).toBe(2);
    expect(mostDown([])).toBe(0);
    expect(touchedBy(turns, [["a", "d"], ["c", "b"], []])).toEqual([["a"], ["c", "b"], []]);
    expect(() => touchedBy(turns, [["a"], ["b"]])).toThrow("in no wave: c");
    expect(outOfOrder(turns, [["a", "b", "c"]])).toEqual([]);
    expect(outOfOrder(turns, [["a"], ["b", "c"]])).toEqual(["b began before a was done"]);
    expect(outOfOrder(turns, [["c"], ["b"], ["a"]])).toEqual([
        "a began before b was done",
        "a began before c was done",
        "b began before c was done",
    ]);
});

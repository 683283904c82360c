// What the operator reads of a host while it works.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Message } from "../../provider/host/protocol";
import { Row } from "../../provider/host/row";

const FETCH = "fetching quay.io/coreos/hyperkube:v1.3.6_coreos.0 (nothing is stopped yet)";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function step(name: string, fields: Message["fields"] = {}): Message {
    return { verb: "step", fields: { name, ...fields } };
}

function shownBy(act: (row: Row) => void): readonly string[] {
    const shown: string[] = [];
    const row = new Row((text) => shown.push(text));
    act(row);
    row.pause();
    vi.advanceTimersByTime(60_000);
    return shown;
}

test("a step that takes its time tells how long, by fives and later by thirties, until the next begins", () => {
    const shown = shownBy((row) => {
        row.take(step("fetch", { image: "quay.io/coreos/hyperkube:v1.3.6_coreos.0" }));
        vi.advanceTimersByTime(74_000);
        row.take(step("arm"));
        vi.advanceTimersByTime(4000);
    });
    const lasted = [5, 10, 15, 20, 25, 30, 60].map((seconds) => `${FETCH}, for ${seconds} s so far`);
    expect(shown).toEqual([FETCH, ...lasted, "laying the way back"]);
});

test("what a fetch says of itself is told with it, while the host says that it lives", () => {
    const shown = shownBy((row) => {
        row.take(step("fetch", { image: "quay.io/coreos/hyperkube:v1.3.6_coreos.0" }));
        for (let second = 1; second <= 11; second++) {
            vi.advanceTimersByTime(1000);
            const said = second < 7 ? "" : `Downloading ACI:  ${second} MB/240.6 MB`;
            row.take({ verb: "alive", fields: { said } });
        }
        row.take(step("arm"));
        row.take({ verb: "alive", fields: { said: "" } });
        vi.advanceTimersByTime(5000);
    });
    expect(shown).toEqual([
        FETCH,
        `${FETCH}, for 5 s so far`,
        `${FETCH}, for 10 s so far: Downloading ACI:  9 MB/240.6 MB`,
        "laying the way back",
        "laying the way back, for 5 s so far",
    ]);
});

test("the wait for health is told by the host alone, each text once", () => {
    const looks = [0, 100, 200, 600].map((waited) =>
        step("health", { waited: String(waited), state: "running", needs: "1500", limit: "30000" }),
    );
    const shown = shownBy((row) => {
        for (const look of looks) row.take(look);
        vi.advanceTimersByTime(20_000);
    });
    const within = "running (it must stay healthy for 15 s, within 300 s)";
    expect(shown).toEqual([`waiting for health for 0 s: ${within}`, `waiting for health for 5 s: ${within}`]);
});

test("nothing is told once the operation has ended", () => {
    const shown = shownBy((row) => {
        row.take(step("commit"));
        row.take({ verb: "outcome", fields: { result: "committed" } });
        vi.advanceTimersByTime(60_000);
    });
    expect(shown).toEqual(["committing"]);
});

test("a step that is out of sight is not told of, and goes on where it was once the host is heard again", () => {
    const shown = shownBy((row) => {
        row.take(step("restart"));
        vi.advanceTimersByTime(6000);
        row.pause();
        vi.advanceTimersByTime(20_000);
        row.take(step("restart"));
        vi.advanceTimersByTime(5000);
    });
    const text = "restarting the kubelet";
    expect(shown).toEqual([
        text,
        `${text}, for 5 s so far`,
        text,
        `${text}, for 25 s so far`,
        `${text}, for 30 s so far`,
    ]);
});

test("a log that is read again from its start: each step has lasted since it was first heard of", () => {
    const fetch = step("fetch", { image: "quay.io/coreos/hyperkube:v1.3.6_coreos.0" });
    const shown = shownBy((row) => {
        row.take(step("lock"));
        row.take(fetch);
        vi.advanceTimersByTime(31_000);
        row.pause();
        vi.advanceTimersByTime(30_000);
        row.take(step("lock"));
        row.take(fetch);
        vi.advanceTimersByTime(1000);
    });
    expect(shown.slice(-3)).toEqual(["taking the host's lock", FETCH, `${FETCH}, for 60 s so far`]);
});

// What others do to a host: refresh names each thing, and up repairs exactly that.
import { lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { delete as remove } from "../../provider/runtime";
import type { SimulatedHost } from "../../provider/testing";
import { active, created, fileOn, heard, host, LINK, NEW, OLD, refreshed, run, starts } from "./kubelets";
import { STORE, UNIT, up, WRAPPER } from "./kubelets";

/** Which of our files are other files than before: each is told by its inode, and by when that was changed. */
function pictureOf(node: SimulatedHost): Readonly<Record<string, string>> {
    const of = (path: string): string => {
        const stat = lstatSync(join(node.root, path), { throwIfNoEntry: false });
        return stat === undefined ? "none" : `${stat.ino} ${stat.mtimeMs}`;
    };
    return { unit: of(UNIT), wrapper: of(WRAPPER), link: of(LINK) };
}

/** Until the kubelet that runs has said so, or none runs. */
async function quiet(node: SimulatedHost): Promise<void> {
    const look = "curl -fsS http://127.0.0.1:10248/healthz || systemctl -q is-active kubelet.service || echo -n ok";
    await expect.poll(async () => (await node.run(look)).stdout).toBe("ok");
}

const RECORD_GONE =
    'record: it is gone, and with it what stood there before the first create: destroy will leave the kubelet unless onDelete is "remove"';

const WANTS = "etc/systemd/system";

interface Case {
    readonly what: string;
    readonly script: string;
    readonly drift: readonly string[];
    /** What the repair writes anew. */
    readonly written: readonly string[];
    readonly restarts: number;
}

const CASES: readonly Case[] = [
    {
        what: "a stopped kubelet is started, and no file written",
        script: "systemctl stop kubelet.service",
        drift: ["kubelet: inactive (dead)"],
        written: [],
        restarts: 1,
    },
    {
        what: "a unit that was changed is written anew",
        script: `sed -i 's/--config=/--root-dir=/' "$PCK_ROOT/${UNIT}"`,
        drift: ["unit: changed by hand"],
        written: ["unit"],
        restarts: 1,
    },
    {
        what: "a unit that was changed where no process reads it is written anew, without a restart",
        script: `sed -i 's/Restart=always/Restart=no/' "$PCK_ROOT/${UNIT}"`,
        drift: ["unit: changed by hand"],
        written: ["unit"],
        restarts: 0,
    },
    {
        what: "a unit that is gone is written anew",
        script: `rm "$PCK_ROOT/${UNIT}"`,
        drift: ["unit: it is gone"],
        written: ["unit"],
        restarts: 1,
    },
    {
        what: "a wrapper that was changed is uploaded anew",
        script: `echo 'exit 3' >>"$PCK_ROOT/${WRAPPER}"`,
        drift: ["wrapper: changed by hand"],
        written: ["wrapper"],
        restarts: 1,
    },
    {
        what: "a wrapper that is gone is uploaded anew",
        script: `rm "$PCK_ROOT/${WRAPPER}"`,
        drift: ["wrapper: it is gone"],
        written: ["wrapper"],
        restarts: 1,
    },
    {
        what: "a missing link is made, without a restart",
        script: `rm "$PCK_ROOT/${LINK}"`,
        drift: ["enablement: multi-user.target.wants/kubelet.service is missing"],
        written: ["link"],
        restarts: 0,
    },
    {
        what: "a link too many is taken away, without a restart",
        script: `mkdir "$PCK_ROOT/${WANTS}/x.target.wants" && ln -s /x "$PCK_ROOT/${WANTS}/x.target.wants/kubelet.service"`,
        drift: ["enablement: x.target.wants/kubelet.service is not ours"],
        written: [],
        restarts: 0,
    },
    {
        what: "a pod of another image is replaced, and no file written",
        script: `cd "$PCK_ROOT/${WANTS}"; cp -p kubelet.service aside; sed -i s/${OLD}/${NEW}/ kubelet.service
            systemctl daemon-reload; systemctl restart kubelet.service; cat aside >kubelet.service; rm aside; systemctl daemon-reload`,
        drift: [`image: the pod runs ${NEW}`],
        written: [],
        restarts: 1,
    },
    {
        what: "a record that is gone is written anew, without a restart",
        script: `rm -r "$PCK_ROOT/${STORE}"`,
        drift: [RECORD_GONE],
        written: [],
        restarts: 0,
    },
];

test.each(CASES.map((each) => [each.what, each] as const))("%s", async (_, { script, drift, written, restarts }) => {
    const node = await host({ release: "899.17.0" });
    const made = await created(node);
    const [unit, wrapper] = [fileOn(node, UNIT), fileOn(node, WRAPPER)];
    await run(node, script);
    await quiet(node);
    const before = pictureOf(node);
    const started = starts(node).length;
    const lines = heard();

    const seen = await refreshed(made);
    expect(seen.outs["drift"]).toEqual(drift);
    expect(lines).toContain(`127.0.0.1: drift: ${drift.join("; ")}. The next \`pulumi up\` repairs it`);

    const repaired = await up(node, seen);
    expect(repaired.outs).toMatchObject({ drift: [], runningVersion: OLD, lastChange: { action: "repaired" } });
    const after = pictureOf(node);
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(written);
    expect(starts(node)).toHaveLength(started + restarts);
    expect([fileOn(node, UNIT), fileOn(node, WRAPPER)]).toEqual([unit, wrapper]);
    expect(lstatSync(join(node.root, LINK)).isSymbolicLink()).toBe(true);
    expect(await active(node)).toBe("ActiveState=active");
    expect((await refreshed(repaired)).outs).toEqual(repaired.outs);
});

test("the image of a pod that cannot be read is unknown, and no drift", async () => {
    const node = await host();
    const made = await created(node);
    rmSync(join(node.root, "proc"), { recursive: true });
    const seen = await refreshed(made);
    expect(seen.outs).toEqual({ ...made.outs, runningVersion: "unknown" });
    expect(await up(node, seen)).toEqual(seen);
    expect(starts(node)).toEqual([OLD]);
});

test("of a kubelet whose record was gone destroy takes nothing away, unless onDelete says so", async () => {
    const node = await host();
    const made = await created(node);
    await run(node, `rm -r "$PCK_ROOT/${STORE}"`);
    const repaired = await up(node, await refreshed(made));
    expect(repaired.outs["adopted"]).toBe(true);
    await remove(repaired.id, repaired.outs);
    expect([fileOn(node, UNIT), await active(node)]).toEqual([made.outs["unitText"], "ActiveState=active"]);
    await remove(repaired.id, { ...repaired.outs, onDelete: "remove" });
    expect([fileOn(node, UNIT), await active(node)]).toEqual([undefined, "ActiveState=inactive"]);
});

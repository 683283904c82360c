// Delete gives back what was there before the first create: files byte for byte, links, running state.
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { delete as remove } from "../../provider/runtime";
import type { SimulatedHost } from "../../provider/testing";
import {
    active,
    created,
    errorOf,
    host,
    LINK,
    NEW,
    OLD,
    type Properties,
    run,
    starts,
    STORE,
    UNIT,
    up,
    WRAPPER,
} from "./kubelets";

const THEIRS = Buffer.from(
    `[Service]\nEnvironment=KUBELET_VERSION=v1.2.0_coreos.0\nExecStart=/usr/lib/coreos/kubelet-wrapper --v=7\n# caf\xe9 \0\r\n\n\n`,
    "latin1",
);

/** Every file, link and folder that the kubelet's files can touch, with content, target and mode. */
function picture(node: SimulatedHost): string {
    const files = ["-type", "f", "-printf", "%p %m ", "-exec", "sha256sum", "{}", ";"];
    const rest = ["-type", "l", "-printf", "%p -> %l\\n", "-o", "-type", "d", "-printf", "%p %m\\n"];
    const places = ["etc/systemd", "opt", "var/lib"].filter((place) => existsSync(join(node.root, place)));
    const text = execFileSync("find", [...places, "-path", "var/lib/rkt", "-prune", "-o", ...files, "-o", ...rest], {
        cwd: node.root,
        encoding: "utf8",
    });
    // Folders that the units' own or the wrapper's lie in stay, once made.
    const kept =
        /^(opt\/bin 755|etc\/systemd\/system\/(sysinit|multi-user)\.target\.wants 755|var\/lib\/(docker|kubelet) \d+)$/;
    return text
        .split("\n")
        .filter((line) => line !== "" && !kept.test(line))
        .sort()
        .join("\n");
}

interface Case {
    readonly release?: string;
    readonly before: (node: SimulatedHost) => Promise<unknown>;
    readonly runs: boolean;
}

const lay = (node: SimulatedHost, mode = 0o644): Promise<string> => {
    writeFileSync(join(node.root, UNIT), THEIRS, { mode });
    return run(node, `chmod ${mode.toString(8)} "$PCK_ROOT/${UNIT}" && systemctl daemon-reload`);
};

const CASES: Readonly<Record<string, Case>> = {
    "a host that was bare": { before: () => Promise.resolve(), runs: false },
    "a host that was bare, before 962": { release: "899.17.0", before: () => Promise.resolve(), runs: false },
    "a unit of somebody else that ran, for root's eyes alone": {
        before: async (node) => {
            await lay(node, 0o600);
            symlinkSync("../kubelet.service", made(node, LINK));
            await run(node, "systemctl daemon-reload && systemctl start kubelet.service");
        },
        runs: true,
    },
    "a unit of somebody else that did not run and was not enabled": { before: (node) => lay(node), runs: false },
    "a unit that another target wants": {
        before: async (node) => {
            await lay(node);
            symlinkSync(
                "/etc/systemd/system/kubelet.service",
                made(node, "etc/systemd/system/x.target.wants/kubelet.service"),
            );
            await run(node, "systemctl daemon-reload && systemctl start kubelet.service");
        },
        runs: true,
    },
    "a wrapper of somebody else, before 962": {
        release: "899.17.0",
        before: async (node) => {
            await lay(node);
            writeFileSync(made(node, WRAPPER), "#!/bin/bash\nexit 0 # caf\xe9\n", { mode: 0o750, encoding: "latin1" });
        },
        runs: false,
    },
};

/** A path on the host whose folder is there. */
function made(node: SimulatedHost, path: string): string {
    execFileSync("mkdir", ["-p", "-m", "755", join(node.root, path, "..")]);
    return join(node.root, path);
}

test.each(Object.entries(CASES))("delete gives back %s", async (_, { release, before, runs }) => {
    const node = await host(release === undefined ? {} : { release });
    await before(node);
    const was = picture(node);
    const adopt: Properties = { onExisting: "adopt", onDelete: "restore" };
    const first = await created(node, OLD, adopt);
    const second = await up(node, first, NEW, adopt);
    expect(picture(node)).not.toBe(was);
    await remove(second.id, second.outs);
    expect(picture(node)).toBe(was);
    expect(await active(node)).toBe(runs ? "ActiveState=active" : "ActiveState=inactive");
    expect(starts(node).at(-1)).toBe(runs ? "v1.2.0_coreos.0" : NEW);
    // A delete that is called again finds nothing of ours.
    await remove(second.id, second.outs);
    expect(picture(node)).toBe(was);
});

test('delete by onDelete: "remove" gives nothing back', async () => {
    const node = await host();
    await CASES["a unit of somebody else that ran, for root's eyes alone"]?.before(node);
    const first = await created(node, OLD, { onExisting: "adopt", onDelete: "remove" });
    await remove(first.id, first.outs);
    for (const path of [UNIT, LINK, STORE]) {
        expect(lstatSync(join(node.root, path), { throwIfNoEntry: false })).toBeUndefined();
    }
    expect(await active(node)).toBe("ActiveState=inactive");
});

test("of an adopted unit delete takes nothing away unless onDelete says so", async () => {
    const node = await host();
    await CASES["a unit of somebody else that ran, for root's eyes alone"]?.before(node);
    const first = await created(node, OLD, { onExisting: "adopt" });
    const [unit, logins] = [readFileSync(join(node.root, UNIT)), node.counters.logins];
    await remove(first.id, first.outs);
    expect(readFileSync(join(node.root, UNIT)).equals(unit)).toBe(true);
    expect([node.counters.logins, await active(node)]).toEqual([logins, "ActiveState=active"]);
});

test("what was for root's eyes alone is so again", async () => {
    const node = await host();
    await CASES["a unit of somebody else that ran, for root's eyes alone"]?.before(node);
    const first = await created(node, OLD, { onExisting: "adopt", onDelete: "restore" });
    expect(statSync(join(node.root, UNIT)).mode & 0o777).toBe(0o644);
    await remove(first.id, first.outs);
    expect(statSync(join(node.root, UNIT)).mode & 0o777).toBe(0o600);
    expect(readlinkSync(join(node.root, LINK))).toBe("../kubelet.service");
});

test("where the baseline is gone, restore is refused and says so; remove takes the kubelet away", async () => {
    const node = await host();
    const first = await created(node);
    await run(node, `rm -r "$PCK_ROOT/${STORE}"/baseline.*`);
    const error = await errorOf(remove(first.id, first.outs));
    expect([error.kind, await active(node)]).toEqual(["refused", "ActiveState=active"]);
    await remove(first.id, { ...first.outs, onDelete: "remove" });
    expect(existsSync(join(node.root, UNIT))).toBe(false);
    expect(await active(node)).toBe("ActiveState=inactive");
});

// State that earlier releases stored, on hosts as they left them: refresh, up and destroy work from each.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { check, delete as remove, diff, read, update } from "../../provider/runtime";
import { ARGUMENT_NAMES } from "../../provider/spec/schema";
import { OUTPUT_NAMES } from "../../provider/spec/state";
import { simulatedHost, type SimulatedHost } from "../../provider/testing";
import { active, BAD, fileOn, LINK, OLD, type Properties, starts, STORE, UNIT, WRAPPER } from "./kubelets";

const STATES = join(process.cwd(), "test/spec/states");

/** What a release stored of a host, and what it had left there. */
interface Stored {
    readonly release: string;
    readonly outputs: Properties & {
        readonly connection: object;
        readonly hostKey: string;
        readonly machineId: string;
    };
    readonly host: {
        readonly files: Readonly<Record<string, string>>;
        readonly links: Readonly<Record<string, string>>;
        readonly record: string;
    };
}

const FILES = readdirSync(STATES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((folder) => readdirSync(join(STATES, folder.name)).map((name) => join(folder.name, name)))
    .filter((name) => name.endsWith(".json"));

const storedIn = (file: string): Stored => JSON.parse(readFileSync(join(STATES, file), "utf8")) as Stored;

/** The host as it was left, booted. */
async function hostOf(file: string, folder: string): Promise<SimulatedHost> {
    const { release, host } = storedIn(file);
    const path = (name: string): string => {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        return join(folder, name);
    };
    for (const [name, text] of Object.entries(host.files)) writeFileSync(path(name), text, { mode: 0o755 });
    for (const [name, target] of Object.entries(host.links)) symlinkSync(target, path(name));
    writeFileSync(path(`${STORE}/recovery`), readFileSync(join(STATES, dirname(file), "recovery")));
    const payload = host.record.replace("\tmade=/", `\tmade=${folder}/`);
    const sum = createHash("sha256").update(payload).digest("hex");
    const slot = `${`${sum} ${payload}`.padEnd(4095)}\n`;
    const blank = " ".repeat(4096);
    const isSecond = Number(/^seq=(\d+)/.exec(payload)?.[1]) % 2 === 1;
    writeFileSync(path(`${STORE}/record`), isSecond ? blank + slot : slot + blank);
    const machineId = "0123456789abcdef0123456789abcdef";
    const node = await simulatedHost({ folder, release, machineId, images: { [BAD]: "crashes" } });
    if (UNIT in host.files && LINK in host.links) {
        await expect.poll(() => node.run(HEALTHZ)).toMatchObject({ stdout: "ok" });
    }
    return node;
}

const HEALTHZ = "curl -fsS http://127.0.0.1:10248/healthz";

interface Scene {
    readonly node: SimulatedHost;
    readonly id: string;
    readonly outs: Properties;
    /** What a program gives that made this state; where the last wish was a broken version, the one before. */
    readonly inputs: Properties;
}

async function on(file: string, act: (scene: Scene) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "state-"));
    const node = await hostOf(file, folder);
    try {
        const { outputs } = storedIn(file);
        const { port, privateKey } = node.connection;
        const connection = { ...outputs.connection, port, privateKey };
        const outs = { ...outputs, connection, ...(outputs.hostKey === "" ? {} : { hostKey: node.hostKey }) };
        const given = Object.entries({
            ...outs,
            version: OLD,
            ...(file.includes("upgraded") && { version: outputs["version"] }),
        });
        const names = new Set([...ARGUMENT_NAMES, "owner"]);
        const { inputs } = await check({}, Object.fromEntries(given.filter(([name]) => names.has(name))));
        await act({ node, id: `kubelet.service@127.0.0.1:${port}`, outs, inputs });
    } finally {
        await node.stop();
        rmSync(folder, { recursive: true, force: true });
    }
}

const MOVED = [
    "os: release 1185.3.0 with rkt 1.14.0 needs another kubelet.service",
    "wrapper: ours is left over, the OS ships one by now",
];

/** What a refresh finds, where that is anything; undefined: that nothing is there any more. */
const DRIFT: Readonly<Record<string, readonly string[] | undefined>> = {
    drifted: [
        "unit: changed by hand",
        "enablement: multi-user.target.wants/kubelet.service is missing",
        "kubelet: inactive (dead)",
    ],
    "uploading-then-os-with-wrapper": MOVED,
    // The unit was not there when its boot chose what to start.
    "left-changed-by-update": ["kubelet: inactive (dead)"],
    // Its first boot has put the host back to what was there before: nothing.
    "left-changed-by-create": undefined,
};

const nameOf = (file: string): string => /([^/]+)\.json$/.exec(file)?.[1] ?? "";
const driftOf = (file: string): readonly string[] | undefined => (nameOf(file) in DRIFT ? DRIFT[nameOf(file)] : []);

/** Starts that an up adds. */
const startsOfUp = (file: string): number => (driftOf(file)?.length === 0 ? 0 : 1);

async function isHealthy({ node, inputs }: Scene): Promise<void> {
    expect(await active(node)).toBe("ActiveState=active");
    expect((await node.run(HEALTHZ)).stdout).toBe("ok");
    expect(starts(node).at(-1)).toBe(inputs["version"]);
}

test("there are states to read, each with names that are known today", () => {
    expect(FILES.length).toBeGreaterThanOrEqual(12);
    const known = new Set([...ARGUMENT_NAMES, ...OUTPUT_NAMES]);
    const stored = FILES.flatMap((file) => Object.keys(storedIn(file).outputs));
    expect(stored.filter((name) => !known.has(name))).toEqual([]);
});

describe.each(FILES)("%s", (file) => {
    test("refresh, then up", () =>
        on(file, async (scene) => {
            const { node, id, outs, inputs } = scene;
            const seen = await read(id, outs);
            const drift = driftOf(file);
            if (drift === undefined) {
                expect(seen).toEqual({ id: "", props: {} });
                return;
            }
            expect(seen).toMatchObject({ id, props: { schemaVersion: 1, drift, dropIns: {} } });
            expect(seen.props["wrapperHash"]).toMatch(/^[0-9a-f]{12}$/);
            const before = starts(node).length;
            const { changes, replaces } = await diff(id, seen.props, inputs);
            expect({ changes, replaces }).toEqual({ changes: drift.length > 0, replaces: [] });
            const after = changes ? (await update(id, seen.props, inputs)).outs : seen.props;
            expect(after).toMatchObject({ drift: [], runningVersion: inputs["version"] });
            expect(starts(node)).toHaveLength(before + startsOfUp(file));
            expect((await read(id, after)).props).toEqual(after);
            await isHealthy(scene);
        }));

    test("up without a refresh", () =>
        on(file, async (scene) => {
            const { node, id, outs, inputs } = scene;
            const before = starts(node).length;
            const more = { ...inputs, triggers: ["up"] };
            expect((await diff(id, outs, more)).changes).toBe(true);
            const after = (await update(id, outs, more)).outs;
            expect(after).toMatchObject({ drift: [], runningVersion: inputs["version"], dropIns: {} });
            expect(starts(node)).toHaveLength(before + 1);
            expect((await read(id, after)).props).toEqual(after);
            expect(await diff(id, after, more)).toEqual({ changes: false, replaces: [] });
            await isHealthy(scene);
        }));

    test("destroy", () =>
        on(file, async ({ node, id, outs }) => {
            const [unit, logins] = [fileOn(node, UNIT), node.counters.logins];
            await remove(id, outs);
            switch (nameOf(file)) {
                case "adopted-as-it-was":
                    // Its onDelete is `retain`, for it was adopted.
                    expect([fileOn(node, UNIT), node.counters.logins]).toEqual([unit, logins]);
                    return;
                case "adopted":
                    expect(fileOn(node, UNIT)).toMatch(/^\[Unit\]\nDescription=Kubelet of before\n/);
                    expect(await active(node)).toBe("ActiveState=active");
                    return;
                default:
                    expect([fileOn(node, UNIT), fileOn(node, WRAPPER)]).toEqual([undefined, undefined]);
                    expect(await active(node)).toBe("ActiveState=inactive");
                    expect((await read(id, outs)).id).toBe("");
            }
        }));
});

test("state of a newer release is refused by each of them, with what to do, and the host is not dialled", async () => {
    await on("schema-1/created.json", async ({ node, id, outs, inputs }) => {
        const newer = { ...outs, schemaVersion: 2 };
        const refused =
            /^the state was written by a newer pulumi-coreos-kubelet \(schema 2, this one knows 1\): upgrade the package$/;
        await expect(read(id, newer)).rejects.toThrow(refused);
        await expect(update(id, newer, inputs)).rejects.toThrow(refused);
        await expect(remove(id, newer)).rejects.toThrow(refused);
        expect(() => diff(id, newer, inputs)).toThrow(refused);
        expect(node.counters.tcpConnections).toBe(0);
    });
});

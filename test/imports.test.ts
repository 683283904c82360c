// The walls of the house: which room may know which.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const PROVIDER = join(process.cwd(), "provider");

/** The rooms that do no I/O, and what node gives them. */
const PURE = "plan rollout kubelet rkt coreos spec systemd errors versions";
const COMPUTING = "node:buffer node:crypto node:util";

/**
 * CONTRIBUTING's table, from the top down: what a room may import besides itself, and of what types only. A name is a room, a
 * file of one, or a package; one that ends in `*` stands for all that begin so.
 */
const HOUSE: Readonly<Record<string, readonly [imports: string, types?: string]>> = {
    index: ["kubelet-rollout kubelet-service", "kubelet-args kubelet-rollout-args rollout spec"],
    "kubelet-*": ["provider rollout spec npm:@pulumi/pulumi", "gate"],
    // Frozen thunks, written into every state: they load all else when they are called.
    provider: ["", "npm:@pulumi/pulumi"],
    runtime: [`progress engine host ${PURE} node:*`],
    progress: ["engine errors node:*"],
    engine: ["errors node:*"],
    cli: ["inspect"],
    inspect: [`host ssh/public-key ${PURE} node:*`],
    gate: [`host ${PURE} node:*`],
    host: [`ssh ${PURE} node:*`],
    "ssh-config": ["ssh/known-hosts ssh/private-key ssh/public-key spec node:*", "npm:ssh-config"],
    ssh: ["errors npm:ssh2 node:*", "spec"],
    testing: ["coreos/by-release coreos/generations coreos/software versions npm:ssh2 node:*"],
    // A plan is one host's: it knows of no waves.
    plan: [`kubelet rkt coreos spec systemd errors versions ${COMPUTING}`],
    rollout: [`kubelet spec errors versions ${COMPUTING}`],
    kubelet: [`rkt coreos spec systemd errors versions ${COMPUTING}`],
    rkt: [`coreos spec errors versions ${COMPUTING}`],
    coreos: [`rkt/versions errors versions ${COMPUTING}`],
    "rkt/versions": ["versions"],
    spec: [`systemd errors versions ${COMPUTING}`],
    systemd: [`errors versions ${COMPUTING}`],
    errors: [""],
    versions: [""],
};

interface Import {
    readonly from: string;
    readonly to: string;
    /** `later`: by a call of import(). */
    readonly kind: "value" | "type" | "later";
}

/** Every import of provider/, both ends relative to it and without their endings; packages behind `npm:`. */
function imports(): readonly Import[] {
    const files = readdirSync(PROVIDER, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
    return files.flatMap((file) => {
        const text = readFileSync(join(PROVIDER, file), "utf8");
        const to = (name = ""): string => {
            if (name.startsWith(".")) return bare(relative(PROVIDER, join(PROVIDER, file, "..", name)));
            return name.startsWith("node:") ? name : `npm:${name}`;
        };
        const atOnce = text.matchAll(/^(?:import|export)\s(type\s)?(?:[^;]*?\sfrom\s)?"([^"]+)";/gms);
        return [
            ...[...atOnce].map(
                ([, type, name]) => ({ to: to(name), kind: type === undefined ? "value" : "type" }) as const,
            ),
            ...[...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(
                ([, name]) => ({ to: to(name), kind: "later" }) as const,
            ),
        ].map((one) => ({ from: bare(file), ...one }));
    });
}

const bare = (path: string): string => path.replace(/\.[jt]s$/, "");
const isIn = (path: string, place: string): boolean =>
    place.endsWith("*") ? path.startsWith(place.slice(0, -1)) : path === place || path.startsWith(`${place}/`);
const isAmong = (path: string, places = ""): boolean => places.split(" ").some((place) => isIn(path, place));
// The last: a file with a row of its own stands below its room.
const roomOf = (path: string): string => Object.keys(HOUSE).findLast((room) => isIn(path, room)) ?? "";

const all = imports();
const forbidden = (isForbidden: (one: Import) => boolean): readonly string[] =>
    all.filter(isForbidden).map(({ from, to }) => `${from} imports ${to}`);

test("there are imports to judge", () => {
    expect(all.length).toBeGreaterThan(100);
});

test("a room imports what the table lets it", () => {
    const isAllowed = ({ from, to, kind }: Import): boolean => {
        const [values, types] = HOUSE[roomOf(from)] ?? [""];
        return isIn(to, roomOf(from)) || isAmong(to, values) || (kind === "type" && isAmong(to, types));
    };
    expect(forbidden((one) => one.kind !== "later" && !isAllowed(one))).toEqual([]);
});

test("the table has the rooms of CONTRIBUTING's, in its order, and points down", () => {
    const rows = readFileSync("CONTRIBUTING.md", "utf8").match(/^\| `provider\/[^|]*/gm) ?? [];
    const named = rows.flatMap((row) => [...row.matchAll(/`provider\/(.+?)(?:\.ts)?`/g)].map(([, room]) => room));
    const rooms = Object.keys(HOUSE);
    expect([...new Set(named)]).toEqual(rooms);
    const isUp = (room: string, name: string): boolean => rooms.indexOf(roomOf(name)) <= rooms.indexOf(room);
    const up = Object.entries(HOUSE).flatMap(([room, lists]) =>
        lists
            .flatMap((list = "") => list.match(/[^ ]+/g) ?? [])
            .filter((name) => !/^(node|npm):/.test(name) && isUp(room, name))
            .map((name) => `${room} imports ${name}`),
    );
    expect(up).toEqual([]);
});

test("gate alone is loaded later, inside a hook", () => {
    expect(forbidden(({ kind }) => kind === "later")).toEqual(["kubelet-rollout-hooks imports gate/index"]);
});

test("what is told of a host that was seen is pure; only the command of the package looks, and begins nothing", () => {
    const looks = "inspect/index inspect/arguments";
    const isTelling = ({ from, kind }: Import): boolean =>
        roomOf(from) === "inspect" && kind === "value" && !isAmong(from, looks);
    const isPure = ({ to }: Import): boolean => isAmong(to, `inspect ${PURE} host/illness`) && !isAmong(to, looks);
    expect(forbidden((one) => isTelling(one) && !isPure(one))).toEqual([]);
    expect(forbidden(({ from, to }) => roomOf(from) === "inspect" && to === "host/converge")).toEqual([]);
});

test("what a program loads is neither a host's nor ssh2", () => {
    const reached = new Set<string>(["index"]);
    for (const file of reached) {
        for (const { from, to, kind } of all) if (from === file && kind === "value") reached.add(to);
    }
    expect([...reached]).toContain("kubelet-rollout-hooks");
    expect([...reached].filter((file) => isAmong(file, "npm:ssh2 ssh host gate runtime"))).toEqual([]);
});

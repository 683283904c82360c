// The walls of the house: which room may know which.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const PROVIDER = join(process.cwd(), "provider");
const PURE = ["spec", "plan", "coreos", "rkt", "kubelet", "systemd", "rollout", "versions"];

interface Import {
    readonly from: string;
    readonly to: string;
    readonly isType: boolean;
}

/** Every import of provider/, both ends relative to it; packages and node's own modules by name. */
function imports(): readonly Import[] {
    const files = readdirSync(PROVIDER, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
    return files.flatMap((from) =>
        [
            ...readFileSync(join(PROVIDER, from), "utf8").matchAll(
                /^(?:import|export)\s+(type\s)?[^;]*?from "([^"]+)";/gms,
            ),
        ].map(([, type, name = ""]) => ({
            from,
            to: name.startsWith(".") ? relative(PROVIDER, join(PROVIDER, from, "..", name)) : name,
            isType: type !== undefined,
        })),
    );
}

const roomOf = (path: string): string => (path.includes("/") ? (path.split("/")[0] ?? "") : path.replace(/\.ts$/, ""));
const all = imports();
const forbidden = (isForbidden: (one: Import) => boolean): readonly string[] =>
    all.filter(isForbidden).map(({ from, to }) => `${from} imports ${to}`);

test("there are imports to judge", () => {
    expect(all.length).toBeGreaterThan(100);
});

test("pure rooms import pure rooms, errors and computing only", () => {
    const allowed = new Set([...PURE, "errors", "node:buffer", "node:crypto", "node:util"]);
    expect(
        forbidden(
            ({ from, to }) => PURE.includes(roomOf(from)) && !allowed.has(to.startsWith("node:") ? to : roomOf(to)),
        ),
    ).toEqual([]);
});

test("knowledge of the hosts does not reach up to the plans that are made with it", () => {
    const above: Readonly<Record<string, RegExp>> = {
        kubelet: /^plan\//,
        rkt: /^(plan|kubelet)\//,
        coreos: /^(plan|kubelet|spec|systemd)\//,
        systemd: /^(plan|kubelet|rkt|coreos|spec)\//,
        spec: /^(plan|kubelet|rkt|coreos)\//,
    };
    expect(forbidden(({ from, to }) => above[roomOf(from)]?.test(to) === true)).toEqual([]);
});

test("coreos knows rkt by its versions alone, which know nothing of coreos", () => {
    expect(forbidden(({ from, to }) => roomOf(from) === "coreos" && /^rkt\/(?!versions$)/.test(to))).toEqual([]);
    expect(forbidden(({ from, to }) => from === "rkt/versions.ts" && to !== "versions")).toEqual([]);
    expect(forbidden(({ from }) => from === "versions.ts")).toEqual([]);
});

test("only ssh and testing know ssh2", () => {
    expect(forbidden(({ from, to }) => to === "ssh2" && !["ssh", "testing"].includes(roomOf(from)))).toEqual([]);
});

test("only the resource files know @pulumi/pulumi", () => {
    const allowed = /^(index|provider|kubelet-(service|rollout|args|properties|rollout-args|rollout-hooks))$/;
    expect(forbidden(({ from, to }) => to.startsWith("@pulumi/") && !allowed.test(roomOf(from)))).toEqual([]);
});

test("the frozen thunks import types only", () => {
    expect(forbidden(({ from, isType }) => from === "provider.ts" && !isType)).toEqual([]);
});

test("ssh imports types of spec, and errors; host does not reach back to the runtime", () => {
    expect(forbidden(({ from, to }) => roomOf(from) === "ssh" && !/^(ssh|spec|errors|node:|ssh2)/.test(to))).toEqual(
        [],
    );
    expect(
        forbidden(({ from, to }) => roomOf(from) === "host" && /^(runtime|progress|index|kubelet-service)/.test(to)),
    ).toEqual([]);
});

test("an ssh_config is read beside everything else, by the package for it", () => {
    const allowed = /^(ssh-config(\/|$)|spec\/|ssh\/(known-hosts|private-key|public-key)$|node:)/;
    expect(forbidden(({ from, to }) => roomOf(from) === "ssh-config" && !allowed.test(to))).toEqual([]);
    expect(forbidden(({ from, to }) => roomOf(to) === "ssh-config" && roomOf(from) !== "ssh-config")).toEqual([]);
});

test("the simulated host stands on its own, but for what is known of the releases", () => {
    const allowed = /^(testing\/|\.|node:|ssh2$|versions$|coreos\/(by-release|generations|software)$)/;
    expect(forbidden(({ from, to }) => roomOf(from) === "testing" && !allowed.test(to))).toEqual([]);
});

test("gate reaches hosts and pure rooms; it is reached inside a hook only", () => {
    const allowed = /^(gate|host|plan|spec|rkt|kubelet|systemd|rollout|errors)$|^node:/;
    const isWithin = ({ from, to }: Import): boolean =>
        roomOf(from) !== "gate" || allowed.test(to.startsWith("node:") ? to : roomOf(to));
    expect(forbidden((one) => !isWithin(one))).toEqual([]);
    expect(forbidden(({ from, to, isType }) => roomOf(to) === "gate" && roomOf(from) !== "gate" && !isType)).toEqual(
        [],
    );
    const hooks = readFileSync(join(PROVIDER, "kubelet-rollout-hooks.ts"), "utf8");
    expect(hooks).toContain('import("./gate/index.js")');
});

test("what is told of a host that was seen is pure; only the command of the package looks, and begins nothing", () => {
    const pure = /^(inspect\/(advice|files|help|render|report|report-of|secrets|words)|errors|host\/illness)$/;
    const looks = /^(inspect|host|ssh|spec|errors)$|^node:/;
    const isWithin = ({ from, to, isType }: Import): boolean => {
        if (roomOf(from) !== "inspect" || isType) return true;
        if (/\/(index|arguments)\.ts$/.test(from)) return looks.test(to.startsWith("node:") ? to : roomOf(to));
        return PURE.includes(roomOf(to)) || pure.test(to);
    };
    expect(forbidden((one) => !isWithin(one))).toEqual([]);
    expect(forbidden(({ from, to }) => roomOf(to) === "inspect" && !/^(inspect\/|cli\.ts$)/.test(from))).toEqual([]);
    expect(forbidden(({ from, to }) => from === "cli.ts" && to !== "inspect")).toEqual([]);
    expect(forbidden(({ from, to }) => roomOf(from) === "inspect" && to === "host/converge")).toEqual([]);
});

test("what a program loads is neither a host's nor ssh2", () => {
    const reached = new Set<string>(["index"]);
    for (const file of reached) {
        for (const { from, to, isType } of all) if (from === `${file}.ts` && !isType) reached.add(to);
    }
    expect([...reached]).toContain("kubelet-rollout-hooks");
    expect([...reached].filter((file) => /^(ssh2|ssh|host|gate|runtime)(\/|$)/.test(file))).toEqual([]);
});

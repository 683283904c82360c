// What real ssh makes of the same texts, and a real way through a jump host.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { HopArgs } from "../../provider/spec/connection";
import { sshConnection } from "../../provider/ssh-config";
import { readInto, type Settings } from "../../provider/ssh-config/settings";
import { simulatedHost } from "../../provider/testing";
import { allLines, dialTest } from "../ssh/support/dialling";
import { HAS_KEYGEN } from "../ssh/support/keys";
import { home } from "./support";

interface Told {
    readonly hops: readonly Pick<HopArgs, "host" | "port" | "user">[];
    readonly identityFiles: readonly string[];
}

/** By `ssh -G`, from jump host to jump host as ssh itself goes. Undefined: ssh refuses, runs a command, or would go round for ever. */
function toldBySsh(file: string, alias: string, options: readonly string[] = [], depth = 0): Told | undefined {
    if (depth > 8) return undefined;
    const { stdout, status } = spawnSync("ssh", ["-G", "-F", file, ...options, alias], { encoding: "utf8" });
    if (status !== 0 || /^proxycommand /m.test(stdout)) return undefined;
    const all = (name: string): readonly string[] =>
        [...stdout.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, value = ""]) => value);
    const [host = "", user = "", port = "", jumps] = ["hostname", "user", "port", "proxyjump"].map(
        (name) => all(name)[0],
    );
    const own = { hops: [{ host, port: Number(port), user }], identityFiles: all("identityfile") };
    if (jumps === undefined || jumps === "none") return own;
    const [, others, jumpUser, jump = "", jumpPort] =
        /^(?:(.*),)?(?:([^@,]+)@)?([^@,:]+)(?::(\d+))?$/.exec(jumps) ?? [];
    const given = Object.entries({ "-l": jumpUser, "-p": jumpPort, "-J": others });
    const before = toldBySsh(
        file,
        jump,
        given.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
        depth + 1,
    );
    return before && { ...own, hops: [...before.hops, ...own.hops] };
}

function toldByUs(config: string, alias: string): Told | undefined {
    try {
        const { proxy = [], ...target } = sshConnection(alias, { config });
        const hops = [...(proxy as readonly HopArgs[]), target].map(({ host, port, user }) => ({ host, port, user }));
        const settings: Settings = new Map();
        readInto(settings, config, alias);
        return { hops: hops as Told["hops"], identityFiles: [...new Set(settings.get("identityfile"))] };
    } catch {
        return undefined;
    }
}

const from = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const NAMES = ["a", "b", "ab", "a.x", "b.x", "fe80::1%eth0"];
const pattern = from(...NAMES, "*", "?", "a*", "*.x", "!a", "!*.x", "B");
const setting = fc.oneof(
    fc.tuple(from("HostName", "hostname"), from("%h.x", "10.0.0.1", "Big.x", "c")),
    fc.tuple(from("User", "USER"), from("core", '"ops"', "%u")),
    fc.tuple(from("Port", "port"), from("23", "24")),
    fc.tuple(from("ProxyJump", "proxyjump"), from("j1", "j2", "u@j1:7", "j1,j2", "a.x,j1:9", "none")),
    fc.tuple(from("IdentityFile"), from("~/.ssh/k1", '"~/.ssh/k 2"', "none", "k3 # c")),
    fc.tuple(from("ProxyCommand"), from("none", "none", "nc %h")),
);
const block = fc.tuple(
    fc.oneof(
        fc.array(pattern, { minLength: 1, maxLength: 3 }).map((patterns) => `Host ${patterns.join(" ")}`),
        fc
            .tuple(from("host", "originalhost", "!host", "user"), fc.array(pattern, { minLength: 1, maxLength: 2 }))
            .map(([criterion, patterns]) => `Match ${criterion} ${patterns.join(",")}`),
        from("Match all"),
    ),
    fc.array(setting, { maxLength: 4 }),
);
const line = ([name, value]: readonly [string, string]): string =>
    `  ${name}${name === "USER" ? " = " : " "}${value}\n`;
// Without an end to it, most ways would lead in a circle.
const ends = from("", "Host j*\n  ProxyJump none\n", "Host j1\n  ProxyJump j2\nHost j2 a.x\n  ProxyJump none\n");
const config = fc
    .tuple(ends, fc.array(block, { maxLength: 4 }))
    .map(([end, blocks]) => end + blocks.map(([head, body]) => `${head}\n${body.map(line).join("")}`).join(""));

describe.skipIf(!HAS_KEYGEN)("ssh -G", () => {
    it("tells the same way and the same keys, of any config", () => {
        const folder = home();
        const file = join(folder, "config");
        let ways = 0;
        fc.assert(
            fc.property(config, from(...NAMES), (text, alias) => {
                writeFileSync(file, text);
                const wanted = toldBySsh(file, alias);
                if ((wanted?.hops.length ?? 0) > 1) ways += 1;
                const ours = toldByUs(text, alias);
                // Without a key of its own ssh names the usual ones.
                const keys = ours?.identityFiles.length === 0 ? wanted?.identityFiles : ours?.identityFiles;
                expect(ours && { ...ours, identityFiles: keys }).toEqual(wanted);
            }),
            { numRuns: 150 },
        );
        expect(ways).toBeGreaterThan(0);
    }, 60_000);
});

it("leads through a jump host that the config names, by the key and the known hosts of its files", async () => {
    const [jump, node] = [await simulatedHost(), await simulatedHost()];
    onTestFinished(async () => {
        await Promise.all([jump.stop(), node.stop()]);
    });
    const known = [jump, node].map((host) => `[127.0.0.1]:${host.connection.port} ${host.hostKey}\n`);
    home({
        ".ssh/config": `
Host node
    HostName 127.0.0.1
    Port ${node.connection.port}
    IdentityFile ~/.ssh/node
    ProxyJump jump
Host jump
    HostName 127.0.0.1
    Port ${jump.connection.port}
    IdentityFile ~/.ssh/jump
Host *
    User core
    IdentitiesOnly yes
`,
        ".ssh/node": node.connection.privateKey ?? "",
        ".ssh/jump": jump.connection.privateKey ?? "",
        ".ssh/known_hosts": known.join(""),
    });
    const { session, log } = await dialTest(sshConnection("node"));
    const said = await allLines(await session.exec("cat $PCK_ROOT/etc/machine-id"));
    expect(said).toEqual([node.machineId]);
    expect(jump.counters.forwarded).toBe(1);
    expect(log).toEqual([]);
    session.close();
});

// The command itself, as npm links it, against simulated hosts.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Inspected } from "../../provider/inspect/render";
import type { SimulatedHost } from "../../provider/testing";
import { created, host, LATE, OLD, reached, theirs } from "../life/kubelets";

const { bin, version } = createRequire(__filename)("../../package.json") as {
    readonly bin: Readonly<Record<string, string>>;
    readonly version: string;
};
const COMMAND = join(process.cwd(), bin["pulumi-coreos-kubelet"] ?? "");
const SECRET = "s3cret-value";

interface Ran {
    readonly code: number;
    readonly out: string;
    readonly err: string;
}

function command(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const options = { env: { PATH: process.env["PATH"], ...env } };
    return new Promise((resolve) => {
        execFile(COMMAND, args, options, (error, out, err) => {
            resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err });
        });
    });
}

const nameOf = (node: SimulatedHost): string => `core@127.0.0.1:${node.connection.port}`;

/** Looks at a host of ours, with its key in a file. */
function inspect(node: SimulatedHost, ...more: readonly string[]): Promise<Ran> {
    return command(["inspect", nameOf(node), "--identity", fileWith(node.connection.privateKey ?? ""), ...more]);
}

function fileWith(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), "inspect-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "file"), text, { mode: 0o600 });
    return join(folder, "file");
}

/** Everything that lies on a host, but for its processes and the notes that the stand-ins keep of their calls. */
function treeOf(node: SimulatedHost): Readonly<Record<string, string>> {
    const paths = readdirSync(node.root, { recursive: true, encoding: "utf8" }).filter(
        (path) => !/^proc\/|run\/stand-in/.test(path),
    );
    return Object.fromEntries(paths.map((path) => [path, shapeOf(join(node.root, path))]));
}

function shapeOf(path: string): string {
    const { mode, mtimeMs, ino } = lstatSync(path);
    const isLink = (mode & 0o170000) === 0o120000;
    const isFile = (mode & 0o170000) === 0o100000;
    const text = isLink ? readlinkSync(path) : isFile ? readFileSync(path, "base64") : "";
    return `${mode.toString(8)} ${mtimeMs} ${ino} ${text}`;
}

/** What the host has seen of us since. */
async function untouched(node: SimulatedHost, look: () => Promise<Ran>): Promise<Ran> {
    const [tree, events, { logins, channels }] = [treeOf(node), node.journal().length, { ...node.counters }];
    const ran = await look();
    expect(treeOf(node)).toEqual(tree);
    expect(node.journal()).toHaveLength(events);
    expect({ logins: node.counters.logins, channels: node.counters.channels }).toEqual({
        logins: logins + 1,
        channels: channels + 1,
    });
    return ran;
}

function seenIn({ out }: Ran): Inspected {
    const all = JSON.parse(out) as readonly Inspected[];
    expect(all).toHaveLength(1);
    return all[0] as Inspected;
}

test("a healthy kubelet of ours: by one log-in, changing nothing, without its secrets; as text and as JSON", async () => {
    const node = await host();
    const flags = { "volume-plugin-dir": `/etc/${SECRET}` };
    const unit = { restartSec: 0.1, environment: { TOKEN: SECRET } };
    await created(node, OLD, { unit, flags, rkt: { setEnv: { TOKEN: SECRET } } });
    const { code, out, err } = await untouched(node, () => inspect(node, "--host-key", node.hostKey));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n").slice(0, 5)).toEqual([
        nameOf(node),
        expect.stringMatching(/^ {2}host key {4}ssh-ed25519 SHA256:[\w+/]{43}$/),
        "  kubelet     runs and is healthy",
        expect.stringMatching(/^ {2}os {10}CoreOS 1185\.3\.0 .*, ships a kubelet-wrapper$/),
        "  software    rkt 1.14.0, systemd 231",
    ]);
    expect(out).toContain(`image       quay.io/coreos/hyperkube:${OLD}, pod `);
    expect(out).toContain("owner urn:mine, instance ");
    const json = await untouched(node, () => inspect(node, "--json"));
    expect(seenIn(json)).toMatchObject({
        host: nameOf(node),
        hostKey: { checked: false },
        error: null,
        report: {
            kubelet: { healthy: true, illness: null },
            unit: { standing: "ours", asRecorded: true, version: OLD },
            record: { state: "committed", owner: "urn:mine", images: [`quay.io/coreos/hyperkube:${OLD}`] },
            operation: null,
        },
    });
    expect(out + json.out).not.toContain(SECRET);
});

test("a bare host that ships no wrapper, by an ssh user's password; the key that it shows is told", async () => {
    const node = await host({ release: "899.17.0", password: "s3cret-password" });
    const args = ["inspect", nameOf(node), "--password-from-env", "PW"];
    const { code, out, err } = await untouched(node, () => command(args, { PW: "s3cret-password" }));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/ SHA256:[\w+/]{43} \(trusted on first use: /);
    expect(out).toContain("ships no kubelet-wrapper (older than 962.0.0)\n");
    expect(out).toContain("/opt/bin/kubelet-wrapper: not there yet\n");
    expect(out).toContain("record      none: nothing of ours is on this host\n");
});

test("a sick kubelet of somebody else", async () => {
    const node = await host({ images: { "v1.2.3_coreos.0": "never-healthy" } });
    await theirs(
        node,
        `[Service]\nEnvironment=KUBELET_VERSION=v1.2.3_coreos.0\nEnvironment=TOKEN=${SECRET}\nExecStart=/usr/lib/coreos/kubelet-wrapper --token=${SECRET}\n[Install]\nWantedBy=multi-user.target\n`,
    );
    await expect.poll(async () => seenIn(await inspect(node, "--json")).report?.pod?.tag).toBe("v1.2.3_coreos.0");
    const ran = await untouched(node, () => inspect(node, "--json"));
    expect(seenIn(ran).report).toMatchObject({
        kubelet: { healthy: false, illness: expect.stringMatching(/^healthz said: curl: .*500/) as string },
        unit: { standing: "foreign", settings: ["Environment", "ExecStart", "WantedBy"] },
        record: null,
    });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).not.toContain(SECRET);
    expect(seenIn(await inspect(node, "--json", "--healthz-port", "0")).report?.healthz).toBeNull();
});

test("an operation under way", async () => {
    const node = await host({ images: { [LATE]: "late:10" } });
    const making = created(node, LATE);
    await reached(node, "health");
    const { report } = seenIn(await inspect(node, "--json"));
    await making;
    expect(report).toMatchObject({
        record: { state: "armed", instance: null },
        operation: { owner: "urn:mine", seconds: expect.any(Number) as number },
        unit: { asRecorded: null },
    });
});

test("hosts that cannot be looked at: each says why, the others are told all the same, in the order asked for", async () => {
    const [node, other, closed] = [await host(), await host(), await host()];
    const { port } = closed.connection;
    await closed.refuseDials(true);
    const key = fileWith(node.connection.privateKey ?? "");
    const hosts = [`127.0.0.1:${port}`, nameOf(node), nameOf(other)];
    const { code, out, err } = await command(["inspect", ...hosts, "--identity", key]);
    expect(code).toBe(1);
    expect(out.split("\n\n").map((block) => block.split("\n")[0])).toEqual(hosts);
    expect(out).toContain(
        `error       127.0.0.1: connect: no connection to 127.0.0.1:${port} after 6 tries (connection refused). Nothing on the host was changed. Check that it is up and that sshd listens there.\n`,
    );
    expect(out).toContain("kubelet.service is inactive (dead)");
    expect(out).toMatch(/error {7}127\.0\.0\.1: log-in: .* refused core, tried key.*Give --identity, /);
    expect(err).toBe(`127.0.0.1: no connection to 127.0.0.1:${port} yet (connection refused), trying again\n`);
});

test("a host whose sudo refuses, one that shows another key than the known one, and one with a key of its own", async () => {
    const node = await host({ sudo: "refused" });
    const known = fileWith(`[127.0.0.1]:${node.connection.port} ${(await host()).hostKey}\n`);
    const refused = seenIn(await inspect(node, "--json"));
    expect(refused).toMatchObject({ error: { kind: "no-sudo" }, report: null });
    expect(refused.hostKey?.fingerprint).toMatch(/^ssh-ed25519 SHA256:/);
    const changed = await inspect(node, "--json", "--known-hosts", known);
    expect(seenIn(changed)).toMatchObject({ hostKey: null, error: { kind: "host-key-changed" }, report: null });
    expect(seenIn(changed).error?.message).toMatch(/If you expect this key, give it by --host-key, or mend /);
    expect(changed.code).toBe(1);
});

test("a host behind a jump host, whose key nobody vouches for", async () => {
    const node = await host();
    const jump = await host({
        authorizedKeys: [readFileSync(join(node.root, "home/core/.ssh/id_ed25519.pub"), "utf8")],
    });
    const { code, err } = await inspect(node, "--jump", nameOf(jump));
    expect(code).toBe(0);
    expect(jump.counters.forwarded).toBe(1);
    expect(err).toMatch(/: jump host 127\.0\.0\.1:\d+: host key not checked, .*SHA256:[\w+/]{43}\n$/);
});

test.each<readonly [what: string, args: readonly string[], err: string]>([
    ["no command", [], "pulumi-coreos-kubelet: no command; the only one is inspect (see --help)\n"],
    [
        "another command",
        ["look", "a"],
        "pulumi-coreos-kubelet: unknown command; the only one is inspect (see --help)\n",
    ],
    ["no host", ["inspect"], "inspect: no HOST is given (--help tells the usage)\n"],
    ["an option that is none", ["inspect", "a", "--x=y"], "inspect: Unknown option '--x' (--help tells the usage)\n"],
])("wrong usage: %s", async (_, args, err) => {
    expect(await command(args)).toEqual({ code: 2, out: "", err });
});

test("help", async () => {
    const { code, out, err } = await command(["--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^Usage: pulumi-coreos-kubelet inspect \[OPTION\]\.\.\. HOST\.\.\.\n/);
    expect(await command(["inspect", "-h"])).toEqual({ code, out, err });
});

test("a reader that goes before all is told is no error", async () => {
    const child = spawn(COMMAND, ["--help"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const errors: unknown[] = [];
    child.stderr.on("data", (data: Buffer) => errors.push(data.toString()));
    expect([await once(child, "close"), errors]).toEqual([[0, null], []]);
});

test("the version that a report of a bug names", async () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(await command(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

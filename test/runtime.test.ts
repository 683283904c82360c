// What is refused before a host is touched: each error says host, step, what happened, the host's state and what to do.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { HostError } from "../provider/errors";
import { check, create } from "../provider/runtime";
import { simulatedHost, type SimulatedHost, type SimulatedHostOptions } from "../provider/testing";
import { newKeyPair } from "../provider/testing/keys";

type Properties = Readonly<Record<string, unknown>>;

async function host(options: SimulatedHostOptions = {}): Promise<SimulatedHost> {
    const made = await simulatedHost(options);
    onTestFinished(() => made.stop());
    return made;
}

async function errorOf(node: SimulatedHost, more: Properties = {}): Promise<HostError> {
    const given = {
        connection: { ...node.connection, hostKey: node.hostKey },
        version: "v1.3.4_coreos.0",
        owner: "urn:mine",
        timeouts: { connect: 3, operation: 20 },
        ...more,
    };
    const { inputs, failures } = await check({}, given);
    expect(failures).toEqual([]);
    return create(inputs).then(
        () => expect.fail("it was not refused"),
        (error: unknown) => {
            if (error instanceof HostError) return error;
            throw error;
        },
    );
}

/** Every file under the host's root by name, kind and content; what the simulation itself keeps there aside. */
function picture(node: SimulatedHost): string {
    const own = ["./run", "./tmp", "./proc", "./etc/stand-in"];
    const aside = own.flatMap((path) => ["-path", path, "-prune", "-o"]);
    const files = ["-type", "f", "-exec", "sha256sum", "{}", ";"];
    const links = ["-type", "l", "-printf", "%p -> %l\\n"];
    const list = ["(", ...files, ")", "-o", "(", ...links, ")", "-o", "-type", "d", "-print"];
    const text = execFileSync("find", [".", ...aside, ...list], { cwd: node.root, encoding: "utf8" });
    return text.split("\n").sort().join("\n");
}

const UNIT = "etc/systemd/system/kubelet.service";

type Case = readonly [
    what: string,
    spoil: (node: SimulatedHost) => unknown,
    kind: HostError["kind"],
    message: RegExp,
    besides: { readonly with?: (node: SimulatedHost) => Properties; readonly options?: SimulatedHostOptions },
];

const nothing = (): void => undefined;
const on = (node: SimulatedHost, more: Properties): Properties => ({
    connection: { ...node.connection, hostKey: node.hostKey, ...more },
});

test.each<Case>([
    [
        "a host that nobody answers for",
        (node) => node.refuseDials(true),
        "unreachable",
        /^127\.0\.0\.1: connect: no connection .* \(connection refused\)\. Nothing on the host was changed by this attempt\. Check/,
        {},
    ],
    [
        "a key that the host does not take",
        nothing,
        "authentication",
        /^127\.0\.0\.1: log-in: .*publickey/,
        { with: (node) => on(node, { privateKey: newKeyPair().private, password: undefined }) },
    ],
    [
        "a host key that is not the pinned one",
        nothing,
        "host-key-changed",
        /^127\.0\.0\.1: host key: .*SHA256:.*SHA256:/,
        { with: (node) => on(node, { hostKey: newKeyPair().public }) },
    ],
    [
        "a host that is no CoreOS",
        (node) =>
            writeFileSync(join(node.root, "etc/os-release"), 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n'),
        "not-coreos",
        /debian.*Nothing on the host was changed\. Point the resource at a CoreOS host/i,
        {},
    ],
    [
        "a host without rkt",
        (node) => rmSync(join(node.root, "usr/bin/rkt")),
        "rkt-unusable",
        /rkt was not found on the host, but the release has 1\.14\.0\. Nothing on the host was changed/,
        {},
    ],
    [
        "an rkt that knows no fly",
        nothing,
        "rkt-unusable",
        /CoreOS 835\.13\.0: its rkt 0\.9\.0 has no fly.*Update the OS to 899\.10\.0 or newer/,
        { options: { release: "835.13.0" } },
    ],
    [
        "a masked unit",
        (node) => symlinkSync("/dev/null", join(node.root, UNIT)),
        "unit-masked",
        /kubelet\.service is masked\..*systemctl unmask kubelet\.service/,
        {},
    ],
    [
        "a unit that is a symlink",
        (node) => symlinkSync("/etc/kubelet.service", join(node.root, UNIT)),
        "unit-odd",
        /kubelet\.service is a symlink to \/etc\/kubelet\.service/,
        {},
    ],
    [
        "a unit that is a folder",
        (node) => mkdirSync(join(node.root, UNIT)),
        "unit-odd",
        /kubelet\.service is a folder, not a file/,
        {},
    ],
    [
        "a unit that is not ours",
        (node) => writeFileSync(join(node.root, UNIT), "[Service]\nEnvironment=TOKEN=s3cr3t\nExecStart=/bin/sleep 9\n"),
        "unit-foreign",
        /not ours \(owner unknown, sha256 [0-9a-f]{12}; it sets Environment, ExecStart\).*onExisting: "adopt"/,
        {},
    ],
    [
        "a volume whose source the host does not have",
        nothing,
        "source-missing",
        /the host has no \/nowhere, which a volume of RKT_OPTS names/,
        { with: () => ({ rkt: { volumes: [{ name: "own", source: "/nowhere", target: "/own" }] } }) },
    ],
    [
        "a wrapper that cannot be told what to run in the image",
        nothing,
        "image-unusable",
        /the wrapper of CoreOS 1185\.3\.0 does not read KUBELET_IMAGE_ARGS.*Nothing on the host was changed\. Take an image/,
        {
            with: () => ({
                version: "v1.17.0",
                image: { repository: "docker://k8s.gcr.io/hyperkube" },
                unit: { environment: { KUBELET_IMAGE_ARGS: "--exec=/usr/local/bin/kubelet" } },
            }),
            options: { release: "1185.3.0" },
        },
    ],
    [
        "options that its rkt does not know",
        nothing,
        "options-refused",
        /rkt\.options: --set-env-file: rkt 1\.8\.0 does not know it; it came with 1\.9\.0\. .*Leave it out, or update the OS/,
        {
            with: () => ({ rkt: { options: "--set-env-file=/etc/s3cr3t.env" } }),
            options: { release: "1122.3.0" },
        },
    ],
    [
        "a volume whose place its wrapper takes",
        nothing,
        "options-refused",
        /rkt\.volumes\[0\]\.target: on \/run stands the wrapper's own mount too, and this rkt does not start then/,
        { with: () => ({ rkt: { volumes: [{ name: "own", source: "/etc", target: "/run" }] } }) },
    ],
    [
        "a host with too little room",
        (node) =>
            writeFileSync(join(node.root, "usr/bin/df"), "#!/bin/sh\necho Avail\necho 20971520\n", { mode: 0o755 }),
        "no-space",
        /20 MiB are free under \/var\/lib, 64 MiB are needed/,
        {},
    ],
    [
        "a user who may not sudo without a password",
        nothing,
        "no-sudo",
        /sudo.*Nothing on the host was changed\. Allow the user `sudo -n bash`, set connection\.sudoPassword, or log in as root/,
        { options: { sudo: "refused" } },
    ],
])("%s", async (_, spoil, kind, message, { options, with: more }) => {
    const node = await host(options);
    await spoil(node);
    const before = picture(node);
    const error = await errorOf(node, more?.(node));
    expect([error.kind, error.message]).toEqual([kind, expect.stringMatching(message)]);
    expect(error.message.length).toBeLessThan(500);
    expect(error.message).not.toContain("s3cr3t");
    expect(picture(node)).toBe(before);
    expect(node.kubeletStarts()).toEqual([]);
});

test("what the host makes of the options otherwise than they seem is told, before it is touched", async () => {
    const node = await host();
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    onTestFinished(() => log.mockRestore());
    const more = { rkt: { options: "--dns=host" }, unit: { restartSec: 0.1 }, health: { minReadySeconds: 1 } };
    const given = { connection: { ...node.connection, hostKey: node.hostKey }, version: "v1.3.4_coreos.0", ...more };
    await create((await check({}, given)).inputs);
    const lines = log.mock.calls.map(([line]) => String(line));
    const warning = "127.0.0.1: rkt.options: --dns=host: rkt 1.14.0 writes it as the address of a server";
    expect(lines.filter((line) => line.startsWith(warning))).toHaveLength(1);
    expect(lines.findIndex((line) => line.startsWith(warning))).toBe(1);
    expect(node.kubeletStarts()).toHaveLength(1);
});

test("another owner's operation: who, which and since when is said, and it goes on", async () => {
    const node = await host({ images: { "v1.3.4_coreos.0": "slow-fetch:5" } });
    const given = { connection: { ...node.connection }, version: "v1.3.4_coreos.0", owner: "urn:theirs" };
    const theirs = create({ ...given, unit: { restartSec: 0.1 }, health: { minReadySeconds: 1 } });
    await expect
        .poll(() => node.run('cat "$PCK_ROOT/run/pulumi-coreos-kubelet/lock"'))
        .toMatchObject({
            stdout: expect.stringMatching(/urn/) as string,
        });
    const error = await errorOf(node);
    expect(error.kind).toBe("owner-foreign");
    expect(error.message).toMatch(/operation [0-9a-f]{16} of urn:theirs has run there for [0-9]+ s\./);
    await theirs;
    expect(node.kubeletStarts()).toHaveLength(1);
});

test("check shows each warning once, also of the change from the inputs before", async () => {
    const log = vi.spyOn(console, "log").mockReturnValue(undefined);
    onTestFinished(() => log.mockRestore());
    const given = { connection: { host: "node-1" }, apiServers: "http://a" };
    const olds = { ...given, version: "v1.2.0_coreos.0" };
    const news = { ...given, version: "v1.4.0_coreos.0" };
    expect((await check(olds, news)).failures).toEqual([]);
    expect(log.mock.calls).toEqual([
        [
            "node-1: version: goes from Kubernetes 1.2 to 1.4 and skips 1.3: a node may be two minors older than its API server, never newer",
        ],
        [
            "node-1: apiServers: --api-servers becomes deprecated (in Kubernetes 1.4) and gone from 1.8 on: use kubeconfig",
        ],
    ]);
    log.mockClear();
    expect((await check(olds, { ...news, onVersionJump: "refuse" })).failures).toHaveLength(1);
    expect(log).not.toHaveBeenCalled();
});

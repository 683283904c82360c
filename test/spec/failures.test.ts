import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { specOf } from "../../provider/spec/defaults";
import { failuresOf, warningsOf } from "../../provider/spec/failures";
import { UNKNOWN } from "../../provider/spec/unknown";
import {
    EVERYTHING,
    type Fields,
    HOST_KEY,
    LEAST,
    mangled,
    odd,
    openSshKey,
    pathsIn,
    unknownSomewhere,
    withAt,
} from "./support";

type Case = readonly [what: string, path: string, value: unknown, failure: string];

const at = (path: string): (string | number)[] =>
    path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));

function reasonsFor(path: string, value: unknown): readonly string[] {
    const inputs = withAt(EVERYTHING, at(path), value) as Fields;
    return failuresOf(inputs).map(({ property, reason }) =>
        property === undefined ? reason : `[${property}] ${reason}`,
    );
}

describe("what is right", () => {
    it.each([
        ["every field", EVERYTHING],
        ["the least", LEAST],
    ])("%s", (_, inputs) => {
        expect(failuresOf(inputs)).toEqual([]);
    });

    it.each<readonly [string, string, unknown]>([
        ["a port that is not known yet", "connection.port", UNKNOWN],
        ["a whole connection that is not known yet", "connection", UNKNOWN],
        ["an unknown item of a list", "apiServers", [UNKNOWN]],
        ["an unknown key with a known passphrase", "connection.privateKey", UNKNOWN],
        ["an unknown passphrase of an encrypted key", "connection.privateKeyPassword", UNKNOWN],
        ["null, as good as absent", "rkt", null],
        ["null in a group", "health", { port: null }],
        ["a host key with a line break at its end", "connection.hostKey", `${HOST_KEY}\n`],
        ["a host key as ssh-keyscan prints it", "connection.hostKey", `10.0.0.11 ${HOST_KEY}`],
        ["a key that is not encrypted", "connection.privateKey", openSshKey("none")],
        [
            "no time for healthz, its deadline unknown",
            "health",
            { minReadySeconds: 400, progressDeadlineSeconds: UNKNOWN },
        ],
        ["a restart time that is not known yet", "unit.restartSec", UNKNOWN],
        ["one jump host", "connection.proxy", { host: "jump", knownHosts: "jump k" }],
        ["one list of API servers", "apiServers", "http://127.0.0.1:8080"],
        ["a device as a relation", "unit.after", ["dev-sda\\x2d1.device", "a@b.service"]],
    ])("%s", (_, path, value) => {
        expect(reasonsFor(path, value)).toEqual([]);
    });
});

describe("what is refused, and how it is said", () => {
    it.each<Case>([
        ["no connection", "connection", undefined, "connection: is missing"],
        ["no host", "connection.host", undefined, "connection.host: is missing"],
        [
            "an empty host",
            "connection.host",
            "",
            "connection.host: must be a DNS name or an address alone, without user, port, brackets or white space",
        ],
        [
            "a user in the host",
            "connection.host",
            "core@10.0.0.11",
            "connection.host: must be a DNS name or an address alone, without user, port, brackets or white space",
        ],
        ["port 0", "connection.port", 0, "connection.port: must be a whole number from 1 to 65535"],
        ["a port as text", "connection.port", "22", "connection.port: must be a number"],
        [
            "a line break in a password",
            "connection.password",
            "secret\n",
            "connection.password: cannot hold line breaks, NUL or other control characters",
        ],
        [
            "hostKey and knownHosts",
            "connection.knownHosts",
            "10.0.0.11 x",
            "connection.hostKey: excludes knownHosts: give one of the two",
        ],
        [
            "hostKey and knownHosts of a jump host",
            "connection.proxy.0.hostKey",
            HOST_KEY,
            "connection.proxy[0].hostKey: excludes knownHosts: give one of the two",
        ],
        [
            "a fingerprint for a host key",
            "connection.hostKey",
            "SHA256:abc",
            "connection.hostKey: is a fingerprint: must be type and base64, such as ssh-ed25519 AAAA…, as ssh-keyscan prints them",
        ],
        [
            "two host keys",
            "connection.hostKey",
            `${HOST_KEY}\n${HOST_KEY}`,
            "connection.hostKey: must be one line: for several keys there is knownHosts",
        ],
        [
            "an encrypted key without passphrase",
            "connection.privateKeyPassword",
            undefined,
            "connection.privateKey: is encrypted: give its passphrase as privateKeyPassword",
        ],
        [
            "a misspelt field",
            "connection.privatKey",
            "secret",
            "connection.privatKey: is no argument here; did you mean privateKey?",
        ],
        ["a jump host's jump host", "connection.proxy.0.proxy", {}, "connection.proxy[0].proxy: is no argument here"],
        ["a misspelt argument, which may be secret", "flag", {}, "flag: is no argument here; did you mean flags?"],
        ["a version that is no text", "version", 1.3, "[version] must be a text"],
        [
            "a tag in the repository",
            "image.repository",
            "quay.io/coreos/hyperkube:v1",
            "image.repository: cannot hold a tag: that is version",
        ],
        [
            "signatures of docker images",
            "image.trust",
            "keys-from-https",
            'image.trust: docker:// images carry no signature that rkt could check: leave it out, or set "insecure"',
        ],
        ["a relative path", "cniBinDir", "opt/cni", "[cniBinDir] must be an absolute path"],
        ["a key in place of its path", "tlsPrivateKeyFile", "MII…", "tlsPrivateKeyFile: must be an absolute path"],
        [
            "a label's odd value",
            "nodeLabels",
            { zone: "a,b" },
            "nodeLabels.zone: must be a label's value: up to 63 of A-Z a-z 0-9 - _ .",
        ],
        ["a label's odd name", "nodeLabels", { "a,b": "x" }, 'nodeLabels."a,b": must be named like a label'],
        [
            "a line break in a list of hosts",
            "apiServers",
            ["http://a\nb"],
            "apiServers[0]: cannot hold line breaks, NUL or other control characters",
        ],
        [
            "a flag that is an object",
            "flags",
            { v: {} },
            "flags.v: must be a text, a number, true, false or a list of texts",
        ],
        ["NUL in a flag", "flags", { v: "\0" }, "flags.v: must be a text, a number, true, false or a list of texts"],
        ["an odd name of a variable", "rkt.setEnv", { "A-B": "x" }, "rkt.setEnv.A-B: must be named like a variable"],
        [
            "a variable that version writes",
            "unit.environment",
            { KUBELET_VERSION: "x" },
            "unit.environment.KUBELET_VERSION: is what version is for",
        ],
        [
            "a description that eats the next line",
            "unit.description",
            "kubelet\\",
            "unit.description: cannot end with a backslash: systemd would join the next line to it",
        ],
        [
            "a command that eats the next line",
            "unit.execStartPre",
            ["/bin/true \\"],
            "unit.execStartPre[0]: cannot end with a backslash: systemd would join the next line to it",
        ],
        [
            "a relation without a suffix",
            "unit.after",
            ["docker"],
            "unit.after[0]: must be the name of a unit, with its suffix",
        ],
        [
            "an unknown word",
            "unit.restart",
            "sometimes",
            "unit.restart: must be one of no, always, on-success, on-failure, on-abnormal, on-abort, on-watchdog",
        ],
        [
            "a time that systemd cannot read",
            "unit.restartSec",
            1e-7,
            "unit.restartSec: must be seconds, 0 to 86400, in steps of 0.001",
        ],
        ["a volume without a target", "rkt.volumes.0.target", undefined, "rkt.volumes[0].target: is missing"],
        ["triggers that are no list", "triggers", "x", "triggers: must be a list"],
        ...["__pulumiAsset", "__pulumiArchive"].map(
            (mark) =>
                [
                    `triggers that hold ${mark}`,
                    "triggers",
                    ["a", { files: [{ [mark]: true, path: "/etc/x" }] }],
                    "triggers[1]: holds an asset or an archive, which cannot be compared: give a hash of its content",
                ] as const,
        ),
        ["health as a whole switched off", "health", false, "health: must be an object"],
        ["healthz that is true", "health.port", true, "health.port: must be a port from 1 to 65535, or false"],
        ["no time", "timeouts.connect", 0, "timeouts.connect: must be seconds, more than 0 and at most 86400"],
        [
            "a time beyond Node's timers",
            "timeouts.operation",
            3e6,
            "timeouts.operation: must be seconds, more than 0 and at most 86400",
        ],
        ["another onDelete", "onDelete", "destroy", "[onDelete] must be one of restore, remove, retain"],
        ["another onVersionJump", "onVersionJump", "allow", "[onVersionJump] must be one of warn, refuse"],
    ])("%s", (_, path, value, failure) => {
        expect(reasonsFor(path, value)).toEqual([failure]);
    });

    it("all at once, each once", () => {
        const inputs = { ...LEAST, onDelete: "x", timeouts: { fetch: 0 }, health: { port: 0 } };
        expect(failuresOf(inputs)).toHaveLength(3);
    });
});

describe("properties", () => {
    it("never throws on any JSON", () => {
        const json = fc.dictionary(fc.string(), fc.jsonValue());
        fc.assert(fc.property(fc.oneof(json, mangled(odd)), (inputs) => void failuresOf(inputs)));
    });

    it("passes whatever is unknown", () => {
        fc.assert(
            fc.property(unknownSomewhere, (inputs) => {
                expect(failuresOf(inputs)).toEqual([]);
            }),
        );
    });

    it("tells no value, at whatever place it stands: the engine prints reasons, and the value of a named property", () => {
        const MARK = "s3cr3t-m4rk";
        const marked = [`${MARK}\n`, `${MARK} \0`, [MARK], { x: MARK }, `/${MARK}\u0007`];
        for (const path of pathsIn(EVERYTHING)) {
            for (const value of marked) {
                for (const { property, reason } of failuresOf(withAt(EVERYTHING, path, value) as Fields)) {
                    expect(reason).not.toContain(MARK);
                    expect(reason).not.toMatch(/\p{Cc}/u);
                    if (MAY_BE_SECRET.has(String(path[0]))) expect(property).toBeUndefined();
                }
            }
        }
    });

    it("tells no odd name, which may be a value at the wrong place", () => {
        const key = openSshKey("none");
        const [failure] = failuresOf({ ...LEAST, [key]: true });
        expect(failure).toEqual({ reason: '"-----BEGIN OPENSSH P": is no argument here' });
    });

    const MAY_BE_SECRET = new Set([
        "connection",
        "flags",
        "rkt",
        "unit",
        "triggers",
        "apiServers",
        "image",
        "kubeconfig",
    ]);
});

describe("warningsOf", () => {
    it.each([
        [10, 10, 1],
        [10, 11, 0],
        [0, 5, 0],
    ])("restartSec %d, minReadySeconds %d: %d warnings", (restartSec, minReadySeconds, count) => {
        const inputs = { connection: { host: "a" }, version: "v1", unit: { restartSec }, health: { minReadySeconds } };
        expect(warningsOf(specOf(inputs))).toHaveLength(count);
    });
});

// Arguments for tests, and generators of them.
import fc from "fast-check";
import { UNKNOWN } from "../../provider/spec/unknown";

export type Fields = Readonly<Record<string, unknown>>;

/** Bytes of an OpenSSH private key's header, as a key file. Source: openssh-portable PROTOCOL.key. */
export function openSshKey(cipher: string): string {
    const name = Buffer.from(cipher);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(name.length);
    const body = Buffer.concat([Buffer.from("openssh-key-v1\0"), length, name, Buffer.alloc(200, 7)]);
    const lines = body.toString("base64").match(/.{1,70}/g) ?? [];
    return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n");
}

export const HOST_KEY = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from("ssh-ed25519"), Buffer.alloc(36, 9)]).toString("base64")}`;

/** Arguments that use every field. */
export const EVERYTHING: Fields = {
    connection: {
        host: "10.0.0.11",
        port: 2222,
        user: "core",
        password: "hunter2",
        privateKey: openSshKey("aes256-ctr"),
        privateKeyPassword: "passphrase",
        agentSocketPath: "/run/agent",
        hostKey: HOST_KEY,
        dialErrorLimit: -1,
        perDialTimeout: 0,
        sudoPassword: "hunter3",
        proxy: [{ host: "jump", knownHosts: `jump ${HOST_KEY}\n` }],
    },
    version: "v1.4.6_coreos.0",
    image: { repository: "docker://quay.io:5000/coreos/hyperkube", trust: "insecure" },
    apiServers: ["http://127.0.0.1:8080"],
    kubeconfig: "/etc/kubernetes/kubeconfig",
    podManifestPath: "",
    hostnameOverride: "10.0.0.11",
    clusterDns: "10.3.0.10",
    clusterDomain: "cluster.local",
    nodeLabels: { "example.com/zone": "a", rack: "" },
    registerNode: true,
    allowPrivileged: true,
    networkPlugin: "cni",
    cniConfDir: "/etc/kubernetes/cni/net.d",
    cniBinDir: "/opt/cni/bin",
    tlsCertFile: "/etc/kubernetes/ssl/worker.pem",
    tlsPrivateKeyFile: "/etc/kubernetes/ssl/worker-key.pem",
    flags: {
        v: 2,
        "eviction-hard": "memory.available<100Mi",
        "feature-gates": ["A=true", "B=true"],
        "lock-file": false,
    },
    rkt: {
        hostDns: true,
        iscsi: true,
        containerLogs: true,
        volumes: [
            {
                name: "modprobe",
                source: "/usr/sbin/modprobe",
                target: "/usr/sbin/modprobe",
                readOnly: true,
                recursive: false,
            },
        ],
        setEnv: { HTTP_PROXY: "http://proxy:3128" },
        options: "--hosts-entry=host",
    },
    unit: {
        description: "The 100% kubelet",
        after: ["docker.service"],
        wants: [],
        requires: ["docker.service"],
        wantedBy: ["multi-user.target"],
        environment: { TOKEN: "s3cret" },
        execStartPre: ["-/usr/bin/mkdir -p /opt/cni/bin"],
        restart: "on-failure",
        restartSec: 2.5,
    },
    triggers: ["sha256:…", 1, { a: null }],
    health: { port: false, minReadySeconds: 20, progressDeadlineSeconds: 60 },
    timeouts: { connect: 10, fetch: 20, operation: 30 },
    onExisting: "adopt",
    onPendingReboot: "wait",
    onDelete: "retain",
    onVersionJump: "warn",
    owner: "urn:pulumi:dev::p::pulumi-nodejs:dynamic/coreos:KubeletService::node",
    unitText: "",
    __provider: "exports.handler = …",
};

/** The least that is an argument. */
export const LEAST: Fields = { connection: { host: "10.0.0.11" }, version: "v1.3.4_coreos.0" };

/** A copy with one value at a path replaced; undefined takes it away. */
export function withAt(inputs: unknown, path: readonly (string | number)[], value: unknown): unknown {
    const [first, ...rest] = path;
    if (first === undefined) return value;
    if (Array.isArray(inputs))
        return inputs.map((item, at) => (at === first ? withAt(item, rest, value) : (item as unknown)));
    if (inputs !== undefined && (typeof inputs !== "object" || inputs === null)) return inputs;
    const fields = (inputs ?? {}) as Fields;
    return { ...fields, [first]: withAt(fields[first], rest, value) };
}

/** Every path into a value, the deepest too. */
export function pathsIn(value: unknown): readonly (readonly (string | number)[])[] {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => {
        const step = Array.isArray(value) ? Number(key) : key;
        return [[step], ...pathsIn(item).map((path) => [step, ...path])];
    });
}

const somewhere = fc.constantFrom(...pathsIn(EVERYTHING));

/** Everything, with some values, at any depth, replaced by others of any kind. */
export function mangled(values: fc.Arbitrary<unknown>): fc.Arbitrary<Fields> {
    return fc
        .array(fc.tuple(somewhere, values), { minLength: 1, maxLength: 4 })
        .map((changes) => changes.reduce((inputs, [path, value]) => withAt(inputs, path, value) as Fields, EVERYTHING));
}

/** Values that programs pass by mistake, and such as only an attacker would. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.constantFrom<unknown>(
        null,
        UNKNOWN,
        "",
        "\n",
        "\0",
        "a\nb",
        "a b",
        "\\",
        "%n $x",
        "\ud800",
        -1,
        1e300,
        [],
        {},
        [null],
        true,
    ),
);

export const unknownSomewhere: fc.Arbitrary<Fields> = mangled(fc.constant(UNKNOWN));

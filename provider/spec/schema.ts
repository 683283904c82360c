import type { Rule } from "./judge";

const text = (problem?: (value: string) => string | undefined): Rule => ({ is: "text", ...(problem && { problem }) });
const number = (problem: (value: number) => string | undefined): Rule => ({ is: "number", problem });
const listOf = (of: Rule): Rule => ({ is: "list", of });
const mapOf = (of: Rule, name?: (name: string) => string | undefined): Rule => ({
    is: "map",
    of,
    ...(name && { name }),
});
const fields = (rules: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule => ({
    is: "fields",
    fields: rules,
    required,
});
const either = (expected: string, ...rules: readonly Rule[]): Rule => ({ is: "either", expected, rules });
const oneOf = (...words: readonly string[]): Rule =>
    text((value) => (words.includes(value) ? undefined : `must be one of ${words.join(", ")}`));

const anything: Rule = { is: "anything" };
const boolean: Rule = { is: "boolean" };
const multiline: Rule = { is: "text", multiline: true };
const filled = text((value) => (value.trim() === "" ? "must not be empty" : undefined));
const word = text((value) => (/^\S+$/.test(value) ? undefined : "must be one word, without white space"));
const absolute = text((value) => (value.startsWith("/") ? undefined : "must be an absolute path"));
const absoluteOrNone = text((value) =>
    value === "" || value.startsWith("/") ? undefined : "must be an absolute path",
);
const port = number((value) =>
    Number.isInteger(value) && value >= 1 && value <= 65535 ? undefined : "must be 1 to 65535",
);
const seconds = number((value) => (value > 0 ? undefined : "must be seconds, more than 0"));
const secondsOrNone = number((value) => (value >= 0 ? undefined : "must be seconds, 0 or more"));
const variable = (name: string): string | undefined =>
    /^[A-Za-z_]\w*$/.test(name) ? undefined : "must be named like variables";

const hop: Readonly<Record<string, Rule>> = {
    host: word,
    port,
    user: word,
    password: multiline,
    privateKey: multiline,
    privateKeyPassword: multiline,
    agentSocketPath: text(),
    hostKey: text(),
    knownHosts: multiline,
    dialErrorLimit: number((value) =>
        Number.isInteger(value) && value >= -1 ? undefined : "must be a whole number from -1 on",
    ),
    perDialTimeout: secondsOrNone,
};

const connection = fields(
    { ...hop, proxy: either("a jump host or a list of them", fields(hop, ["host"]), listOf(fields(hop, ["host"]))) },
    ["host"],
);

const volume = fields({ name: word, source: absolute, target: absolute, readOnly: boolean, recursive: boolean }, [
    "name",
    "source",
    "target",
]);

const oneOrMore = either("a text or a list of texts", word, listOf(word));

/** Every argument of a KubeletService, and what it may be. */
export const ARGUMENTS: Rule = fields(
    {
        connection,
        version: text(),
        image: fields({ repository: word, trust: oneOf("keys-from-https", "insecure") }),
        apiServers: oneOrMore,
        kubeconfig: absolute,
        podManifestPath: absoluteOrNone,
        hostnameOverride: word,
        clusterDns: oneOrMore,
        clusterDomain: word,
        nodeLabels: mapOf(text()),
        registerNode: boolean,
        allowPrivileged: boolean,
        networkPlugin: text(),
        cniConfDir: absolute,
        cniBinDir: absolute,
        tlsCertFile: absolute,
        tlsPrivateKeyFile: absolute,
        flags: mapOf(
            either(
                "a text, a number, true, false or a list of texts",
                text(),
                number(() => undefined),
                boolean,
                listOf(text()),
            ),
        ),
        rkt: fields({
            hostDns: boolean,
            iscsi: boolean,
            containerLogs: boolean,
            volumes: listOf(volume),
            setEnv: mapOf(text(), variable),
            options: text(),
        }),
        unit: fields({
            description: filled,
            after: listOf(word),
            wants: listOf(word),
            requires: listOf(word),
            wantedBy: listOf(
                text((value) => (/^[\w@:.-]+\.(target|service)$/.test(value) ? undefined : "must be a unit's name")),
            ),
            environment: mapOf(text(), variable),
            execStartPre: listOf(filled),
            restart: oneOf("no", "always", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog"),
            restartSec: secondsOrNone,
        }),
        triggers: listOf(anything),
        health: fields({
            port: either("a port or false", port, { is: "boolean" }),
            minReadySeconds: secondsOrNone,
            progressDeadlineSeconds: seconds,
        }),
        timeouts: fields({ connect: seconds, fetch: seconds, operation: seconds }),
        onExisting: oneOf("refuse", "adopt"),
        onDelete: oneOf("restore", "remove", "retain"),
        owner: anything,
        unitText: anything,
        __provider: anything,
    },
    ["connection", "version"],
);

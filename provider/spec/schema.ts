import { isInternal, type KubeletServiceInputs } from "./args";
import type { HopArgs } from "./connection";
import type { Rule } from "./judge";
import { publicKeyProblem } from "./public-key";
import * as rule from "./rules";

const hop: Readonly<Record<keyof HopArgs, Rule>> = {
    host: rule.address,
    port: rule.port,
    user: rule.word,
    password: rule.text(),
    privateKey: rule.multiline(),
    privateKeyPassword: rule.text(),
    agentSocketPath: rule.text(),
    hostKey: rule.multiline(publicKeyProblem),
    knownHosts: rule.multiline(),
    dialErrorLimit: rule.dialErrors,
    perDialTimeout: rule.secondsOrNone,
};

const jump = rule.fields(hop, ["host"]);

const connection = rule.fields(
    { ...hop, sudoPassword: rule.text(), proxy: rule.either("a jump host or a list of them", jump, rule.listOf(jump)) },
    ["host"],
);

const flag = rule.either(
    "a text, a number, true, false or a list of texts",
    rule.text(),
    rule.number(() => undefined),
    rule.boolean,
    rule.listOf(rule.text()),
);

const kubelet = {
    apiServers: rule.oneOrMoreWords,
    kubeconfig: rule.absolutePath,
    podManifestPath: rule.absolutePathOrNone,
    hostnameOverride: rule.word,
    clusterDns: rule.oneOrMoreWords,
    clusterDomain: rule.word,
    nodeLabels: rule.mapOf(rule.labelValue, rule.labelName),
    registerNode: rule.boolean,
    allowPrivileged: rule.boolean,
    networkPlugin: rule.text(),
    cniConfDir: rule.absolutePath,
    cniBinDir: rule.absolutePath,
    tlsCertFile: rule.absolutePath,
    tlsPrivateKeyFile: rule.absolutePath,
    flags: rule.mapOf(flag),
};

const volume = rule.fields(
    {
        name: rule.word,
        source: rule.absolutePath,
        target: rule.absolutePath,
        readOnly: rule.boolean,
        recursive: rule.boolean,
    },
    ["name", "source", "target"],
);

const rkt = rule.fields({
    hostDns: rule.boolean,
    iscsi: rule.boolean,
    containerLogs: rule.boolean,
    volumes: rule.listOf(volume),
    setEnv: rule.mapOf(rule.text(), rule.variableName),
    options: rule.text(),
});

const unit = rule.fields({
    description: rule.lineEnd,
    after: rule.listOf(rule.unitName),
    wants: rule.listOf(rule.unitName),
    requires: rule.listOf(rule.unitName),
    wantedBy: rule.listOf(rule.wantingUnit),
    environment: rule.mapOf(rule.text(), rule.wrapperVariable),
    execStartPre: rule.listOf(rule.lineEnd),
    restart: rule.oneOf("no", "always", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog"),
    restartSec: rule.secondsOrNone,
});

const table: Readonly<Record<keyof KubeletServiceInputs, Rule>> = {
    ...kubelet,
    connection,
    version: rule.text(),
    image: rule.fields({ repository: rule.repository, trust: rule.oneOf("keys-from-https", "insecure") }),
    rkt,
    unit,
    triggers: rule.listOf(rule.comparable),
    health: rule.fields({
        port: rule.either("a port from 1 to 65535, or false", rule.port, rule.boolean),
        minReadySeconds: rule.secondsOrNone,
        progressDeadlineSeconds: rule.seconds,
    }),
    timeouts: rule.fields({ connect: rule.seconds, fetch: rule.seconds, operation: rule.seconds }),
    onExisting: rule.oneOf("refuse", "adopt"),
    onPendingReboot: rule.oneOf("refuse", "wait", "ignore"),
    onDelete: rule.oneOf("restore", "remove", "retain"),
    onVersionJump: rule.oneOf("warn", "refuse"),
    owner: rule.anything,
    unitText: rule.anything,
    __provider: rule.anything,
};

/** Every argument of a KubeletService, and what it may be. */
export const ARGUMENTS: Rule = rule.fields(table, ["connection", "version"]);

/** The names of what a program may give. */
export const ARGUMENT_NAMES: readonly string[] = Object.keys(table).filter((name) => !isInternal(name));

import { judge, type Finding } from "./judge";
import { keyProblem } from "./private-key";
import { ARGUMENTS } from "./schema";
import type { Spec } from "./spec";
import { isUnknown } from "./unknown";

/** Why inputs are refused. Without `property` where its value may be secret: the engine prints the value of a named one. */
export interface Failure {
    readonly property?: string;
    readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Arguments that no secret strays into. Not the groups, where one may stand in a field of any name; not the paths of
 * secret files, where the file's text is given by mistake.
 */
const SHOWABLE: ReadonlySet<string> = new Set([
    "version",
    "podManifestPath",
    "hostnameOverride",
    "clusterDns",
    "clusterDomain",
    "registerNode",
    "allowPrivileged",
    "networkPlugin",
    "cniConfDir",
    "cniBinDir",
    "onExisting",
    "onPendingReboot",
    "onDelete",
    "onVersionJump",
]);

/** A failure of the argument at a path such as `rkt.volumes[0].name`. The reason must not hold the argument's value. */
export function failureAt(path: string, reason: string): Failure {
    return SHOWABLE.has(path) ? { property: path, reason } : { reason: warningAt(path, reason) };
}

/** A sentence about the argument at a path. It must not hold the argument's value. */
export function warningAt(path: string, sentence: string): string {
    // The names in a path are the program's: they must not move the operator's cursor.
    return `${path.slice(0, 200).replace(/[^ -~]/g, "?")}: ${sentence}`;
}

/** Everything wrong with the shape and the values of inputs. Unknown values pass. Never holds a value. */
export function failuresOf(inputs: Fields): readonly Failure[] {
    const findings = [...judge(inputs, ARGUMENTS, ""), ...togetherOf(inputs)];
    return findings.map(({ path, reason }) => failureAt(path, reason));
}

/** Seconds that an operation takes beside its fetch and what it waits for. */
const REST = 60;

/** What is allowed and yet does not do what it seems to. */
export function warningsOf({ health, unit, timeouts }: Spec): readonly string[] {
    const { minReadySeconds, progressDeadlineSeconds } = health;
    const found: string[] = [];
    if (minReadySeconds <= unit.restartSec) {
        found.push(
            `health.minReadySeconds (${minReadySeconds}) is not above unit.restartSec (${unit.restartSec}): it proves nothing, since a kubelet that crashes is not seen to be started again`,
        );
    }
    // The way back is watched for as long as the way forward.
    const longest = timeouts.fetch + 2 * progressDeadlineSeconds + REST;
    if (timeouts.operation < longest) {
        found.push(
            `timeouts.operation (${timeouts.operation}) may end before the operation on the host does, which then goes on unheard: timeouts.fetch, twice health.progressDeadlineSeconds and a minute are ${longest}`,
        );
    }
    return found;
}

/** Rules about several arguments at once. */
function togetherOf(inputs: Fields): readonly Finding[] {
    const connection = fieldsOf(inputs["connection"]);
    const { proxy } = connection;
    const jumps: readonly unknown[] = Array.isArray(proxy) ? proxy : [proxy];
    const at = (index: number): string => (Array.isArray(proxy) ? `connection.proxy[${index}]` : "connection.proxy");
    return [
        ...hopFindings(connection, "connection"),
        ...jumps.flatMap((jump, index) => hopFindings(fieldsOf(jump), at(index))),
        ...imageFindings(fieldsOf(inputs["image"])),
        ...(fieldsOf(inputs["health"])["port"] === true ? [{ path: "health.port", reason: NO_PORT }] : []),
    ];
}

function hopFindings(
    { hostKey, knownHosts, privateKey, privateKeyPassword }: Fields,
    path: string,
): readonly Finding[] {
    const found: Finding[] = [];
    if (isGiven(hostKey) && isGiven(knownHosts)) {
        found.push({ path: `${path}.hostKey`, reason: "excludes knownHosts: give one of the two" });
    }
    if (typeof privateKey === "string" && !isUnknown(privateKey)) {
        const problem = keyProblem(privateKey, isGiven(privateKeyPassword));
        if (problem !== undefined) found.push({ path: `${path}.privateKey`, reason: problem });
    }
    return found;
}

/** Jump hosts that a resource may not go through; a single look may, with a word about it. */
export function unvouchedIn(inputs: Fields): readonly Finding[] {
    const { proxy } = fieldsOf(inputs["connection"]);
    if (!Array.isArray(proxy)) return isVouchedFor(proxy) ? [] : [{ path: "connection.proxy", reason: UNVOUCHED }];
    return proxy.flatMap((jump, index) =>
        isVouchedFor(jump) ? [] : [{ path: `connection.proxy[${index}]`, reason: UNVOUCHED }],
    );
}

/** Whether something says which key a jump host must show: where the key of a target would be pinned, state has no place. */
function isVouchedFor(jump: unknown): boolean {
    const { hostKey, knownHosts } = fieldsOf(jump);
    return !isGiven(jump) || isUnknown(jump) || isGiven(hostKey) || isGiven(knownHosts);
}

const UNVOUCHED =
    "needs hostKey or knownHosts, as `ssh-keyscan HOST` prints them: the key of a jump host is not pinned on first use";

function imageFindings({ repository, trust }: Fields): readonly Finding[] {
    const isDocker = typeof repository === "string" && repository.startsWith("docker://");
    if (!isDocker || trust !== "keys-from-https") return [];
    const reason = 'docker:// images carry no signature that rkt could check: leave it out, or set "insecure"';
    return [{ path: "image.trust", reason }];
}

const NO_PORT = "must be a port from 1 to 65535, or false";

/** What cannot go together in a complete spec. */
export function clashesIn({ health }: Spec): readonly Finding[] {
    if (health.progressDeadlineSeconds >= health.minReadySeconds) return [];
    return [
        { path: "health", reason: "progressDeadlineSeconds is shorter than minReadySeconds: no kubelet could pass" },
    ];
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null;
}

function fieldsOf(value: unknown): Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

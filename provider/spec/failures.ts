import type { Spec } from "./spec";
import { judge, type Finding } from "./judge";
import { keyProblem } from "./private-key";
import { ARGUMENTS } from "./schema";
import { hasUnknown } from "./unknown";

/** Why inputs are refused. Without `property` where its value may be secret: the engine prints the value of a named one. */
export interface Failure {
    readonly property?: string;
    readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Arguments that may hold secrets. */
const MAY_BE_SECRET = /^(connection|flags|triggers|unit\.environment|unit\.execStartPre|rkt\.setEnv|rkt\.options)\b/;

/** A failure of the argument at a path such as `rkt.volumes[0].name`. */
export function failureAt(path: string, reason: string): Failure {
    if (MAY_BE_SECRET.test(path)) return { reason: `${path}: ${reason}` };
    const property = path.split(/[.[]/)[0] ?? path;
    // The engine prints the whole value of the property: a group that has a secret corner is not named either.
    if (property === "unit" || property === "rkt") return { reason: `${path}: ${reason}` };
    return { property, reason: path === property ? reason : `${path}: ${reason}` };
}

/** Everything wrong with the shape and the values of inputs. Unknown values pass. Never holds a value. */
export function failuresOf(inputs: Fields): readonly Failure[] {
    const findings = [...judge(inputs, ARGUMENTS, ""), ...togetherOf(inputs)];
    return findings.map(({ path, reason }) => failureAt(path, reason));
}

/** What is allowed and yet does not do what it seems to. */
export function warningsOf({ health, unit }: Spec): readonly string[] {
    if (health.minReadySeconds > unit.restartSec) return [];
    return [
        `health.minReadySeconds (${health.minReadySeconds}) is not above unit.restartSec (${unit.restartSec}): it proves nothing, since a kubelet that crashes is not seen to be started again`,
    ];
}

/** Rules about several arguments at once. */
function togetherOf(inputs: Fields): readonly Finding[] {
    const connection = fieldsOf(inputs["connection"]);
    const proxy = connection["proxy"];
    const hops = (Array.isArray(proxy) ? proxy : [proxy]).map(fieldsOf);
    return [
        ...hopFindings(connection, "connection"),
        ...hops.flatMap((hop, at) =>
            hopFindings(hop, Array.isArray(proxy) ? `connection.proxy[${at}]` : "connection.proxy"),
        ),
        ...healthFindings(fieldsOf(inputs["health"]), fieldsOf(inputs["unit"])),
    ];
}

function hopFindings(hop: Fields, path: string): readonly Finding[] {
    const found: Finding[] = [];
    const { hostKey, knownHosts, privateKey, privateKeyPassword } = hop;
    if (hostKey !== undefined && knownHosts !== undefined) {
        found.push({ path: `${path}.hostKey`, reason: "excludes knownHosts: give one of the two" });
    }
    if (typeof privateKey === "string" && !hasUnknown(hop)) {
        const problem = keyProblem(privateKey, privateKeyPassword !== undefined);
        if (problem !== undefined) found.push({ path: `${path}.privateKey`, reason: problem });
    }
    return found;
}

function healthFindings(health: Fields, { restartSec }: Fields): readonly Finding[] {
    const { port, minReadySeconds, progressDeadlineSeconds } = health;
    if (port === true) return [{ path: "health.port", reason: "must be a port, or false" }];
    const numberOr = (value: unknown, fallback: number): number => (typeof value === "number" ? value : fallback);
    const ready = numberOr(minReadySeconds, numberOr(restartSec, 10) + 5);
    if (numberOr(progressDeadlineSeconds, 300) >= ready) return [];
    return [
        { path: "health", reason: "progressDeadlineSeconds is shorter than minReadySeconds: no kubelet could pass" },
    ];
}

function fieldsOf(value: unknown): Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

import { FIRST_WRAPPER } from "../coreos/generations";
import { osProblem } from "../coreos/releases";
import { rktMisfit, rktMissing } from "../coreos/rkt-misfit";
import { scrub } from "../errors";
import type { Sight } from "../host/host";
import { illnessOf } from "../host/illness";
import { releaseOf } from "../plan/facts";
import type { HostRecord, Observed } from "../plan/observed";
import { rktVersionIn } from "../rkt/versions";
import { compareVersions } from "../versions";
import { dropInsOf, unitOf, wrapperOf } from "./files";
import type { RecordReport, Report, ServiceReport } from "./report";
import { secretsIn } from "./secrets";

/** What is to be told of a host that was looked at; `port`: where /healthz was asked. Pure. */
export function reportOf(sight: Sight, port: number | false): Report {
    const { observed } = sight;
    const said = (text: string): string => scrub(text, secretsIn(observed));
    const healthz = said(sight.healthz);
    const illness = illnessOf({ observed, healthz });
    const { os, machineId, links, pod, operation, rebootDue, cloudinit } = observed;
    return {
        kubelet: { healthy: illness === undefined, illness: illness ?? null },
        os: {
            ...{ id: os.id, version: os.versionId, name: os.prettyName },
            before962: compareVersions(os.versionId, FIRST_WRAPPER) < 0,
            shipsWrapper: observed.hostWrapper !== "absent",
        },
        rkt: rktVersionIn(observed.rkt) ?? null,
        systemd: /^systemd (\S+)/.exec(observed.systemd)?.[1] ?? null,
        misfit: misfitOf(observed) ?? null,
        machineId,
        uptimeSeconds: numberOrNull(observed.uptime),
        wrapper: wrapperOf(observed),
        unit: unitOf(observed),
        dropIns: dropInsOf(observed),
        links,
        service: serviceOf(observed),
        pod: pod ?? null,
        healthz: port === false ? null : { port, said: healthz },
        record: recordOf(observed.record, said),
        operation:
            operation === undefined
                ? null
                : {
                      ...{ id: operation.operation, owner: operation.owner ?? null },
                      seconds: numberOrNull(operation.seconds),
                  },
        rebootDue,
        cloudinit,
        freeBytes: numberOrNull(observed.freeBytes),
    };
}

function misfitOf(observed: Observed): string | undefined {
    const release = releaseOf(observed);
    const rkt = rktVersionIn(observed.rkt);
    const misfit = rkt === undefined ? rktMissing(release) : rktMisfit(rkt, release);
    return osProblem(observed.os) ?? misfit?.happened;
}

function serviceOf({ service, uptime }: Observed): ServiceReport {
    const { active, sub, result, pid, status, started, stale, unseen } = service;
    return {
        ...{ active, sub, result },
        pid: pid > 0 ? pid : null,
        exitStatus: pid > 0 || started === 0 ? null : status,
        startedSecondsAgo: started === 0 ? null : numberOrNull(uptime - started),
        needsReload: stale,
        needsRestart: unseen && pid > 0,
    };
}

function recordOf(record: HostRecord | undefined, said: (text: string) => string): RecordReport | null {
    if (record === undefined) return null;
    const { state, seq, operation, reason, old, instance, owner, adopted, images } = record;
    return {
        ...{ state, sequence: seq, operation },
        reason: reason === "" ? null : said(reason),
        oldKubelet: old === "" ? null : old,
        instance: instance ?? null,
        owner: owner ?? null,
        adopted,
        images,
    };
}

function numberOrNull(value: number): number | null {
    return Number.isFinite(value) ? Math.round(value) : null;
}

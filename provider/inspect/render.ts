import { FIRST_WRAPPER } from "../coreos/generations";
import { plain, type ErrorKind } from "../errors";
import { rebootText } from "../plan/judge";
import type { Report } from "./report";
import { dropInText, lasting, operationText, recordLines, serviceLines, unitLines, wrapperLines } from "./words";

/** A host, and what became of the look at it. */
export interface Inspected {
    /** As it was asked for. */
    readonly host: string;
    /** The key that it showed, by type and digest, and whether anything vouches for it; null: no log-in. */
    readonly hostKey: { readonly fingerprint: string; readonly checked: boolean } | null;
    /** Why it could not be looked at; the kind is null where the failure is of no known one. */
    readonly error: { readonly kind: ErrorKind | null; readonly message: string } | null;
    readonly report: Report | null;
}

/** What is told of it: one row, or several under one name. */
type Row = readonly [name: string, ...lines: readonly string[]];

/** The host as a block of text, a name and what is told of it in each line. Pure. */
export function render({ host, hostKey, error, report }: Inspected): string {
    const rows: readonly Row[] = [
        ...(hostKey === null ? [] : [["host key", keyText(hostKey)] as const]),
        ...(error === null ? [] : [["error", error.message] as const]),
        ...(report === null ? [] : rowsOf(report)),
    ];
    const lines = rows.flatMap(([name, ...texts]) =>
        texts.map((text, at) => `  ${(at === 0 ? name : "").padEnd(WIDTH)}${plain(text)}`),
    );
    return `${[plain(host), ...lines].join("\n")}\n`;
}

const WIDTH = 12;

function keyText({ fingerprint, checked }: NonNullable<Inspected["hostKey"]>): string {
    return checked ? fingerprint : `${fingerprint} (trusted on first use: --host-key or --known-hosts checks it)`;
}

function rowsOf(report: Report): readonly Row[] {
    const { kubelet, os, rkt, systemd, misfit, machineId, uptimeSeconds, healthz, links } = report;
    return [
        ["kubelet", kubelet.illness ?? "runs and is healthy"],
        ["os", osText(os)],
        ["software", `rkt ${rkt ?? "not found"}, systemd ${systemd ?? "unknown"}`],
        ...(misfit === null ? [] : [["misfit", misfit] as const]),
        ["machine", `${machineId || "unknown"}, ${uptimeSeconds === null ? "up" : `up for ${lasting(uptimeSeconds)}`}`],
        ["wrapper", ...wrapperLines(report.wrapper)],
        ["unit", ...unitLines(report.unit)],
        ["drop-ins", ...orNone(report.dropIns.map(dropInText))],
        ["enabled by", links.length === 0 ? "nothing" : links.join(", ")],
        ["service", ...serviceLines(report.service)],
        ["image", imageText(report)],
        ["healthz", healthz === null ? "not asked" : `${healthz.said || "nothing"} (port ${healthz.port})`],
        ["record", ...recordLines(report.record)],
        ["operation", operationText(report.operation)],
        ["reboot", rebootText(report) ?? "none is due"],
        ...report.cloudinit.map((path) => ["user data", `${path} writes over the unit at every boot`] as const),
        ["free", report.freeBytes === null ? "unknown" : `${Math.floor(report.freeBytes / 2 ** 20)} MiB at /var/lib`],
    ];
}

function imageText({ pod, service }: Report): string {
    if (pod !== null) return `${pod.name}:${pod.tag}, pod ${pod.uuid}`;
    return service.pid === null ? "none runs" : "unknown: the process is in no pod that can be read";
}

function osText({ name, id, before962, shipsWrapper }: Report["os"]): string {
    const age = before962 ? ` (older than ${FIRST_WRAPPER})` : "";
    return `${name || id || "unknown"}, ${shipsWrapper ? "ships a" : "ships no"} kubelet-wrapper${age}`;
}

function orNone(texts: readonly string[]): readonly string[] {
    return texts.length === 0 ? ["none"] : texts;
}

import type { WrapperFacts } from "../coreos/generations";
import { WRAPPER_PATH } from "../coreos/wrapper";
import { rktWordGroups, UUID_FILE } from "../rkt/options";
import { canStop } from "../rkt/versions";
import type { Spec } from "../spec/spec";
import { environmentLine, execLine, execWord } from "../systemd/quote";
import { kubeletArguments } from "./flags";
import { imageOf } from "./image";

/** Where the unit lies; a host has one kubelet. */
export const UNIT_PATH = "/etc/systemd/system/kubelet.service";

/** What a host is, as far as its unit depends on it. */
export interface Facts extends WrapperFacts {
    /** Such as `1.14.0`. */
    readonly rktVersion: string;
}

/** Where the kubelet-wrapper of a host lies. */
export function wrapperPath({ wrapperSource }: Pick<WrapperFacts, "wrapperSource">): string {
    return wrapperSource === "host" ? "/usr/lib/coreos/kubelet-wrapper" : WRAPPER_PATH;
}

/** What every unit of ours begins with. */
const MARK = "# Written by pulumi-coreos-kubelet";

/** Whether the text of a unit says that this package wrote it. */
export function isMarked(unitText: string): boolean {
    return unitText.startsWith(MARK);
}

/** The whole text of kubelet.service for a host. The one place where it is written. */
export function renderUnit(spec: Spec, facts: Facts): string {
    const sections = [
        ["[Unit]", ...unitLines(spec)],
        ["[Service]", ...environmentLines(spec, facts), ...processLines(spec, facts)],
        ["[Install]", ...list("WantedBy", spec.unit.wantedBy)],
    ];
    const note = `${MARK}: \`pulumi up --refresh\` undoes what is changed here by hand.`;
    return `${note}\n${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function unitLines({ unit }: Spec): readonly string[] {
    return [
        `Description=${unit.description.replaceAll("%", "%%")}`,
        ...list("Requires", unit.requires),
        ...list("Wants", unit.wants),
        ...list("After", unit.after),
    ];
}

function environmentLines(spec: Spec, facts: Facts): readonly string[] {
    const { insecure } = imageOf(spec.version, spec.image, facts);
    const groups = rktWordGroups(spec.rkt, { insecure }, facts).map((words) => words.join(" "));
    return [
        environmentLine("KUBELET_VERSION", [spec.version]),
        ...(spec.image.repository === undefined ? [] : [environmentLine("KUBELET_ACI", [spec.image.repository])]),
        environmentLine("RKT_OPTS", groups),
        ...Object.entries(spec.unit.environment).map(([name, value]) => environmentLine(name, [value])),
    ];
}

function processLines(spec: Spec, facts: Facts): readonly string[] {
    const { podManifestPath } = spec.kubelet;
    const folders = [
        ...(podManifestPath === undefined ? [] : [podManifestPath]),
        ...(spec.rkt.containerLogs ? ["/var/log/containers"] : []),
    ];
    return [
        ...folders.map((folder) => `ExecStartPre=/usr/bin/mkdir -p ${execWord(folder)}`),
        `ExecStartPre=-/usr/bin/rkt rm --uuid-file=${UUID_FILE}`,
        ...spec.unit.execStartPre.map((command) => `ExecStartPre=${command}`),
        execLine("ExecStart", [wrapperPath(facts), ...kubeletArguments(spec)]),
        ...(canStop(facts.rktVersion) ? [`ExecStop=-/usr/bin/rkt stop --uuid-file=${UUID_FILE}`] : []),
        `Restart=${spec.unit.restart}`,
        `RestartSec=${spec.unit.restartSec}`,
    ];
}

function list(key: string, units: readonly string[]): readonly string[] {
    return units.length === 0 ? [] : [`${key}=${units.join(" ")}`];
}

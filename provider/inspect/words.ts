import { WRAPPER_PATH } from "../coreos/wrapper";
import { isHash } from "../plan/observed";
import type {
    DropInReport,
    RecordReport,
    Report,
    ServiceReport,
    UnitReport,
    UnitStanding,
    WrapperReport,
} from "./report";

const WRAPPERS: Readonly<Record<WrapperReport["standing"], string>> = {
    os: "the OS's",
    ours: "ours",
    "ours-other": "ours, but changed or for another rkt",
    foreign: "not ours",
    absent: "not there yet",
};

export function wrapperLines({ path, standing, generation, hash, leftOver }: WrapperReport): readonly string[] {
    const form = standing === "os" ? `, generation ${generation}` : "";
    return [
        `${path}: ${WRAPPERS[standing]}${form}${hashText(hash)}`,
        ...(leftOver ? [`${WRAPPER_PATH}: ours, left over; the OS ships one by now`] : []),
    ];
}

const UNITS: Readonly<Record<UnitStanding, string>> = {
    ours: "ours",
    foreign: "not ours",
    absent: "there is none",
    elsewhere: "not ours, in another folder than ours would be",
    masked: "masked",
    odd: "no regular file",
};

export function unitLines({
    path,
    standing,
    asRecorded,
    marked,
    hash,
    version,
    settings,
}: UnitReport): readonly string[] {
    const recorded = asRecorded === false ? ", not as it was written" : "";
    const mark = standing === "foreign" && marked ? ", though this package wrote it: its record is gone" : "";
    return [
        `${path}: ${UNITS[standing]}${recorded}${mark}${hashText(hash)}`,
        ...(version === null ? [] : [`KUBELET_VERSION ${version}`]),
        ...(settings.length === 0 ? [] : [`sets ${settings.join(", ")}`]),
    ];
}

export function dropInText({ path, settings, overrides }: DropInReport): string {
    const over = overrides.length === 0 ? "overrides nothing of the unit" : `overrides ${overrides.join(", ")}`;
    return `${path}: ${over}; sets ${settings.join(", ") || "nothing"}`;
}

export function serviceLines(service: ServiceReport): readonly string[] {
    const { active, sub, result, pid, exitStatus, startedSecondsAgo } = service;
    const ended = exitStatus === null ? "" : `, ended with status ${exitStatus} (${result})`;
    const isNew = pid === null && exitStatus === null;
    const unknown = isNew ? ", never started since the boot" : "";
    const since = startedSecondsAgo === null ? unknown : `, started ${lasting(startedSecondsAgo)} ago`;
    return [
        `${active} (${sub})${pid === null ? "" : `, process ${pid}`}${since}${ended}`,
        ...(service.needsReload ? ["systemd has not read its files since they changed"] : []),
        ...(service.needsRestart ? ["a drop-in changed after it was started"] : []),
    ];
}

const STATES: Readonly<Record<RecordReport["state"], string>> = {
    committed: "committed",
    "rolled-back": "rolled back",
    restored: "put back at boot: the last operation was cut",
    armed: "armed: an operation is under way, or was cut and is undone by the next apply or refresh",
};

export function recordLines(record: RecordReport | null): readonly string[] {
    if (record === null) return ["none: nothing of ours is on this host"];
    const { state, sequence, operation, reason, oldKubelet, owner, instance, adopted, images } = record;
    const owned = instance === null ? "owned by nobody" : `owner ${owner ?? "unknown"}, instance ${instance}`;
    return [
        `${STATES[state]} (operation ${operation}, write ${sequence})`,
        ...(reason === null ? [] : [`because ${reason}`]),
        ...(oldKubelet === null ? [] : [`the old kubelet then: ${oldKubelet}`]),
        `${owned}${adopted ? ", adopted" : ""}`,
        ...(images.length === 0 ? [] : [`keeps ${images.join(", ")}`]),
    ];
}

export function operationText(operation: Report["operation"]): string {
    if (operation === null) return "none is under way";
    const { id, owner, seconds } = operation;
    return `${id} of ${owner ?? "an unknown owner"} runs${seconds === null ? "" : `, for ${lasting(seconds)} by now`}`;
}

function hashText(hash: string): string {
    return isHash(hash) ? `, sha256 ${hash.slice(0, 12)}` : "";
}

const UNITS_OF_TIME = [["d", 86400] as const, ["h", 3600] as const, ["min", 60] as const, ["s", 1] as const];

/** Such as `3 d 4 h`: the largest two units. */
export function lasting(seconds: number): string {
    const first = UNITS_OF_TIME.findIndex(([, size]) => seconds >= size);
    if (first < 0) return "0 s";
    let left = seconds;
    const parts = UNITS_OF_TIME.slice(first, first + 2).map(([name, size]) => {
        const count = Math.floor(left / size);
        left -= count * size;
        return count === 0 ? "" : `${count} ${name}`;
    });
    return parts.filter((part) => part !== "").join(" ");
}

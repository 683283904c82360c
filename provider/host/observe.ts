import { parseOsRelease } from "../coreos/os-release";
import type {
    Baseline,
    DropIn,
    HostFile,
    HostRecord,
    LiveOperation,
    Observed,
    Pod,
    RebootSign,
    RecordState,
    Service,
    SourceKind,
} from "../plan/observed";
import type { Message } from "./protocol";

type Fields = Readonly<Record<string, string>>;

/**
 * What the records of one `observe` say of the host. Fields that a record lacks read as empty.
 *
 * @throws Error where the host's answer lacks a record that every host gives.
 */
export function observedFrom(messages: readonly Message[]): Observed {
    const first = (verb: string): Fields | undefined => messages.find((message) => message.verb === verb)?.fields;
    const named = (verb: string, key: string, name: string): Fields | undefined =>
        messages.find((message) => message.verb === verb && message.fields[key] === name)?.fields;
    const os = needed(first("os"), "os");
    return {
        os: parseOsRelease(text(os, "release")),
        machineId: text(os, "machine").trim(),
        bootId: text(os, "boot").trim(),
        uptime: Number.parseInt(text(os, "uptime"), 10) / 100,
        rkt: text(named("tool", "name", "rkt"), "version"),
        systemd: text(named("tool", "name", "systemd"), "version"),
        unit: fileOf(named("file", "name", "unit")),
        wrapper: fileOf(named("file", "name", "wrapper")),
        hostWrapper: fileOf(named("file", "name", "host-wrapper")).hash,
        links: lines(text(first("links"), "paths")),
        service: serviceOf(needed(first("service"), "service")),
        dropIns: dropInsOf(messages),
        pod: podOf(text(first("service"), "pod")),
        operation: operationOf(first("lock"), text(os, "uptime")),
        record: recordOf(first("record")),
        baseline: baselineOf(first("baseline")),
        sources: Object.fromEntries(
            messages
                .filter(({ verb }) => verb === "source")
                .map(({ fields }) => [text(fields, "path"), text(fields, "kind") as SourceKind]),
        ),
        freeBytes: Number.parseInt(text(first("space"), "bytes"), 10),
        reserved: text(first("reserve"), "state") === "kept",
        rebootDue: words(text(first("boot"), "due")).flatMap((sign) => REBOOT_SIGNS[sign] ?? []),
        cloudinit: lines(text(first("boot"), "cloudinit")),
    };
}

/** Files below /run, and what they say. Source: coreos/update_engine update_attempter.cc; systemd logind; kured. */
const REBOOT_SIGNS: Readonly<Record<string, RebootSign>> = {
    update_engine_autoupdate_completed: "os-update",
    "reboot-required": "required",
    "systemd/shutdown/scheduled": "scheduled",
};

function needed(fields: Fields | undefined, verb: string): Fields {
    if (fields === undefined) throw new Error(`the host's answer lacks the record "${verb}"`);
    return fields;
}

function text(fields: Fields | undefined, key: string): string {
    return fields?.[key] ?? "";
}

function optional(fields: Fields, key: string): string | undefined {
    return fields[key] === "" ? undefined : fields[key];
}

function lines(value: string): readonly string[] {
    return value.split("\n").filter((line) => line !== "");
}

function words(value: string): readonly string[] {
    return value.split(" ").filter((word) => word !== "");
}

function fileOf(fields: Fields | undefined): HostFile {
    return { hash: text(fields, "hash"), text: text(fields, "text") };
}

function serviceOf(fields: Fields): Service {
    return {
        load: text(fields, "load"),
        active: text(fields, "active"),
        sub: text(fields, "sub"),
        result: text(fields, "result"),
        pid: Number.parseInt(text(fields, "pid"), 10) || 0,
        status: text(fields, "status"),
        stale: text(fields, "stale") === "yes",
        unseen: text(fields, "unseen") === "1",
        started: (Number.parseInt(text(fields, "started"), 10) || 0) / 1e6,
        fragment: text(fields, "fragment"),
    };
}

/** Source: systemd.unit(5): by the names of the files; of two with one name the one in the stronger folder, told first. */
function dropInsOf(messages: readonly Message[]): readonly DropIn[] {
    const byName = new Map<string, DropIn>();
    for (const { verb, fields } of messages) {
        const path = text(fields, "name");
        const name = path.slice(path.lastIndexOf("/") + 1);
        if (verb !== "file" || !path.startsWith("/") || byName.has(name)) continue;
        byName.set(name, { path, ...fileOf(fields) });
    }
    return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dropIn]) => dropIn);
}

/** The pod as `pod_of` on the host prints it. */
export function podOf(words: string): Pod | undefined {
    const [name, tag, uuid] = words.split(" ");
    return name === undefined || tag === undefined || uuid === undefined ? undefined : { name, tag, uuid };
}

function operationOf(fields: Fields | undefined, uptime: string): LiveOperation | undefined {
    if (fields === undefined) return undefined;
    return {
        operation: text(fields, "op"),
        owner: optional(fields, "owner"),
        digest: text(fields, "digest"),
        seconds: Math.round((Number.parseInt(uptime, 10) - Number.parseInt(text(fields, "started"), 10)) / 100),
    };
}

function recordOf(fields: Fields | undefined): HostRecord | undefined {
    if (fields === undefined) return undefined;
    return {
        seq: Number.parseInt(text(fields, "seq"), 10),
        state: text(fields, "state") as RecordState,
        operation: text(fields, "op"),
        reason: text(fields, "reason"),
        instance: optional(fields, "instance"),
        owner: optional(fields, "owner"),
        adopted: text(fields, "adopted") === "1",
        triggers: optional(fields, "triggers"),
        unit: optional(fields, "unit"),
        old: text(fields, "old"),
        images: words(text(fields, "fetched")),
    };
}

function baselineOf(fields: Fields | undefined): Baseline | undefined {
    if (fields === undefined) return undefined;
    return {
        unit: text(fields, "unit"),
        wrapper: text(fields, "wrapper"),
        links: lines(text(fields, "links")),
        active: text(fields, "active") === "1",
    };
}

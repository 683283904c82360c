import { WRAPPER_PATH } from "../coreos/wrapper";
import { imageProblem } from "../kubelet/image-verdict";
import { UNIT_PATH } from "../kubelet/unit";
import type { Spec } from "../spec/spec";
import { parseUnit } from "../systemd/unit-file";
import { untouched, type Facts } from "./facts";
import type { Asker } from "./make";
import type { Observed, RebootSign } from "./observed";
import { judgeOptions } from "./options";

/** `bare`: no kubelet.service; `ours`: the record proves it; `foreign`: somebody else's, and we may adopt it. */
export type Standing = "bare" | "ours" | "foreign";

/** Bytes that stay free on the host whatever we do: our files, and rkt's for one start. */
export const BALLAST_BYTES = 32 * 1024 * 1024;

/**
 * Bytes below which no image of a kubelet can be fetched: about half of what CoreOS's are as a download. Source:
 * coreos/bugs issue 1797 (230 MB).
 */
const IMAGE_BYTES = 128 * 1024 * 1024;

/** Bytes that must be free under /var/lib for a start, and for a fetch before it. */
export function roomNeeded({ reserved }: Observed): { readonly start: number; readonly fetch: number } {
    const start = reserved ? BALLAST_BYTES : 2 * BALLAST_BYTES;
    return { start, fetch: start + IMAGE_BYTES };
}

/**
 * Whose the kubelet on the host is, once everything that forbids to touch the host has been ruled out.
 *
 * @throws HostError `unit-masked`, `unit-odd`, `unit-foreign`, `owner-foreign`, `source-missing`, `options-refused` or
 *   `no-space`.
 */
export function judgeHost(spec: Spec, observed: Observed, asker: Asker): Standing {
    const host = spec.connection.host;
    judgeUnit(host, observed);
    judgeOptions(spec, observed);
    judgeSpace(host, observed);
    return standingOf(host, spec, observed, asker);
}

/**
 * Rules out what neither a write nor a delete may touch.
 *
 * @throws HostError `unit-masked` or `unit-odd`.
 */
export function judgeUnit(host: string, { unit, wrapper, hostWrapper, service }: Observed): void {
    if (service.load === "masked" || (unit.hash === "link" && unit.text === "/dev/null")) {
        const what = "kubelet.service is masked";
        throw untouched(host, "unit-masked", what, "Run `systemctl unmask kubelet.service` there, if that is right");
    }
    for (const [path, file] of [[UNIT_PATH, unit] as const, [WRAPPER_PATH, wrapper] as const]) {
        const isOurs = file === unit || hostWrapper === "absent";
        if (!isOurs || !["link", "folder", "other"].includes(file.hash)) continue;
        const other = file.hash === "folder" ? "a folder, not a file" : "no regular file";
        const kind = file.hash === "link" ? `a symlink to ${file.text}` : other;
        throw untouched(
            host,
            "unit-odd",
            `${path} is ${kind}`,
            "Move it away, if that is right, and run `pulumi up` again",
        );
    }
}

/**
 * Rules out an image that cannot run under the host's wrapper.
 *
 * @throws HostError `image-unusable`.
 */
export function judgeImage(spec: Spec, facts: Facts): void {
    const problem = imageProblem(spec, facts);
    if (problem === undefined) return;
    const next = "Take an image whose /kubelet runs by itself, or update the OS to 1207.0.0 or newer";
    throw untouched(spec.connection.host, "image-unusable", problem, next);
}

function judgeSpace(host: string, observed: Observed): void {
    const { start: needed } = roomNeeded(observed);
    const left = observed.freeBytes;
    if (!(left < needed)) return;
    const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;
    const what = `${mebibytes(left)} are free under /var/lib, ${mebibytes(needed)} are needed to start a pod or to put the old one back`;
    throw untouched(host, "no-space", what, "Make room, such as by `rkt gc` and `rkt image gc`");
}

function standingOf(host: string, spec: Spec, observed: Observed, asker: Asker): Standing {
    const { record, unit, service } = observed;
    if (record?.instance !== undefined) {
        const isSameOwner = spec.owner !== undefined && record.owner === spec.owner;
        if (isSameOwner || (asker.hasState && record.instance === asker.instance)) return "ours";
        if (spec.onExisting === "adopt") return "foreign";
        const owner = record.owner ?? "a resource that gave no owner";
        const what = `the kubelet there belongs to ${owner} (${UNIT_PATH}, ${inShort(observed)})`;
        throw untouched(host, "owner-foreign", what, OWNER_ADVICE);
    }
    const isElsewhere = service.load === "loaded" && service.fragment !== "" && service.fragment !== UNIT_PATH;
    if (unit.hash === "absent" && !isElsewhere) return "bare";
    if (asker.hasState || spec.onExisting === "adopt") return "foreign";
    const what =
        unit.hash === "absent"
            ? `${service.fragment} is there already and not ours`
            : `${UNIT_PATH} is there already and not ours (owner unknown, ${inShort(observed)})`;
    throw untouched(host, "unit-foreign", what, 'Set onExisting: "adopt" to take it over, or remove it');
}

const OWNER_ADVICE =
    'Destroy it there, or set onExisting: "adopt" to take it over. If that is a former name of this resource, let an `up` change something there first: it then takes the new name';

/** Names of settings only: their values may be secret. */
function inShort({ unit }: Observed): string {
    const names = [...new Set(parseUnit(unit.text).map(({ key }) => key))].join(", ") || "nothing";
    return `sha256 ${unit.hash.slice(0, 12)}; it sets ${names}`;
}

const SIGNS: Readonly<Record<RebootSign, string>> = {
    "os-update": "update_engine has put another OS in place",
    required: "/run/reboot-required is there",
    scheduled: "a shutdown is scheduled",
};

/** What is to be said of a reboot that is due; undefined: none is. */
export function rebootText({ rebootDue }: Pick<Observed, "rebootDue">): string | undefined {
    if (rebootDue.length === 0) return undefined;
    return `the host is due for a reboot (${rebootDue.map((sign) => SIGNS[sign]).join(", ")})`;
}

/**
 * Refuses to restart the kubelet of a host that is due for a reboot.
 *
 * @throws HostError `reboot-due`, unless `onPendingReboot` says otherwise.
 */
export function judgeReboot({ connection, onPendingReboot }: Spec, observed: Observed): void {
    const due = rebootText(observed);
    if (onPendingReboot !== "refuse" || due === undefined) return;
    throw untouched(
        connection.host,
        "reboot-due",
        `${due}, and this restarts its kubelet`,
        'Reboot it and run `pulumi up` again, or set onPendingReboot to "wait" or "ignore"',
    );
}

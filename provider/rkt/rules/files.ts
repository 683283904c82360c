import { FIRST_ISCSIADM } from "../../coreos/software";
import { compareVersions } from "../../versions";
import { each, finding, type Fault, type Finding, type Place } from "../findings";
import type { Case } from "../judge";
import { named, switchedOn, type Line } from "../line";
import type { Mount } from "../mounts";
import { folderOf } from "../paths";
import { volumeNamed, type Entry } from "../pod";
import type { Volume } from "../volumes";

const ISCSIADM = "/usr/sbin/iscsiadm";

/** Folders of every image that a kubelet comes in. Source: hier(7). */
const TOP = "bin boot dev etc home lib media mnt opt proc root run sbin srv sys tmp usr var";
const FOLDERS = new Set(TOP.split(" ").map((name) => `/${name}`));

/** The program that the wrapper starts. */
const KUBELET = "/kubelet";

/** Where rkt registers pods. Source: rkt/rkt common/common.go, MetadataServiceRegSock. */
const METADATA_SOCKET = "/run/rkt/metadata-svc.sock";

/** What the options need on the host, and the host has not. Source: rkt/rkt stage1_fly/run/main.go, "stat of host path". */
export function fileRules({ line, pod, place }: Case): readonly Finding[] {
    const { sources } = place.hostFacts;
    const isGone = (path: string): boolean => sources[path] === "absent";
    const envFiles = named(line, "set-env-file").filter(({ value = "" }) => isGone(value));
    const uuidFiles = named(line, "uuid-file-save").filter(({ value = "" }) => isGone(folderOf(value)));
    const registering = switchedOn(line, "mds-register");
    const noService = "the kubelet does not start where rkt's metadata service does not run";
    const severity = isGone(METADATA_SOCKET) ? "error" : "warning";
    return [
        ...pod.kept.flatMap((mount) => mountFindings(mount, volumeNamed(pod, mount.is.volume), place)),
        ...each("error", envFiles, "file-missing", "the host has no such file", "make it there first"),
        ...each("error", uuidFiles, "folder-missing", "the host has no folder for the file"),
        ...each(severity, sources[METADATA_SOCKET] === "file" ? [] : registering, "metadata-service", noService),
    ];
}

function mountFindings(
    { is: { path }, by: mount }: Entry<Mount>,
    volume: Entry<Volume> | undefined,
    place: Place,
): readonly Finding[] {
    if (volume?.by === undefined) return [];
    const { source } = volume.is;
    if (source === "") return [finding("error", volume.by, EMPTY)];
    if (isAbsent(source, place)) return [finding("error", volume.by, missing(source))];
    const kind = place.hostFacts.sources[source];
    const isFileOnFolder = kind === "file" && FOLDERS.has(path);
    const isFolderOnFile = kind === "folder" && path === KUBELET;
    if (mount === undefined || !(isFileOnFolder || isFolderOnFile)) return [];
    const [what, other] = isFileOnFolder ? ["file", "folder"] : ["folder", "file"];
    const problem = `a ${what} cannot be mounted on ${path}, which is a ${other} in the image`;
    return [finding("error", mount, { rule: "target-kind", field: "target", problem, remedy: "mount it elsewhere" })];
}

function isAbsent(source: string, { hostFacts: { sources, osVersion } }: Place): boolean {
    const told = sources[source];
    if (told !== undefined) return told === "absent";
    return source === ISCSIADM && osVersion !== undefined && compareVersions(osVersion, FIRST_ISCSIADM) < 0;
}

const EMPTY: Fault = {
    rule: "volume-empty",
    problem: "fly cannot mount a volume of kind empty",
    remedy: "write kind=host with a folder of the host",
};

function missing(source: string): Fault {
    const iscsi = `leave it out, or update the OS: CoreOS has it since ${FIRST_ISCSIADM}`;
    return {
        rule: "source-missing",
        field: "source",
        problem: `the host has no ${source}, which a volume of RKT_OPTS names`,
        remedy: source === ISCSIADM ? iscsi : "leave the volume out, or make the path on the host",
    };
}

/** The paths on the host that the options name, as they name them: what is there must be known before they are judged. */
export function pathsNamed(line: Line): readonly string[] {
    const values = (name: string): readonly string[] => named(line, name).map(({ value = "" }) => value);
    const paths = [
        ...line.volumes.filter(({ errors }) => errors.length === 0).map(({ is }) => is.source),
        ...values("set-env-file"),
        ...values("uuid-file-save")
            .filter((path) => path.startsWith("/"))
            .map(folderOf),
        ...(switchedOn(line, "mds-register").length > 0 ? [METADATA_SOCKET] : []),
    ];
    return [...new Set(paths.filter((path) => path.startsWith("/")))];
}

import { compareVersions } from "./os-release";

/** A folder or file of the host that a wrapper puts into the kubelet's pod by itself. */
export interface WrapperVolume {
    readonly name: string;
    readonly source: string;
    readonly target: string;
    readonly readOnly: boolean;
    readonly recursive: boolean;
}

/** One of the forms that the kubelet-wrapper has had: what it reads, and what it gives to rkt besides RKT_OPTS. */
export interface WrapperGeneration {
    /** `A` to `K` as CoreOS shipped them (`F'` is F without var-log), `Flatcar`, or `ours`, which we upload. */
    readonly name: string;
    /** Variables of its environment that it reads. */
    readonly variables: readonly string[];
    readonly volumes: readonly WrapperVolume[];
    /** Other options that it gives to rkt, as far as RKT_OPTS may clash with them, each as `--NAME=VALUE`. */
    readonly options: readonly string[];
    /** Where RKT_OPTS stand among its own volumes and mounts; of two mounts on one target the first counts. */
    readonly optionsStand: "before" | "after";
    /** Whether its shell takes words of RKT_OPTS with `* ? [` for names of files. */
    readonly globs: boolean;
    /** When it trusts the image's key by itself; `insecure` options that it adds for docker images are part of it. */
    readonly trusts: "always" | "quay" | "quay-and-docker" | "where-not-told";
    /** What it runs where it is told no repository. */
    readonly repository: string;
    /** First rkt that takes its own options. */
    readonly needsRkt: string;
}

const REPOSITORY = "quay.io/coreos/hyperkube";

const OLD_NAMES = ["KUBELET_VERSION", "KUBELET_ACI", "RKT_OPTS"];
const NEW_NAMES = [
    ...OLD_NAMES,
    ...["KUBELET_IMAGE", "KUBELET_IMAGE_TAG", "KUBELET_IMAGE_URL", "KUBELET_IMAGE_ARGS"],
    ...["RKT", "RKT_GLOBAL_ARGS", "RKT_RUN_ARGS", "RKT_STAGE1_ARG"],
];

const volume = (name: string, source: string, target: string, readOnly = false): WrapperVolume => ({
    name,
    source,
    target,
    readOnly,
    recursive: false,
});
const shared = (name: string, path: string, readOnly = false): WrapperVolume => volume(name, path, path, readOnly);

const COMMON = [
    shared("etc-kubernetes", "/etc/kubernetes"),
    shared("var-lib-docker", "/var/lib/docker"),
    shared("var-lib-kubelet", "/var/lib/kubelet"),
    shared("run", "/run"),
];
const OLD_CERTIFICATES = volume("etc-ssl-certs", "/usr/share/ca-certificates", "/etc/ssl/certs");
const OLD_OS_RELEASE = volume("os-release", "/usr/lib/os-release", "/etc/os-release");
const REWRITTEN = [
    ...COMMON,
    shared("etc-ssl-certs", "/etc/ssl/certs", true),
    shared("usr-share-certs", "/usr/share/ca-certificates", true),
    volume("os-release", "/usr/lib/os-release", "/etc/os-release", true),
];
const VAR_LOG = shared("var-log", "/var/log");

const recursiveKubelet = (volumes: readonly WrapperVolume[]): readonly WrapperVolume[] =>
    volumes.map((each) => (each.name === "var-lib-kubelet" ? { ...each, recursive: true } : each));
const prefixed = (volumes: readonly WrapperVolume[]): readonly WrapperVolume[] =>
    volumes.map((each) => ({ ...each, name: `coreos-${each.name}` }));

const OF_G = prefixed(recursiveKubelet([...REWRITTEN, VAR_LOG]));
const OF_H = [...OF_G, shared("coreos-lib-modules", "/lib/modules", true)];
const OF_J = [...OF_H, shared("coreos-etc-machine-id", "/etc/machine-id", true)];

const STAGE1_PATH = ["--stage1-path=/usr/share/rkt/stage1-fly.aci"];
const STAGE1_FROM_DIR = ["--stage1-from-dir=stage1-fly.aci"];
const HOSTS_ENTRY = [...STAGE1_FROM_DIR, "--hosts-entry=host"];

const old = {
    variables: OLD_NAMES,
    options: STAGE1_FROM_DIR,
    optionsStand: "after",
    globs: true,
    trusts: "always",
    repository: REPOSITORY,
} as const;
const rewritten = { ...old, variables: NEW_NAMES, optionsStand: "before", trusts: "quay" } as const;

/** Source: coreos/coreos-overlay app-admin/kubelet-wrapper, the commits named beside each. */
const GENERATIONS: Readonly<Record<string, WrapperGeneration>> = {
    // Of our own text, with the volumes of B; it does not glob.
    ours: {
        ...old,
        name: "ours",
        volumes: [...COMMON, OLD_CERTIFICATES, OLD_OS_RELEASE],
        globs: false,
        needsRkt: "0.15.0",
    },
    // d37e3eff6
    A: { ...old, name: "A", options: STAGE1_PATH, volumes: [...COMMON, OLD_CERTIFICATES], needsRkt: "1.0.0" },
    // 7364d4304
    B: {
        ...old,
        name: "B",
        options: STAGE1_PATH,
        volumes: [...COMMON, OLD_CERTIFICATES, OLD_OS_RELEASE],
        needsRkt: "1.0.0",
    },
    // b7261b601
    C: { ...old, name: "C", volumes: [...COMMON, OLD_CERTIFICATES, OLD_OS_RELEASE], needsRkt: "1.0.0" },
    // e0b464281
    D: { ...rewritten, name: "D", volumes: REWRITTEN, needsRkt: "1.9.1" },
    // 1118a4cea
    E: { ...rewritten, name: "E", volumes: [...REWRITTEN, VAR_LOG], needsRkt: "1.9.1" },
    // c6cf2a729
    F: { ...rewritten, name: "F", volumes: recursiveKubelet([...REWRITTEN, VAR_LOG]), needsRkt: "1.15.0" },
    // a10998b79, 70fea222f
    "F'": { ...rewritten, name: "F'", volumes: recursiveKubelet(REWRITTEN), needsRkt: "1.15.0" },
    // e550d2ea5
    G: { ...rewritten, name: "G", volumes: OF_G, needsRkt: "1.15.0" },
    // 2a794bb4c
    H: { ...rewritten, name: "H", volumes: OF_H, needsRkt: "1.15.0" },
    // 89f4a798f
    I: { ...rewritten, name: "I", options: HOSTS_ENTRY, volumes: OF_H, needsRkt: "1.15.0" },
    // 64a9f4340
    J: { ...rewritten, name: "J", options: HOSTS_ENTRY, volumes: OF_J, needsRkt: "1.15.0" },
    // aa2191243
    K: {
        ...rewritten,
        name: "K",
        options: HOSTS_ENTRY,
        volumes: OF_J,
        trusts: "quay-and-docker",
        repository: `docker://${REPOSITORY}`,
        needsRkt: "1.15.0",
    },
};

/** Every form that the wrapper has had. */
export const WRAPPER_GENERATIONS: readonly WrapperGeneration[] = Object.values(GENERATIONS);

/** First release of each run of releases with the same wrapper. Source: the tags of coreos/manifest. */
const BY_RELEASE: readonly (readonly [from: string, name: string])[] = [
    ["962.0.0", "A"],
    ["1025.0.0", "B"],
    ["1047.0.0", "C"],
    ["1207.0.0", "D"],
    ["1353.0.0", "E"],
    ["1353.6.0", "D"],
    ["1353.8.0", "F'"],
    ["1367.0.0", "E"],
    ["1381.0.0", "F"],
    ["1409.4.0", "F'"],
    ["1423.0.0", "G"],
    ["1451.0.0", "H"],
    ["1576.0.0", "I"],
    ["1758.0.0", "J"],
    ["2512.0.0", "K"],
];

/** What a wrapper depends on. */
export interface WrapperFacts {
    readonly osId: string;
    readonly osVersion: string;
    readonly wrapperSource: "host" | "uploaded";
}

/** The generation of the kubelet-wrapper that runs on a host; a release between two known ones has that of the older. */
export function generationOf({ osVersion, wrapperSource }: WrapperFacts): WrapperGeneration {
    const name = BY_RELEASE.findLast(([from]) => compareVersions(osVersion, from) >= 0)?.[1] ?? "A";
    const found = GENERATIONS[wrapperSource === "uploaded" ? "ours" : name];
    if (found === undefined) throw new Error(`no wrapper of generation ${name}`);
    return found;
}

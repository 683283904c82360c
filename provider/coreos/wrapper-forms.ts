import { CHECKS_STAGE1, FIRST_FLY, TAKES_HOSTS_ENTRY, TAKES_RECURSIVE } from "../rkt/versions";
import { DEFAULT_REPOSITORY } from "./repository";

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
    /** Repository and commit of its text. */
    readonly source: string;
    /** Variables of its environment that it reads. */
    readonly variables: readonly string[];
    readonly volumes: readonly WrapperVolume[];
    /** Other options that it gives to rkt, as far as RKT_OPTS may clash with them, each as `--NAME=VALUE`. */
    readonly options: readonly string[];
    /** Where RKT_OPTS stand among its own volumes and mounts; of two mounts on one target the first counts. */
    readonly optionsStand: "before" | "after";
    /** Whether its shell takes words of RKT_OPTS with `* ? [` for names of files. */
    readonly globs: boolean;
    /**
     * What it adds by itself. `always`: --trust-keys-from-https; `quay`: that for images of quay.io; `quay-and-docker`: and
     * --insecure-options=image for `docker:` ones, behind RKT_OPTS, so that it replaces what they say; `where-not-told`: the
     * same, but nothing where RKT_OPTS say it already (ours: the key of any registry, not of quay.io alone).
     */
    readonly trusts: "always" | "quay" | "quay-and-docker" | "where-not-told";
    /** What it runs where it is told no repository. */
    readonly repository: string;
    /** First rkt that takes its own options. */
    readonly needsRkt: string;
    /** First rkt that does not take them any more; undefined: the newest takes them. */
    readonly endsWithRkt: string | undefined;
}

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
const OF_A = [...COMMON, volume("etc-ssl-certs", "/usr/share/ca-certificates", "/etc/ssl/certs")];
const OF_B = [...OF_A, volume("os-release", "/usr/lib/os-release", "/etc/os-release")];
const OF_D = [
    ...COMMON,
    shared("etc-ssl-certs", "/etc/ssl/certs", true),
    shared("usr-share-certs", "/usr/share/ca-certificates", true),
    volume("os-release", "/usr/lib/os-release", "/etc/os-release", true),
];
const OF_E = [...OF_D, shared("var-log", "/var/log")];

const recursiveKubelet = (volumes: readonly WrapperVolume[]): readonly WrapperVolume[] =>
    volumes.map((each) => (each.name === "var-lib-kubelet" ? { ...each, recursive: true } : each));

const OF_F = recursiveKubelet(OF_E);
const OF_G = OF_F.map((each) => ({ ...each, name: `coreos-${each.name}` }));
const OF_H = [...OF_G, shared("coreos-lib-modules", "/lib/modules", true)];
const OF_J = [...OF_H, shared("coreos-etc-machine-id", "/etc/machine-id", true)];

const STAGE1_PATH = ["--stage1-path=/usr/share/rkt/stage1-fly.aci"];
const STAGE1_FROM_DIR = ["--stage1-from-dir=stage1-fly.aci"];

const old = {
    variables: OLD_NAMES,
    options: STAGE1_FROM_DIR,
    optionsStand: "after",
    globs: true,
    trusts: "always",
    repository: DEFAULT_REPOSITORY,
    needsRkt: "1.0.0",
    endsWithRkt: undefined,
} as const;
const rewritten = { ...old, variables: NEW_NAMES, optionsStand: "before", trusts: "quay" } as const;
const overlay = (commit: string): string => `coreos/coreos-overlay ${commit}`;

/** Of our own text, with the volumes of B. */
export const OURS: WrapperGeneration = {
    ...old,
    name: "ours",
    source: "provider/coreos/wrapper.ts",
    volumes: OF_B,
    globs: false,
    trusts: "where-not-told",
    needsRkt: FIRST_FLY,
};

// Its stage1 stands in A and B as a path.
export const A: WrapperGeneration = {
    ...old,
    name: "A",
    source: overlay("d37e3eff6"),
    volumes: OF_A,
    options: STAGE1_PATH,
    endsWithRkt: CHECKS_STAGE1,
};
export const B: WrapperGeneration = { ...A, name: "B", source: overlay("7364d4304"), volumes: OF_B };
export const C: WrapperGeneration = { ...old, name: "C", source: overlay("b7261b601"), volumes: OF_B };

// Its ebuild asks for rkt 1.9.1; it was run on 1.0.0.
export const D: WrapperGeneration = { ...rewritten, name: "D", source: overlay("e0b464281"), volumes: OF_D };
export const E: WrapperGeneration = { ...D, name: "E", source: overlay("1118a4cea"), volumes: OF_E };
export const F: WrapperGeneration = {
    ...E,
    name: "F",
    source: overlay("c6cf2a729"),
    volumes: OF_F,
    needsRkt: TAKES_RECURSIVE,
};
export const F_WITHOUT_LOG: WrapperGeneration = {
    ...F,
    name: "F'",
    source: overlay("a10998b79, 70fea222f"),
    volumes: recursiveKubelet(OF_D),
};
export const G: WrapperGeneration = { ...F, name: "G", source: overlay("e550d2ea5"), volumes: OF_G };
export const H: WrapperGeneration = { ...G, name: "H", source: overlay("2a794bb4c"), volumes: OF_H };
export const I: WrapperGeneration = {
    ...H,
    name: "I",
    source: overlay("89f4a798f"),
    options: [...STAGE1_FROM_DIR, "--hosts-entry=host"],
    needsRkt: TAKES_HOSTS_ENTRY,
};
export const J: WrapperGeneration = { ...I, name: "J", source: overlay("64a9f4340"), volumes: OF_J };
export const K: WrapperGeneration = {
    ...J,
    name: "K",
    source: overlay("aa2191243"),
    trusts: "quay-and-docker",
    repository: `docker://${DEFAULT_REPOSITORY}`,
};
export const FLATCAR: WrapperGeneration = {
    ...K,
    name: "Flatcar",
    source: "kinvolk/coreos-overlay 2b1470583 (PR 426)",
    trusts: "where-not-told",
};

import { generationOf, type WrapperFacts } from "../coreos/generations";
import type { ImageSpec } from "../spec/spec";

/** The image of one kubelet version, as the commands around it name it. */
export interface Image {
    /** As `rkt image list` names it. */
    readonly stored: string;
    /** As `rkt fetch` takes it. */
    readonly reference: string;
    readonly tag: string;
    /** Docker images carry no signature that rkt could check. */
    readonly insecure: boolean;
    readonly fetchOptions: readonly string[];
}

/** The image that the wrapper of a host runs for a version. */
export function imageOf(version: string, { repository, trust }: ImageSpec, host: WrapperFacts): Image {
    const from = repository ?? generationOf(host).repository;
    const insecure = trust === "insecure" || from.startsWith("docker://");
    return {
        stored: `${from.replace(/^docker:\/\//, "")}:${version}`,
        reference: `${from}:${version}`,
        tag: version,
        insecure,
        fetchOptions: [insecure ? "--insecure-options=image" : "--trust-keys-from-https"],
    };
}

/** Why a text cannot be a KUBELET_VERSION; undefined: it can. */
export function versionProblem(version: string): string | undefined {
    if (version === "") return "must not be empty: it is the tag of the kubelet's image, such as v1.3.4_coreos.0";
    if (version.includes("+"))
        return "an image tag has no +: CoreOS writes v1.3.4_coreos.0 for release v1.3.4+coreos.0";
    if (!/^v?\d[\w.-]{0,126}$/.test(version)) return "must be the tag of a hyperkube image, such as v1.3.4_coreos.0";
    return undefined;
}

/** A release of Kubernetes 1.x. */
export interface Release {
    readonly minor: number;
    /** Undefined where the tag names none. */
    readonly patch: number | undefined;
}

/** The release of Kubernetes 1.x that a tag is of, upstream's and CoreOS's alike; undefined where the text does not tell. */
export function releaseIn(version: string): Release | undefined {
    const [, minor, patch] = /^v?1\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
    if (minor === undefined) return undefined;
    return {
        minor: Number.parseInt(minor, 10),
        patch: patch === undefined ? undefined : Number.parseInt(patch, 10),
    };
}

/** The minor of a Kubernetes 1.x version; undefined where the text does not tell. */
export function kubernetesMinor(version: string): number | undefined {
    return releaseIn(version)?.minor;
}

/** Whether a tag is of the form of upstream's, such as `v1.8.5` or `v1.9.0-beta.1`. */
export function isUpstreamTag(version: string): boolean {
    return /^v?1\.\d+\.\d+(-[a-z]+\.\d+)?$/.test(version);
}

/** Whether a tag is of CoreOS's images, such as `v1.3.4_coreos.0` or `v1.2.3_coreos.cni.0`. Source: coreos/kubernetes, its tags. */
export function isCoreosTag(version: string): boolean {
    return version.includes("_coreos");
}

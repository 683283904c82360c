import { valueAt, type ByRelease, type OsVersion } from "./by-release";
import * as forms from "./wrapper-forms";
import type { WrapperGeneration } from "./wrapper-forms";

export type { WrapperGeneration, WrapperVolume } from "./wrapper-forms";

/** The first release that shipped a wrapper; one on arm64 came later. Source: coreos/coreos-overlay d37e3eff6. */
export const FIRST_WRAPPER = "962.0.0";

/** Source: the tags of coreos/manifest, which pin the commit of coreos-overlay that an image was built from. */
const COREOS: ByRelease<WrapperGeneration> = [
    [FIRST_WRAPPER, forms.A],
    ["1025.0.0", forms.B],
    ["1047.0.0", forms.C],
    ["1207.0.0", forms.D],
    ["1353.0.0", forms.E],
    ["1353.6.0", forms.D],
    ["1353.8.0", forms.F_WITHOUT_LOG],
    ["1367.0.0", forms.E],
    ["1381.0.0", forms.F],
    ["1409.4.0", forms.F_WITHOUT_LOG],
    ["1423.0.0", forms.G],
    ["1451.0.0", forms.H],
    ["1576.0.0", forms.I],
    ["1758.0.0", forms.J],
    ["2512.0.0", forms.K],
];

/**
 * CoreOS's until Flatcar wrote its own, which came into Alpha 2513.1.0 (2020-06-30) and Stable 2512.3.0 (2020-08-20).
 * Source: flatcar/flatcar-website data/releases, the notes that name coreos-overlay PR 366 and PR 426.
 */
const FLATCAR: ByRelease<WrapperGeneration> = [
    ...COREOS,
    ["2512.3.0", forms.FLATCAR],
    ["2513.0.0", forms.K],
    ["2513.1.0", forms.FLATCAR],
];

/** Every form that the wrapper has had. */
export const WRAPPER_GENERATIONS: readonly WrapperGeneration[] = Object.values(forms);

/** What a wrapper depends on. */
export interface WrapperFacts extends OsVersion {
    /** `host`: the OS ships /usr/lib/coreos/kubelet-wrapper; `uploaded`: ours at /opt/bin/kubelet-wrapper. */
    readonly wrapperSource: "host" | "uploaded";
}

/**
 * The generation of the kubelet-wrapper that runs on a host. A release older than every one that shipped a wrapper, which has
 * one all the same, is taken to have the first.
 */
export function generationOf({ osId, osVersion, wrapperSource }: WrapperFacts): WrapperGeneration {
    if (wrapperSource === "uploaded") return forms.OURS;
    return valueAt(wrappersOf(osId), osVersion) ?? forms.A;
}

/** The generations that the releases of an OS shipped on amd64. */
export function wrappersOf(osId: string): ByRelease<WrapperGeneration> {
    return osId === "flatcar" ? FLATCAR : COREOS;
}

/**
 * First release that could ship a wrapper on arm64: by its date the first after coreos-overlay fbf8bc4dc (PR 2499,
 * 2017-05-26). What is there counts: ours is uploaded wherever none is.
 */
export const FIRST_ARM64_WRAPPER = "1430.0.0";

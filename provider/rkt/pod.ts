import type { WrapperGeneration } from "../coreos/generations";
import type { Line, Said } from "./line";
import type { Mount } from "./mounts";
import { cleaned } from "./paths";
import type { Option } from "./parse";
import type { Volume } from "./volumes";

/** A volume or mount of the pod, and the option that gives it; undefined: the wrapper's own. */
export interface Entry<T> {
    readonly is: T;
    readonly by: Option | undefined;
}

/** What rkt makes a pod of: the wrapper's volumes and mounts and those of RKT_OPTS, in the order of its command line. */
export interface Pod {
    readonly volumes: readonly Entry<Volume>[];
    readonly mounts: readonly Entry<Mount>[];
    /** The mounts without those on a target that is taken by then. Source: rkt/rkt stage0/run.go, deduplicateMPs. */
    readonly kept: readonly Entry<Mount>[];
}

/** The pod of options that rkt can read; those that it cannot are left out. */
export function podOf(line: Line, { volumes, optionsStand }: WrapperGeneration): Pod {
    const ordered = <T>(own: readonly T[], given: readonly Said<T>[]): readonly Entry<T>[] => {
        const wrappers = own.map((is) => ({ is, by: undefined }));
        const readable = given.filter(({ errors }) => errors.length === 0);
        return optionsStand === "after" ? [...wrappers, ...readable] : [...readable, ...wrappers];
    };
    const own = volumes.map(({ name, target }) => ({ volume: name, target, path: cleaned(target) }));
    const mounts = ordered(own, line.mounts);
    const firstOn = (target: string): Entry<Mount> | undefined => mounts.find(({ is }) => is.target === target);
    return {
        volumes: ordered(volumes, line.volumes),
        mounts,
        kept: mounts.filter((mount) => firstOn(mount.is.target) === mount),
    };
}

/** The definition that counts for a name: of several, the last. Run on 0.15.0 to 1.20.0; later ones take no two. */
export function volumeNamed({ volumes }: Pod, name: string): Entry<Volume> | undefined {
    return volumes.findLast(({ is }) => is.name === name);
}

/** The mount that covers a path of the image; undefined: the image's own shows. */
export function mountOn({ kept }: Pod, path: string): Entry<Mount> | undefined {
    return kept.find(({ is }) => is.path === path);
}

export function isSameVolume(a: Volume, b: Volume): boolean {
    return cleaned(a.source) === cleaned(b.source) && a.readOnly === b.readOnly && a.recursive === b.recursive;
}

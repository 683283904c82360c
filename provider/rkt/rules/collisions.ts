import { compareVersions } from "../../versions";
import { each, finding, type Fault, type Finding, type Severity } from "../findings";
import type { Case } from "../judge";
import type { Line } from "../line";
import { cleaned } from "../paths";
import { isSameVolume, volumeNamed, type Entry, type Pod } from "../pod";
import type { Volume } from "../volumes";

/** First rkt that refuses a name twice and drops what is not mounted. Source: rkt/rkt issue 3663, be7d77c4, 1916ca71; run on 1.20.0 and 1.30.0. */
const FIRST_STRICT = "1.26.0";

/** Names and targets that are taken: by another of the options, or by the wrapper's own. */
export function collisionRules({ line, pod, place }: Case): readonly Finding[] {
    const isStrict = compareVersions(place.rktVersion, FIRST_STRICT) >= 0;
    return [
        ...danglingMounts(line, pod),
        ...unmountedVolumes(line, pod, isStrict),
        ...namesTwice(pod, isStrict),
        ...volumesOnTwoTargets(pod),
        ...targetsTwice(pod, isStrict),
    ];
}

function danglingMounts({ volumes, mounts }: Line, pod: Pod): readonly Finding[] {
    // A volume that rkt cannot read is told of already.
    const names = new Set([...pod.volumes, ...volumes].map(({ is }) => is.name));
    const dangling = mounts.filter(({ is, errors }) => errors.length === 0 && !names.has(is.volume));
    const problem = "no --volume has the name that this mount asks for";
    const subjects = dangling.map(({ by }) => by);
    return each(
        "error",
        subjects,
        "mount-dangling",
        problem,
        "add --volume=NAME,kind=host,source=/PATH, or mend the name",
    );
}

function unmountedVolumes({ volumes, mounts }: Line, pod: Pod, isStrict: boolean): readonly Finding[] {
    const mounted = new Set([...pod.mounts, ...mounts].map(({ is }) => is.volume));
    const unmounted = volumes.filter(({ is, errors }) => errors.length === 0 && !mounted.has(is.name));
    const problem = `no --mount asks for the volume: ${isStrict ? "rkt leaves it out" : "this rkt does not start then"}`;
    const subjects = unmounted.map(({ by }) => by);
    const severity = isStrict ? "warning" : "error";
    return each(severity, subjects, "volume-unmounted", problem, "add --mount=volume=NAME,target=/PATH");
}

function namesTwice({ volumes }: Pod, isStrict: boolean): readonly Finding[] {
    return clashes(volumes, (a, b) => a.name === b.name).flatMap((clash) => {
        const { earlier, later, isLater, whose } = clash;
        if (!isStrict && isSameVolume(earlier.is, later.is)) return [];
        const outcome = isStrict ? "rkt takes no name twice" : `${isLater ? "that" : "this"} one is dropped silently`;
        const problem = `the name ${later.is.name} is ${whose} too, and ${outcome}`;
        const fault = { rule: "volume-twice", field: "name", problem, remedy: "rename the volume" } as const;
        return tell(isStrict ? "error" : "warning", clash, fault);
    });
}

/** Source: rkt/rkt stage1_fly/run/main.go, evaluateMounts: "duplicate mount given". */
function volumesOnTwoTargets({ kept }: Pod): readonly Finding[] {
    return clashes(kept, (a, b) => a.volume === b.volume).flatMap((clash) => {
        const { target } = (clash.isLater ? clash.earlier : clash.later).is;
        const problem = `${clash.whose} mount puts the volume on ${target}, and fly mounts a volume once`;
        const remedy = "mount a volume of another name";
        return tell("error", clash, { rule: "volume-on-two-targets", field: "target", problem, remedy });
    });
}

/** The first mount on a target counts, and the volume of the other is left without one. */
function targetsTwice(pod: Pod, isStrict: boolean): readonly Finding[] {
    return clashes(pod.mounts, (a, b) => a.target === b.target && a.volume !== b.volume).flatMap((clash) => {
        const { earlier, later, isLater, whose } = clash;
        const isMissed = !isStrict && !pod.kept.some(({ is }) => is.volume === later.is.volume);
        const [winner, loser] = [earlier, later].map(({ is }) => volumeNamed(pod, is.volume)?.is);
        if (!isMissed && winner !== undefined && loser !== undefined && servesAs(winner, loser, isLater)) return [];
        const outcome = isMissed
            ? "this rkt does not start then"
            : `${isLater ? "this" : "that"} one is dropped silently`;
        const problem = `on ${later.is.target} stands ${whose} mount too, and ${outcome}`;
        const remedy = "leave the volume out, or mount it elsewhere";
        return tell(isMissed ? "error" : "warning", clash, { rule: "target-twice", field: "target", problem, remedy });
    });
}

/** Whether nothing is missed for a volume in whose place another is mounted; the winner's own wish is no loss. */
function servesAs(winner: Volume, loser: Volume, isLoserAsked: boolean): boolean {
    if (isLoserAsked) return isSameVolume(winner, loser);
    const isAsOpen = winner.recursive || !loser.recursive;
    return cleaned(winner.source) === cleaned(loser.source) && isAsOpen && (!winner.readOnly || loser.readOnly);
}

/** Two entries of which only one can be. */
interface Clash<T> {
    readonly earlier: Entry<T>;
    readonly later: Entry<T>;
    /** Whether the later one is told of it; the earlier one is where the later one is the wrapper's. */
    readonly isLater: boolean;
    /** Whose the other one is. */
    readonly whose: string;
}

/** Every later entry that clashes with one before it; what a wrapper has of its own is no clash. */
function clashes<T>(entries: readonly Entry<T>[], isClash: (a: T, b: T) => boolean): readonly Clash<T>[] {
    return entries.flatMap((later, at) => {
        const earlier = entries.slice(0, at).find(({ is }) => isClash(is, later.is));
        if (earlier === undefined || (earlier.by ?? later.by) === undefined) return [];
        const isLater = later.by !== undefined;
        const isWrappers = (isLater ? earlier : later).by === undefined;
        return [{ earlier, later, isLater, whose: isWrappers ? "the wrapper's own" : "another option's" }];
    });
}

function tell(severity: Severity, { earlier, later }: Clash<unknown>, fault: Fault): readonly Finding[] {
    const by = later.by ?? earlier.by;
    return by === undefined ? [] : [finding(severity, by, fault)];
}

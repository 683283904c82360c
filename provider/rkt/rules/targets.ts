import { finding, type Finding } from "../findings";
import type { Case } from "../judge";
import type { Mount } from "../mounts";
import { below, cleaned } from "../paths";
import { volumeNamed, type Entry, type Pod } from "../pod";

/** Folders of the host that fly mounts before any volume, shared with the host. Source: rkt/rkt stage1_fly/run/main.go. */
const OF_THE_KERNEL = ["/dev", "/proc", "/sys"];

/** Mounts that cover others. */
export function targetRules({ pod }: Case): readonly Finding[] {
    return [
        ...pod.kept.flatMap((inner) => nesting(pod, inner)),
        ...pod.kept.flatMap((mount) => kernelTarget(pod, mount)),
    ];
}

/** Fly mounts in the order of a Go map. Run on 1.30.0: of 20 starts with /a and /a/b, the inner mount was seen 18 times. */
function nesting(pod: Pod, inner: Entry<Mount>): readonly Finding[] {
    const outer = pod.kept.find(
        (other) =>
            (other.by ?? inner.by) !== undefined &&
            covers(other.is, inner.is) &&
            !showsTheSame(pod, other.is, inner.is),
    );
    const by = inner.by ?? outer?.by;
    if (outer === undefined || by === undefined) return [];
    const other = by === inner.by ? outer : inner;
    const whose = other.by === undefined ? "the wrapper's own" : "another option's";
    const problem = `${whose} mount on ${other.is.target} and this one cover each other, in another order at each start`;
    const remedy = "mount the two beside each other";
    return [finding("warning", by, { rule: "target-nested", field: "target", problem, remedy })];
}

function covers(outer: Mount, inner: Mount): boolean {
    // Only equal texts are held for one target, not two spellings of one path.
    return below(inner.path, outer.path) !== undefined || (inner.path === outer.path && outer.target < inner.target);
}

/** Whether it is all one which of the two is seen. */
function showsTheSame(pod: Pod, outer: Mount, inner: Mount): boolean {
    const [around, within] = [volumeNamed(pod, outer.volume)?.is, volumeNamed(pod, inner.volume)?.is];
    if (around === undefined || within === undefined) return true;
    const rest = below(inner.path, outer.path) ?? "";
    return cleaned(around.source + rest) === cleaned(within.source) && around.readOnly === within.readOnly;
}

function kernelTarget(pod: Pod, { is: { volume, path }, by }: Entry<Mount>): readonly Finding[] {
    const folder = OF_THE_KERNEL.find((each) => path === each || below(path, each) !== undefined);
    const source = volumeNamed(pod, volume)?.is.source;
    if (folder === undefined || by === undefined || source === undefined || cleaned(source) === path) return [];
    const problem = `the kubelet has the host's ${folder}, shared with the host: what is mounted there, the host sees too`;
    return [finding("warning", by, { rule: "target-of-the-kernel", field: "target", problem, remedy: "leave it out" })];
}

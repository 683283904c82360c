import type { Spec } from "../spec/spec";
import { releaseIn, type Release } from "./image";

/**
 * Why a change of version should be thought over: it goes back, or over more than one minor; undefined: neither, or the tags
 * do not tell. Source: kubernetes docs/design/versioning.md at v1.4.6; kubernetes/website version-skew-policy.
 */
export function versionJump({ version }: Spec, before: string): string | undefined {
    const [from, to] = [releaseIn(before), releaseIn(version)];
    if (from === undefined || to === undefined) return undefined;
    if (isBefore(to, from)) {
        const kept = "what the newer kubelet wrote to /var/lib/kubelet stays there";
        return `is a downgrade, from Kubernetes ${nameOf(from)} to ${nameOf(to)}: ${kept}`;
    }
    if (to.minor - from.minor <= 1) return undefined;
    const [first, last] = [from.minor + 1, to.minor - 1];
    const skipped = first === last ? `1.${first}` : `1.${first} to 1.${last}`;
    const rule = "a node may be two minors older than its API server, never newer";
    return `goes from Kubernetes 1.${from.minor} to 1.${to.minor} and skips ${skipped}: ${rule}`;
}

function isBefore(a: Release, b: Release): boolean {
    if (a.minor !== b.minor) return a.minor < b.minor;
    return a.patch !== undefined && b.patch !== undefined && a.patch < b.patch;
}

function nameOf({ minor, patch }: Release): string {
    return patch === undefined ? `1.${minor}` : `1.${minor}.${patch}`;
}

import type { Finding } from "../spec/judge";
import type { Spec } from "../spec/spec";
import { flagWarnings } from "./flag-warnings";
import { flagProblems } from "./flags";
import { versionProblem } from "./image";
import { imageDoubts, imageProblems } from "./image-verdict";
import { versionJump } from "./version-jump";

/** What the program asked for before, and what of its wish is not known yet. */
export interface Context {
    /** The version before; undefined: there was none. */
    readonly before: string | undefined;
    /** Whether `image` and `unit` are known. */
    readonly isImageKnown: boolean;
}

/** Why a kubelet cannot be what the program asks for. */
export function kubeletProblems(spec: Spec, { before, isImageKnown }: Context): readonly Finding[] {
    const reason = versionProblem(spec.version);
    const jump = before === undefined || spec.onVersionJump === "warn" ? undefined : versionJump(spec, before);
    return [
        ...(reason === undefined ? [] : [{ path: "version", reason }]),
        ...(jump === undefined
            ? []
            : [{ path: "version", reason: `${jump}; onVersionJump: "warn" would let it pass` }]),
        ...flagProblems(spec),
        ...(isImageKnown ? imageProblems(spec) : []),
    ];
}

/** What an operator should know before the kubelet is what the program asks for. Pure; each thing once. */
export function kubeletWarnings(spec: Spec, { before, isImageKnown }: Context): readonly Finding[] {
    const jump = before === undefined ? undefined : versionJump(spec, before);
    return [
        ...(jump === undefined ? [] : [{ path: "version", reason: jump }]),
        ...flagWarnings(spec, before),
        ...(isImageKnown ? imageDoubts(spec) : []),
    ];
}

import { HostError } from "../errors";

/**
 * Stack configuration: `true` lets delete forget hosts that cannot be reached. A `pulumi destroy` that does not run the
 * program hands on the configuration of the last `up`, which the state keeps.
 */
export const FORGET = "coreos-kubelet:forgetUnreachableOnDelete";

export function lostWords({ kind }: HostError): string {
    return kind === "unreachable" ? "it cannot be reached" : "it shows another host key";
}

/** The error of a delete that cannot get at its host: what to do where that is gone for good. */
export function lostDelete(error: HostError): HostError {
    return new HostError({
        kind: error.kind,
        host: error.host,
        step: "delete",
        happened: lostWords(error),
        hostState: "What it runs now is not known",
        next: `If it is gone for good: \`pulumi config set ${FORGET} true\` (\`destroy\` heeds it with --run-program), or onDelete: "retain" by a \`pulumi up\` before, or deletedWith its machine`,
        cause: error,
    });
}

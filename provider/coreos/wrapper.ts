import { stage1Argument } from "../rkt/versions";
import { FIRST_WRAPPER } from "./generations";
import { OURS } from "./wrapper-forms";

/** Where ours lies on a host. */
export const WRAPPER_PATH = "/opt/bin/kubelet-wrapper";

/** What the line begins with that tells ours from every other. */
const MARK = "# Written by pulumi-coreos-kubelet ";

/**
 * The kubelet-wrapper for hosts that ship none, in our own words, with the arguments of the first one that CoreOS shipped
 * and the os-release of a later one. Source: coreos/coreos-overlay d37e3eff6 (release 962.0.0), 7364d4304 (1025.0.0).
 */
export function wrapperText(rktVersion: string): string {
    // All of them may be written to, and none is recursive: what rkt makes of a volume that says nothing of either.
    const volumes = OURS.volumes.map(
        ({ name, source, target }) =>
            `    --volume ${name},kind=host,source=${source} --mount volume=${name},target=${target} \\`,
    );
    return [
        ...HEAD,
        "exec /usr/bin/rkt run \\",
        ...volumes,
        '    "${trust[@]}" ${RKT_OPTS-} \\',
        ...tail(rktVersion),
    ].join("\n");
}

const HEAD: readonly string[] = [
    "#!/bin/bash",
    `${MARK}for a CoreOS older than ${FIRST_WRAPPER}, which ships no kubelet-wrapper.`,
    "# Runs the kubelet of KUBELET_VERSION under rkt. KUBELET_ACI: another image; RKT_OPTS: more options for `rkt run`.",
    "set -euf",
    "",
    "if [[ -z ${KUBELET_VERSION-} ]]; then",
    '    echo "ERROR: must set KUBELET_VERSION" >&2',
    "    exit 1",
    "fi",
    `image=\${KUBELET_ACI:-${OURS.repository}}:$KUBELET_VERSION`,
    "",
    "mkdir -p /etc/kubernetes /var/lib/docker /var/lib/kubelet /run/kubelet",
    "",
    "trust=(--trust-keys-from-https)",
    "if [[ $image == docker://* || ${RKT_OPTS-} == *--insecure-options* ]]; then",
    "    trust=(--insecure-options=image)",
    "fi",
    "",
    "# RKT_OPTS is many words in one variable.",
    "# shellcheck disable=SC2086",
];

function tail(rktVersion: string): readonly string[] {
    return [`    ${stage1Argument(rktVersion) ?? ""} \\`, '    "$image" --exec=/kubelet -- "$@"', ""];
}

/** The wrapper without what bash does not read: comments, blank lines, indentation. Equal meaning, no new upload. */
export function wrapperMeaning(text: string): string {
    return text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
        .join("\n");
}

/** Whether a wrapper is one that we uploaded, of whatever release. */
export function isOurWrapper(text: string): boolean {
    return text.includes(`\n${MARK}`);
}

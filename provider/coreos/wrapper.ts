import { stage1Argument } from "../rkt/versions";

/**
 * The kubelet-wrapper for hosts that ship none, in our own words, with the arguments of the first one that CoreOS shipped
 * and the os-release of a later one. Source: coreos/coreos-overlay d37e3eff6 (release 962.0.0), 7364d4304 (1025.0.0).
 */
export function wrapperText(rktVersion: string): string {
    const mounts = [...SHARED, ["etc-ssl-certs", "/usr/share/ca-certificates", "/etc/ssl/certs"] as const, OS_RELEASE];
    const volumes = mounts.map(
        ([name, source, target]) =>
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

const same = (name: string, path: string): readonly [string, string, string] => [name, path, path];

const SHARED = [
    same("etc-kubernetes", "/etc/kubernetes"),
    same("var-lib-docker", "/var/lib/docker"),
    same("var-lib-kubelet", "/var/lib/kubelet"),
    same("run", "/run"),
];

const OS_RELEASE = ["os-release", "/usr/lib/os-release", "/etc/os-release"] as const;

const HEAD: readonly string[] = [
    "#!/bin/bash",
    "# Written by pulumi-coreos-kubelet for a CoreOS older than 962.0.0, which ships no kubelet-wrapper.",
    "# Runs the kubelet of KUBELET_VERSION under rkt. KUBELET_ACI: another image; RKT_OPTS: more options for `rkt run`.",
    "set -euf",
    "",
    "if [[ -z ${KUBELET_VERSION-} ]]; then",
    '    echo "ERROR: must set KUBELET_VERSION" >&2',
    "    exit 1",
    "fi",
    "image=${KUBELET_ACI:-quay.io/coreos/hyperkube}:$KUBELET_VERSION",
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

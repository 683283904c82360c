import { kubernetesMinor } from "../kubelet/image";

/** How many minors a kubelet may be older than its API server. Source: kubernetes/website version-skew-policy. */
const OLDEST = 2;

/**
 * Why a kubelet of a version must not serve an API server of another; undefined: it may, or its tag tells no version. Pure.
 * Source: kubernetes docs/design/versioning.md at v1.4.6.
 */
export function skewProblem(version: string, apiServerVersion: string): string | undefined {
    const server = kubernetesMinor(apiServerVersion);
    if (server === undefined) return "apiServerVersion must be a version of Kubernetes, such as v1.4.6";
    const kubelet = kubernetesMinor(version);
    if (kubelet === undefined) return undefined;
    const rule = `the API server is of Kubernetes 1.${server}, and a kubelet may be ${OLDEST} minors older, never newer`;
    if (kubelet > server) return `version is of Kubernetes 1.${kubelet}: ${rule}. Upgrade the API server first`;
    if (server - kubelet > OLDEST) return `version is of Kubernetes 1.${kubelet}: ${rule}. Take a newer one`;
    return undefined;
}

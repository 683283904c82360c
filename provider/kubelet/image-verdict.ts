import { generationOf, type WrapperFacts } from "../coreos/generations";
import { DEFAULT_REPOSITORY } from "../coreos/repository";
import type { Finding } from "../spec/judge";
import type { Spec } from "../spec/spec";
import { imageOf, isCoreosTag, isUpstreamTag, kubernetesMinor } from "./image";

const ARGUMENTS = "KUBELET_IMAGE_ARGS";

/** First minor whose hyperkube of upstream's has a /kubelet. Source: coreos/bugs issue 1299. */
const FIRST_ENTRY = 4;

/** First minor whose /kubelet is a dispatcher that fails by itself. Source: flatcar/Flatcar issue 15. */
const FIRST_DISPATCHER = 17;

/** First minor without a hyperkube image of upstream's. Source: kubernetes/kubernetes PR 88676. */
const NO_IMAGE = 19;

/** Repositories that Kubernetes itself publishes in. Source: kubernetes/kubernetes build/lib/release.sh, cluster/images/hyperkube. */
const UPSTREAM =
    /^((eu|us|asia)\.)?(gcr\.io\/google[_-]containers|k8s\.gcr\.io|registry\.k8s\.io|gcr\.io\/k8s-artifacts-prod)\/hyperkube(-\w+)?$/;

const EXAMPLE = "docker://k8s.gcr.io/hyperkube";
const REMEDY = `unit.environment: { ${ARGUMENTS}: "--exec=/usr/local/bin/kubelet" }`;

/** What an image is taken for: upstream's own, probably a copy of upstream's, or any other. */
type Origin = "upstream" | "copy" | "other";

function originOf({ image, version }: Spec): Origin {
    const repository = withoutScheme(image.repository ?? DEFAULT_REPOSITORY);
    if (UPSTREAM.test(repository)) return "upstream";
    const isCopy =
        repository !== DEFAULT_REPOSITORY && /\/hyperkube(-\w+)?$/.test(repository) && isUpstreamTag(version);
    return isCopy ? "copy" : "other";
}

function withoutScheme(repository: string): string {
    return repository.replace(/^docker:\/\//, "");
}

/** Whether upstream's image of that minor has no /kubelet that would run by itself. */
function needsArguments(minor: number): boolean {
    return minor < FIRST_ENTRY || minor >= FIRST_DISPATCHER;
}

function entryReason(minor: number): string {
    if (minor < FIRST_ENTRY) return "upstream's images before Kubernetes 1.4 have no /kubelet: take CoreOS's";
    return `/kubelet of upstream's images runs nothing by itself from Kubernetes 1.17 on: set ${REMEDY}`;
}

/** Images that start no kubelet on any host. */
export function imageProblems(spec: Spec): readonly Finding[] {
    const minor = kubernetesMinor(spec.version);
    const isSure = originOf(spec) === "upstream" && !(ARGUMENTS in spec.unit.environment);
    if (minor === undefined || !isSure || !needsArguments(minor)) return [];
    return [{ path: "image.repository", reason: entryReason(minor) }];
}

/** Images that may not be what they seem, as far as no host need be seen. The host's store may have them all. */
export function imageDoubts(spec: Spec): readonly Finding[] {
    const { image, version, unit } = spec;
    const minor = kubernetesMinor(version);
    const origin = originOf(spec);
    const isOurs = withoutScheme(image.repository ?? DEFAULT_REPOSITORY) === DEFAULT_REPOSITORY;
    const found: Finding[] = [];
    const add = (path: string, reason: string): void => void found.push({ path, reason });
    if (isOurs && isUpstreamTag(version)) {
        const what = `${DEFAULT_REPOSITORY} has tags with _coreos.N only: add that`;
        add("version", `is a tag of upstream's, and ${what}, or set image.repository to "${EXAMPLE}"`);
    }
    if (origin === "upstream" && isCoreosTag(version)) {
        const remedy = `leave _coreos.N out, or set image.repository to "docker://${DEFAULT_REPOSITORY}"`;
        add("version", `is a tag of CoreOS's, which upstream's repository does not have: ${remedy}`);
    }
    if (origin === "upstream" && image.repository?.startsWith("docker://") === false) {
        add("image.repository", "upstream publishes docker images only: begin it with docker://");
    }
    if (origin === "upstream" && minor !== undefined && minor >= NO_IMAGE) {
        add("version", "upstream has published no hyperkube image from Kubernetes 1.19 on");
    }
    if (origin === "copy" && minor !== undefined && needsArguments(minor) && !(ARGUMENTS in unit.environment)) {
        add("image.repository", `if this is a copy of upstream's image: ${entryReason(minor)}`);
    }
    return found;
}

/**
 * Why an image cannot run under the wrapper of a host; undefined: it can, as far as we know. Trusts that check has passed
 * the spec: where the variable is wanted for sure, it is set.
 */
export function imageProblem(spec: Spec, facts: WrapperFacts): string | undefined {
    const minor = kubernetesMinor(spec.version);
    const isWanted = minor !== undefined && needsArguments(minor) && originOf(spec) !== "other";
    const isRead = generationOf(facts).variables.includes(ARGUMENTS);
    if (!isWanted || !(ARGUMENTS in spec.unit.environment) || isRead) return undefined;
    const wrapper = facts.wrapperSource === "uploaded" ? "our wrapper" : `the wrapper of CoreOS ${facts.osVersion}`;
    return `${wrapper} does not read ${ARGUMENTS}, without which the image of Kubernetes 1.${minor} starts no kubelet`;
}

/** The image of a pod that runs: the host's store has it. */
export interface RunningImage {
    readonly name: string;
    readonly tag: string;
}

/** What an operator should know of the image that the wrapper of a host would take; each sentence once, without the host's name. */
export function imageWarnings(spec: Spec, facts: WrapperFacts, running: RunningImage | undefined): readonly string[] {
    const { reference, stored } = imageOf(spec.version, spec.image, facts);
    if (!reference.startsWith(`${DEFAULT_REPOSITORY}:`)) return [];
    // Nothing of it has to be fetched.
    if (running !== undefined && `${running.name}:${running.tag}` === stored) return [];
    const what = `${DEFAULT_REPOSITORY} is no longer served in the form that rkt takes without docker://`;
    const remedy = `set image.repository to "docker://${DEFAULT_REPOSITORY}", unless the host's store has the image`;
    return [`image: ${what}: ${remedy}`];
}

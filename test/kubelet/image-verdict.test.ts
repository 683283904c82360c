// Images that cannot run, or may not be what they seem: each sentence whole.
import { describe, expect, it } from "vitest";
import { imageDoubts, imageProblem, imageProblems, imageWarnings } from "../../provider/kubelet/image-verdict";
import { specOf } from "../../provider/spec/defaults";

const ARGS = { KUBELET_IMAGE_ARGS: "--exec=/usr/local/bin/kubelet" };
const UPSTREAM = "docker://k8s.gcr.io/hyperkube";
const COPY = "docker://registry.example:5000/mirror/hyperkube-amd64";

function specFor(version: string, repository?: string, environment: Readonly<Record<string, string>> = {}) {
    const image = repository === undefined ? {} : { image: { repository } };
    return specOf({ connection: { host: "node-1" }, version, ...image, unit: { environment } });
}

const SET = 'set unit.environment: { KUBELET_IMAGE_ARGS: "--exec=/usr/local/bin/kubelet" }';
const DISPATCHER = `/kubelet of upstream's images runs nothing by itself from Kubernetes 1.17 on: ${SET}`;
const NO_ENTRY = "upstream's images before Kubernetes 1.4 have no /kubelet: take CoreOS's";

describe("refused in the preview", () => {
    // Source: coreos/bugs issue 1299; flatcar/Flatcar issue 15.
    it.each([
        ["v1.3.10", UPSTREAM, NO_ENTRY],
        ["v1.2.0", "docker://gcr.io/google_containers/hyperkube-amd64", NO_ENTRY],
        ["v1.17.0", UPSTREAM, DISPATCHER],
        ["v1.18.20", "docker://eu.gcr.io/k8s-artifacts-prod/hyperkube", DISPATCHER],
    ])("%s of %s", (version, repository, reason) => {
        expect(imageProblems(specFor(version, repository))).toEqual([{ path: "image.repository", reason }]);
        expect(imageProblems(specFor(version, repository, ARGS))).toEqual([]);
    });

    it.each([
        ["v1.4.0", UPSTREAM],
        ["v1.16.15", UPSTREAM],
        ["v2-custom", UPSTREAM],
        // It may hold anything.
        ["v1.18.20", COPY],
        ["v1.18.20", "docker://quay.io/poseidon/kubelet"],
        ["v1.3.4_coreos.0", undefined],
        ["v1.18.0_coreos.0", undefined],
    ])("not %s of %s", (version, repository) => {
        expect(imageProblems(specFor(version, repository))).toEqual([]);
    });
});

describe("doubted in the preview", () => {
    const OURS = "quay.io/coreos/hyperkube";
    const PLAIN = `version: is a tag of upstream's, and ${OURS} has tags with _coreos.N only: add that, or set image.repository to "${UPSTREAM}"`;
    it.each<readonly [string, string | undefined, readonly string[]]>([
        ["v1.8.5", undefined, [PLAIN]],
        ["v1.8.5", OURS, [PLAIN]],
        ["v1.9.0-beta.1", `docker://${OURS}`, [PLAIN]],
        [
            "v1.8.5_coreos.0",
            UPSTREAM,
            [
                `version: is a tag of CoreOS's, which upstream's repository does not have: leave _coreos.N out, or set image.repository to "docker://${OURS}"`,
            ],
        ],
        [
            "v1.8.5",
            "gcr.io/google-containers/hyperkube",
            ["image.repository: upstream publishes docker images only: begin it with docker://"],
        ],
        // Source: kubernetes/kubernetes PR 88676.
        ["v1.19.0", UPSTREAM, ["version: upstream has published no hyperkube image from Kubernetes 1.19 on"]],
        ["v1.17.0", COPY, [`image.repository: if this is a copy of upstream's image: ${DISPATCHER}`]],
        ["v1.3.10", COPY, [`image.repository: if this is a copy of upstream's image: ${NO_ENTRY}`]],
        ["v1.3.4_coreos.0", undefined, []],
        ["v1.2.3_coreos.cni.0", `docker://${OURS}`, []],
        ["v1.8.5", UPSTREAM, []],
        ["v1.8.5_coreos.0", COPY, []],
        ["v1.18.20", "docker://quay.io/poseidon/kubelet", []],
        // Somebody's own tag.
        ["v2-custom", undefined, []],
        ["v1.8.5-mine", undefined, []],
    ])("%s of %s", (version, repository, sentences) => {
        const found = imageDoubts(specFor(version, repository));
        expect(found.map(({ path, reason }) => `${path}: ${reason}`)).toEqual(sentences);
    });

    it("is a copy no more than told once the program says what to run", () => {
        expect(imageDoubts(specFor("v1.17.0", COPY, ARGS))).toEqual([]);
    });
});

const on = (osVersion: string, wrapperSource: "host" | "uploaded" = "host") => ({
    osId: "coreos",
    osVersion,
    wrapperSource,
});

describe("refused by a host", () => {
    // Source: coreos/coreos-overlay e0b464281, first in 1207.0.0: the first wrapper that reads KUBELET_IMAGE_ARGS.
    it.each([
        ["962.0.0", "host", "the wrapper of CoreOS 962.0.0"],
        ["1185.3.0", "host", "the wrapper of CoreOS 1185.3.0"],
        ["899.17.0", "uploaded", "our wrapper"],
        ["2514.1.0", "uploaded", "our wrapper"],
    ] as const)("CoreOS %s, wrapper %s", (osVersion, source, wrapper) => {
        for (const repository of [UPSTREAM, COPY]) {
            expect(imageProblem(specFor("v1.17.0", repository, ARGS), on(osVersion, source))).toBe(
                `${wrapper} does not read KUBELET_IMAGE_ARGS, without which the image of Kubernetes 1.17 starts no kubelet`,
            );
        }
    });

    it.each([
        ["a wrapper that reads it", "v1.17.0", UPSTREAM, ARGS, on("1207.0.0")],
        ["an image that needs none", "v1.16.3", UPSTREAM, ARGS, on("1185.3.0")],
        ["another image", "v1.17.0", "docker://quay.io/poseidon/kubelet", ARGS, on("1185.3.0")],
        ["a copy, of which nobody says that it needs it", "v1.17.0", COPY, {}, on("1185.3.0")],
        ["CoreOS's", "v1.3.4_coreos.0", undefined, ARGS, on("1185.3.0")],
        ["a tag that tells nothing", "v2-custom", UPSTREAM, ARGS, on("1185.3.0")],
    ])("not for %s", (_, version, repository, environment, facts) => {
        expect(imageProblem(specFor(version, repository, environment), facts)).toBeUndefined();
    });
});

describe("imageWarnings", () => {
    // Source: coreos/coreos-overlay aa2191243, first in 2512.0.0: the registry drops the conversion to ACI.
    const GONE =
        'image: quay.io/coreos/hyperkube is no longer served in the form that rkt takes without docker://: set image.repository to "docker://quay.io/coreos/hyperkube", unless the host\'s store has the image';
    it.each([
        ["the default of an old wrapper", undefined, on("1185.3.0"), [GONE]],
        ["the default of the last before", undefined, on("2430.0.0"), [GONE]],
        ["the default of ours", undefined, on("2514.1.0", "uploaded"), [GONE]],
        ["the same, spelled out", "quay.io/coreos/hyperkube", on("2514.1.0"), [GONE]],
        ["the default of a new wrapper", undefined, on("2512.0.0"), []],
        ["with docker://", "docker://quay.io/coreos/hyperkube", on("962.0.0"), []],
        ["another repository", "registry.example/coreos/hyperkube", on("962.0.0"), []],
        ["another of a like name", "quay.io/coreos/hyperkube-mine", on("962.0.0"), []],
    ])("%s", (_, repository, facts, warnings) => {
        expect(imageWarnings(specFor("v1.3.4_coreos.0", repository), facts, undefined)).toEqual(warnings);
    });

    it.each([
        ["nothing where the pod that runs is of that image: the store has it", "v1.3.4_coreos.0", []],
        ["of another tag than the one that runs", "v1.3.6_coreos.0", [GONE]],
    ])("%s", (_, version, warnings) => {
        const running = { name: "quay.io/coreos/hyperkube", tag: "v1.3.4_coreos.0" };
        expect(imageWarnings(specFor(version), on("1185.3.0"), running)).toEqual(warnings);
    });
});

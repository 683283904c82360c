import { describe, expect, it } from "vitest";
import {
    imageOf,
    isCoreosTag,
    isUpstreamTag,
    kubernetesMinor,
    releaseIn,
    versionProblem,
} from "../../provider/kubelet/image";
import type { ImageSpec } from "../../provider/spec/spec";

const TRUST = "--trust-keys-from-https";
const HOST = { osId: "coreos", osVersion: "1185.3.0", wrapperSource: "host" } as const;
const INSECURE = "--insecure-options=image";

describe("imageOf", () => {
    it.each<readonly [string, Partial<ImageSpec>, string, string, string]>([
        [
            "the wrapper's own",
            {},
            "quay.io/coreos/hyperkube:v1.3.4_coreos.0",
            "quay.io/coreos/hyperkube:v1.3.4_coreos.0",
            TRUST,
        ],
        [
            "another",
            { repository: "registry.example:5000/a/b" },
            "registry.example:5000/a/b:v1.3.4_coreos.0",
            "registry.example:5000/a/b:v1.3.4_coreos.0",
            TRUST,
        ],
        // Docker images carry no signature; the store names them without the scheme.
        [
            "docker's",
            { repository: "docker://quay.io/a" },
            "quay.io/a:v1.3.4_coreos.0",
            "docker://quay.io/a:v1.3.4_coreos.0",
            INSECURE,
        ],
        [
            "an unchecked one",
            { trust: "insecure" },
            "quay.io/coreos/hyperkube:v1.3.4_coreos.0",
            "quay.io/coreos/hyperkube:v1.3.4_coreos.0",
            INSECURE,
        ],
    ])("%s", (_, image, stored, reference, option) => {
        expect(imageOf("v1.3.4_coreos.0", { repository: undefined, trust: "keys-from-https", ...image }, HOST)).toEqual(
            {
                ...{ stored, reference, tag: "v1.3.4_coreos.0" },
                ...{ insecure: option === INSECURE, fetchOptions: [option] },
            },
        );
    });

    // Source: coreos/coreos-overlay aa2191243, first in 2512.0.0: the registry no longer converted images for rkt.
    it.each([
        ["2430.0.0", "host", "quay.io/coreos/hyperkube:v1.8.5", false],
        ["2512.0.0", "host", "docker://quay.io/coreos/hyperkube:v1.8.5", true],
        ["2514.1.0", "host", "docker://quay.io/coreos/hyperkube:v1.8.5", true],
        // Our own wrapper asks for the same image everywhere.
        ["2514.1.0", "uploaded", "quay.io/coreos/hyperkube:v1.8.5", false],
    ] as const)(
        "of CoreOS %s, wrapper %s, is the one that its wrapper takes",
        (osVersion, wrapperSource, reference, insecure) => {
            const image = { repository: undefined, trust: "keys-from-https" } as const;
            const host = { osId: "coreos", osVersion, wrapperSource };
            const found = imageOf("v1.8.5", image, host);
            expect(found).toMatchObject({ stored: "quay.io/coreos/hyperkube:v1.8.5", reference, insecure });
            expect(found.fetchOptions).toEqual([insecure ? INSECURE : TRUST]);
            const own = { ...image, repository: "quay.io/coreos/hyperkube" };
            expect(imageOf("v1.8.5", own, host)).toMatchObject({
                reference: found.stored,
                insecure: false,
            });
        },
    );
});

describe("versionProblem", () => {
    it.each([
        "v1.3.4_coreos.0",
        "v1.1.7_coreos.2",
        "v1.8.5",
        "1.8.5",
        "v1.5.1_coreos.0-rc.1",
        "v1",
        `v1${"0".repeat(126)}`,
    ])("%s can be one", (version) => {
        expect(versionProblem(version)).toBeUndefined();
    });

    it.each([
        ["", /empty/],
        // Git tags have the +, image tags cannot. Source: coreos/coreos-kubernetes contrib/bump-version.sh.
        ["v1.3.4+coreos.0", /v1\.3\.4_coreos\.0/],
        ["latest", /hyperkube image/],
        [" v1.3.4", /hyperkube image/],
        ["v1.3.4\n", /hyperkube image/],
        ["v1.3.4 x", /hyperkube image/],
        ["v1.3.4:x", /hyperkube image/],
        ["v1.3.4@sha256", /hyperkube image/],
        ["v", /hyperkube image/],
        ["v1.3.4$(id)", /hyperkube image/],
        [`v1${"0".repeat(127)}`, /hyperkube image/],
    ])("%j cannot", (version, reason) => {
        expect(versionProblem(version)).toMatch(reason);
    });
});

it.each([
    ["v1.3.4_coreos.0", 3],
    ["1.10.5", 10],
    ["v1.9", 9],
    ["v2.0.0", undefined],
    ["v11.3.0", undefined],
    ["x1.3.0", undefined],
    ["v1", undefined],
])("kubernetesMinor of %s is %s", (version, minor) => {
    expect(kubernetesMinor(version)).toBe(minor);
});

// Source: coreos/kubernetes, its tags with _ for +; upstream's as in kubernetes/kubernetes.
it.each([
    ["v1.3.4_coreos.0", { minor: 3, patch: 4 }, "coreos"],
    ["v1.2.3_coreos.cni.0", { minor: 2, patch: 3 }, "coreos"],
    ["v1.1.7_coreos.2", { minor: 1, patch: 7 }, "coreos"],
    ["v1.10.5_coreos.0", { minor: 10, patch: 5 }, "coreos"],
    ["v1.5.1_coreos.0-rc.1", { minor: 5, patch: 1 }, "coreos"],
    ["v1.8.5", { minor: 8, patch: 5 }, "upstream"],
    ["v1.19.0-rc.4", { minor: 19, patch: 0 }, "upstream"],
    ["1.18.20", { minor: 18, patch: 20 }, "upstream"],
    ["v1.9", { minor: 9, patch: undefined }, "neither"],
    ["v1.8.5-mine", { minor: 8, patch: 5 }, "neither"],
    ["v1.8.5_mine.0", { minor: 8, patch: 5 }, "neither"],
    ["v2.0.0", undefined, "neither"],
] as const)("%s is of %j, a tag of %s", (tag, release, whose) => {
    expect(releaseIn(tag)).toEqual(release);
    expect(kubernetesMinor(tag)).toBe(release?.minor);
    expect([isCoreosTag(tag), isUpstreamTag(tag)]).toEqual([whose === "coreos", whose === "upstream"]);
});

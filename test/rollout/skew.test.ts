import { describe, expect, it } from "vitest";
import { skewProblem } from "../../provider/rollout/skew";

describe("skewProblem", () => {
    it.each<readonly [kubelet: string, server: string, problem: RegExp | undefined]>([
        ["v1.4.6_coreos.0", "v1.4.6", undefined],
        ["v1.4.6_coreos.0", "v1.4.0", undefined],
        ["v1.3.4_coreos.0", "v1.4.6+coreos.0", undefined],
        ["v1.2.6_coreos.0", "1.4", undefined],
        ["v1.1.8_coreos.0", "v1.4.6", /^version is of Kubernetes 1\.1: the API server is of Kubernetes 1\.4/],
        ["v1.5.1_coreos.0", "v1.4.6", /never newer\. Upgrade the API server first$/],
        ["v1.10.0", "v1.9.6", /^version is of Kubernetes 1\.10: /],
        ["latest", "v1.4.6", undefined],
        ["v1.4.6_coreos.0", "latest", /^apiServerVersion must be a version of Kubernetes/],
        ["v1.4.6_coreos.0", "", /^apiServerVersion must be/],
    ])("a kubelet of %s, an API server of %s", (kubelet, server, problem) => {
        const found = skewProblem(kubelet, server);
        if (problem === undefined) expect(found).toBeUndefined();
        else expect(found).toMatch(problem);
    });
});

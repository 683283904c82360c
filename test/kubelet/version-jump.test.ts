import { expect, it } from "vitest";
import { versionJump } from "../../provider/kubelet/version-jump";
import { specOf } from "../../provider/spec/defaults";

const jump = (before: string, version: string) => versionJump(specOf({ connection: { host: "" }, version }), before);

const KEPT = "what the newer kubelet wrote to /var/lib/kubelet stays there";
const RULE = "a node may be two minors older than its API server, never newer";

it.each([
    ["v1.5.4_coreos.0", "v1.4.6_coreos.0", `is a downgrade, from Kubernetes 1.5.4 to 1.4.6: ${KEPT}`],
    ["v1.3.6_coreos.0", "v1.3.4_coreos.0", `is a downgrade, from Kubernetes 1.3.6 to 1.3.4: ${KEPT}`],
    ["v1.10.0", "v1.9", `is a downgrade, from Kubernetes 1.10.0 to 1.9: ${KEPT}`],
    ["v1.3.4_coreos.0", "v1.5.4_coreos.0", `goes from Kubernetes 1.3 to 1.5 and skips 1.4: ${RULE}`],
    ["v1.3.4_coreos.0", "v1.7.0", `goes from Kubernetes 1.3 to 1.7 and skips 1.4 to 1.6: ${RULE}`],
])("%s to %s", (before, version, text) => {
    expect(jump(before, version)).toBe(text);
});

it.each([
    ["v1.3.4_coreos.0", "v1.3.4_coreos.0"],
    ["v1.3.4_coreos.0", "v1.3.10_coreos.0"],
    ["v1.3.4_coreos.0", "v1.4.0_coreos.0"],
    ["v1.9.9", "v1.10.0"],
    // Another build of the same kubelet.
    ["v1.3.4_coreos.1", "v1.3.4_coreos.0"],
    ["v1.3.4", "v1.3"],
    ["latest", "v1.3.4"],
    ["v1.3.4", "v2-custom"],
])("%s to %s is none", (before, version) => {
    expect(jump(before, version)).toBeUndefined();
});

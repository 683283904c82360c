// What an operator is told of a host before its kubelet is touched.
import { expect, it } from "vitest";
import { HostError } from "../../provider/errors";
import { warningsOn } from "../../provider/plan/warnings";
import { applied, bare, fileOf, specWith } from "./hosts";

const SPEC = specWith({ image: { repository: "docker://quay.io/coreos/hyperkube" } });
const OURS = applied(SPEC);

it("nothing of a plain host, bare or ours", () => {
    expect(warningsOn(SPEC, bare())).toEqual([]);
    expect(warningsOn(SPEC, OURS)).toEqual([]);
});

it("user data of coreos-cloudinit with a kubelet.service: what will happen at boot, and the remedy", () => {
    const cloudinit = ["/var/lib/coreos-install/user_data", "/usr/share/oem/cloud-config.yml"];
    const warnings = warningsOn(SPEC, { ...OURS, cloudinit });
    expect(warnings).toEqual([
        "/var/lib/coreos-install/user_data has a kubelet.service of its own: at every boot coreos-cloudinit writes it over this one, and that kubelet may run until the next `pulumi up --refresh`. Take it out of the user data",
        expect.stringMatching(/^\/usr\/share\/oem\/cloud-config\.yml has a kubelet\.service/),
    ]);
});

it("every rule's warnings, in one list", () => {
    const path = "/etc/systemd/system/kubelet.service.d/10.conf";
    const dropIns = [{ path, ...fileOf("[Service]\nRestart=no\n") }];
    const warnings = warningsOn(specWith(), {
        ...{ ...OURS, pod: undefined, dropIns },
        cloudinit: ["/var/lib/waagent/CustomData"],
    });
    expect(warnings.map((warning) => warning.split(" ")[0])).toEqual(["image:", path, "/var/lib/waagent/CustomData"]);
});

it("a host that cannot run a kubelet is refused, not warned of", () => {
    expect(() => warningsOn(SPEC, { ...bare(), rkt: "" })).toThrow(HostError);
});

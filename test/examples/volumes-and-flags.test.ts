import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { UNIT } from "../e2e/kubelets";
import { configure, exampleOf, fleetOf } from "./project";

beforeAll(cliFolder, CLI_TIMEOUT);

test("examples/volumes-and-flags: refused without the folder, then all of it on the host", async () => {
    const fleet = await fleetOf(["node-1"], { release: "1298.7.0" });
    const node = fleet.hosts["node-1"];
    if (node === undefined) throw new Error("no host");
    const project = await exampleOf("volumes-and-flags");
    await configure(project, fleet, { version: "v1.5.4_coreos.0" });
    const refused = await project.up();
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toMatch(/\/opt\/cni\/bin/);
    expect(node.kubeletStarts()).toEqual([]);

    await node.run('mkdir -p "$PCK_ROOT/opt/cni/bin"');
    const { stdout } = succeeded(await project.up());
    expect(stdout).not.toMatch(/warning/);
    const [start, ...others] = node.kubeletStarts();
    expect(others).toEqual([]);
    expect(start?.arguments).toEqual(
        expect.arrayContaining([
            ...["--kubeconfig=/etc/kubernetes/kubeconfig", "--require-kubeconfig=true", "--hostname-override=node-1"],
            ...["--cluster-dns=10.3.0.10", "--cluster-domain=cluster.local", "--max-pods=60"],
            ...["--node-labels=example.com/rack=b,tier=storage", "--system-reserved=cpu=200m,memory=256Mi"],
            "--eviction-hard=memory.available<200Mi",
        ]),
    );
    const { stdout: unit } = await node.run(`cat "$PCK_ROOT${UNIT}"`);
    for (const target of ["/etc/resolv.conf", "/usr/sbin/iscsiadm", "/var/log", "/opt/cni/bin"]) {
        expect(unit).toMatch(new RegExp(`source=${target}[ ,].*target=${target}\\b`));
    }
    expect(unit).toMatch(/source=\/opt\/cni\/bin,readOnly=true/);
    expect(unit).toMatch(/--set-env=AWS_REGION=eu-central-1/);
    expect(unit).toMatch(/--hosts-entry=10\.0\.0\.2=registry\.example\.com/);
}, 240_000);

import { beforeAll, expect, test } from "vitest";
import type { SimulatedHost } from "../../provider/testing";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { OLD, UNIT } from "../e2e/kubelets";
import { configure, exampleOf, fleetOf, startsOn } from "./project";

beforeAll(cliFolder, CLI_TIMEOUT);

// By hand, as CoreOS's page tells it: what the arguments of the example say, in other words and another order.
const SAME = `[Unit]
Description=Kubernetes kubelet
After=network-online.target
Wants=network-online.target
[Service]
Environment=KUBELET_VERSION=${OLD} RKT_OPTS=--uuid-file-save=/var/cache/kubelet-pod.uuid
ExecStartPre=/usr/bin/mkdir -p /etc/kubernetes/manifests
ExecStartPre=-/usr/bin/rkt rm --uuid-file=/var/cache/kubelet-pod.uuid
ExecStart=/usr/lib/coreos/kubelet-wrapper --api-servers=http://127.0.0.1:8080 --config=/etc/kubernetes/manifests
ExecStop=-/usr/bin/rkt stop --uuid-file=/var/cache/kubelet-pod.uuid
RestartSec=1
Restart=always
[Install]
WantedBy=multi-user.target
`;
const OTHER = SAME.replace("ExecStart=/usr/lib/coreos/kubelet-wrapper", "$& --v=7");

const unitOn = async (node: SimulatedHost): Promise<string> => (await node.run(`cat "$PCK_ROOT${UNIT}"`)).stdout;

/** A kubelet that somebody else put there, and that runs. */
async function theirs(node: SimulatedHost | undefined, text: string): Promise<SimulatedHost> {
    if (node === undefined) throw new Error("no host");
    const bytes = Buffer.from(text).toString("base64");
    const { code } = await node.run(
        `echo ${bytes} | base64 -d >"$PCK_ROOT${UNIT}" && systemctl daemon-reload &&
        systemctl enable kubelet.service && systemctl start kubelet.service`,
    );
    expect(code).toBe(0);
    return node;
}

test("examples/adopting: taken over one by one, restarted only where it means something else, and left by destroy", async () => {
    const fleet = await fleetOf(["same", "other"]);
    const same = await theirs(fleet.hosts["same"], SAME);
    const other = await theirs(fleet.hosts["other"], OTHER);
    const project = await exampleOf("adopting");
    await configure(project, fleet, { version: OLD });
    // The first one alone, by the words of the example.
    const one = ["--target", "**fleet", "--target", "**fleet-other"];
    expect(succeeded(await project.up({ args: one })).stdout).toMatch(/"other: adopted, 0\.\d+ s without a kubelet"/);
    expect(same.kubeletStarts()).toHaveLength(1);
    expect((await same.run('test -e "$PCK_ROOT/var/lib/pulumi-coreos-kubelet"')).code).toBe(1);
    const { stdout } = succeeded(await project.up());
    expect(stdout).toContain('"same: adopted, 0 s without a kubelet"');
    expect(
        startsOn(fleet)
            .map(({ node }) => node)
            .sort(),
    ).toEqual(["other", "other", "same"]);
    expect(other.kubeletStarts().map((start) => start.arguments.includes("--v=7"))).toEqual([true, false]);
    expect(await unitOn(same)).toBe(SAME);

    const taken = await unitOn(other);
    expect(taken).not.toContain("--v=7");
    succeeded(await project.destroy());
    expect([await unitOn(same), await unitOn(other)]).toEqual([SAME, taken]);
    for (const node of [same, other]) expect((await node.systemctl("is-active", "kubelet.service")).code).toBe(0);
}, 240_000);

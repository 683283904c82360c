import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { succeeded } from "../e2e/command";
import { OLD } from "../e2e/kubelets";
import { addressOf, configureWith, exampleOf, fleetOf, startsOn } from "./project";

beforeAll(cliFolder, CLI_TIMEOUT);

test("examples/single-node: a kubelet that runs, with the wrapper that the release does not ship", async () => {
    const fleet = await fleetOf(["node"], { release: "899.17.0" });
    const { hosts, privateKey } = fleet;
    const [node] = Object.values(hosts);
    if (node === undefined) throw new Error("no host");
    const project = await exampleOf("single-node");
    await configureWith(
        project,
        { ...addressOf(node), version: OLD, apiServer: "http://10.0.0.1:8080" },
        { privateKey },
    );
    const { stdout } = succeeded(await project.up());
    expect(stdout).toMatch(/osVersion *: "899\.17\.0"/);
    expect(stdout).toMatch(/runningVersion *: "v1\.3\.4_coreos\.0"/);
    expect(startsOn(fleet).map(({ version }) => version)).toEqual([OLD]);
    expect(node.kubeletStarts()[0]?.arguments).toContain("--api-servers=http://10.0.0.1:8080");
    expect((await node.run('test -x "$PCK_ROOT/opt/bin/kubelet-wrapper"')).code).toBe(0);
}, 240_000);

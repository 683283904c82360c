// Every command of docs/host-protocol.md, as an operator types it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Properties } from "../engine/process";
import { endProviders, ProviderStack } from "../matrix/stacks";
// With the ending, or vite would take the shell program of the same name.
import { bed, hostsCanRun, type Bed } from "./bed.js";
import { held, hold, release } from "./hold.js";

const reason = hostsCanRun();
const page = readFileSync(join(__dirname, "../../docs/host-protocol.md"), "utf8");
const blocks = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = ""]) => block);

describe.skipIf(reason !== undefined)(
    `the page of the host's protocol${reason === undefined ? "" : `: ${reason}`}`,
    () => {
        let hosts: Bed;

        beforeAll(async () => {
            hosts = await bed();
            return async () => {
                await endProviders();
                await hosts.destroy();
            };
        }, 300_000);

        test("an operation is looked at, stopped, undone and its kubelet taken away by the page's commands", async () => {
            const [owned, running, said, stop, undo, remove] = blocks;
            expect(blocks).toHaveLength(6);
            const host = await hosts.up("node", "899.17.0");
            const args = (version: string): Properties => ({
                connection: { ...host.connection },
                version,
                unit: { restartSec: 0.5 },
                health: { minReadySeconds: 1, progressDeadlineSeconds: 60 },
            });
            // As core, by ssh: that is where an operator types.
            const type = async (block: string | undefined): Promise<string> => {
                const { code, stdout, stderr } = await host.type(block ?? "");
                expect([code, stderr]).toEqual([0, ""]);
                return stdout;
            };
            const stack = new ProviderStack();
            await stack.up(args("v1.3.4_coreos.0"));
            expect(await type(owned)).toMatch(/^state=committed$/m);
            expect(await type(said)).toMatch(/Started kubelet v1\.3\.4_coreos\.0/);

            const place = {
                program: "/bin/bash /run/pulumi-coreos-kubelet/* transaction *",
                command: "commit",
                skip: 0,
            };
            await hold(host, place);
            const stopped = stack.up(args("v1.3.6_coreos.0"));
            expect(await held(host, stopped)).toBe("commit");
            expect(await type(owned)).toMatch(/^state=armed$/m);
            expect(await type(running)).toMatch(
                /pulumi-coreos-kubelet@[0-9a-f]+\.service.*\n[^]*owner=urn:[^]*name=health/,
            );
            await type(stop);
            await release(host);
            expect(await stopped).toMatchObject({
                kind: "failed",
                message: expect.stringMatching(/Rolled back/) as string,
            });
            expect(await type(owned)).toMatch(/^state=rolled-back$/m);

            await hold(host, place);
            const cut = stack.up(args("v1.3.6_coreos.0"));
            expect(await held(host, cut)).toBe("commit");
            // Neither the operation nor what would undo it ends well, and nobody is left who waits for them.
            await stack.killProvider();
            await host.inside("rm /run/pulumi-coreos-kubelet/*/program; pkill -KILL -f 'program transaction'");
            await release(host);
            expect(await cut).toEqual({ kind: "killed" });
            await stack.dispose();

            await type(undo);
            expect((await host.inside("systemctl is-active kubelet.service")).stdout).toBe("active\n");
            await type(remove);
            expect(
                (
                    await host.inside(
                        "systemctl is-active kubelet.service; find / -xdev -name '*pulumi-coreos-kubelet*' -not -path '/run/*'",
                    )
                ).stdout,
            ).toBe("inactive\n");
        }, 240_000);
    },
);

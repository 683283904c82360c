// Secrets are found in clear in no preview, diagnostic, log, argument list or state file.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BAD, must, on, stackOf, stateOf } from "../kubelets";
import type { HostKind } from "../hosts";

const SECRETS = ["s3cret-environment", "s3cret-flag", "s3cret-setenv", "s3cret-start-pre", "s3cret-sudo"];

const program = (args: unknown, version: string): string => `
    const pulumi = require("@pulumi/pulumi");
    const { KubeletService } = require("pulumi-coreos-kubelet");
    const secret = pulumi.secret;
    new KubeletService("node", {
        ...${JSON.stringify(args)},
        version: ${JSON.stringify(version)},
        unit: {
            restartSec: 1,
            environment: { TOKEN: secret("s3cret-environment") },
            execStartPre: [secret("-/usr/bin/mkdir -p /run/s3cret-start-pre")],
        },
        flags: { "cloud-config": secret("s3cret-flag") },
        rkt: { setEnv: { PASSWORD: secret("s3cret-setenv") } },
    });
`;

function filesBelow(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
}

export function secretScenes({ host }: HostKind): void {
    test("secrets are in clear nowhere but on the host and in its unit", async () => {
        const node = await host();
        const { connection } = on(node) as { connection: object };
        const args = on(node, { connection: { ...connection, sudoPassword: "s3cret-sudo" } });
        const nodes = await stackOf({});
        await nodes.setProgram(program(args, "v1.3.4_coreos.0"));
        const said = [await nodes.preview({ args: ["--diff"] }), await nodes.up()];
        expect(said.map(({ code }) => code)).toEqual([0, 0]);
        await nodes.setProgram(program(args, BAD));
        said.push(await nodes.preview({ args: ["--diff"] }), await nodes.up({ args: ["--logtostderr", "-v=3"] }));
        await must(node, 'rm "$PCK_ROOT/etc/systemd/system/kubelet.service"');
        said.push(await nodes.refresh({ args: ["--diff"] }));

        const { privateKey = "" } = node.connection;
        const keyLine = privateKey.split("\n")[2] ?? "";
        expect(keyLine.length).toBeGreaterThan(40);
        const places = [
            ...said.flatMap(({ stdout, stderr }) => [stdout, stderr]),
            ...filesBelow(join(nodes.folder, "state")),
        ];
        for (const secret of [...SECRETS, keyLine]) {
            expect(places.filter((place) => place.includes(secret))).toEqual([]);
        }
        const unit = (await stateOf(nodes, "node"))?.inputs["unitText"];
        expect(JSON.stringify(unit)).toContain("s3cret-flag");
    }, 240_000);
}

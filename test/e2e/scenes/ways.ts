// Ways to a host, and who may change it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { succeeded } from "../command";
import {
    activeOn,
    fileOn,
    must,
    NEW,
    OLD,
    on,
    program,
    putOn,
    stackOf,
    startsOn,
    stateOf,
    UNIT,
    versionOn,
} from "../kubelets";
import type { Host, HostKind } from "../hosts";

export function wayScenes({ host }: HostKind): void {
    test("through a jump host, with a password: two nodes, one connection to it", async () => {
        const jump = await host({ password: "open sesame" });
        const [one, two] = [await host(), await host()];
        const { host: jumpAddress, port: jumpPort } = jump.connection;
        const hostKey = await jump.hostKey();
        const proxy = { host: jumpAddress, port: jumpPort, user: "core", password: "open sesame", hostKey };
        const behindIt = (node: Host) => {
            const { host: address, port, user, privateKey } = node.connection;
            return on(node, { connection: { host: address, port, user, privateKey, proxy } });
        };
        const nodes = await stackOf({ one: behindIt(one), two: behindIt(two) });
        succeeded(await nodes.up());
        expect(await jump.visits()).toMatchObject({ tcpConnections: 1, logins: 1, channels: 0 });
        for (const node of [one, two]) {
            expect(await startsOn(node)).toEqual([OLD]);
            expect(await node.visits()).toMatchObject({ tcpConnections: 1, logins: 1, channels: 1 });
        }
        const state = JSON.stringify(await nodes.exportState());
        expect(state).not.toContain("open sesame");
        succeeded(await nodes.destroy());
    }, 240_000);

    test("a changed host key is refused; pinning the new one is an explicit act", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        await node.changeHostKey();
        await nodes.setProgram(program({ node: on(node, { version: NEW }) }));
        const { code, stdout } = await nodes.up();
        expect(code).not.toBe(0);
        expect(stdout).toMatch(/host key/);
        expect(await versionOn(node)).toBe(OLD);
        const { connection } = on(node) as { connection: object };
        const pinned = { version: NEW, connection: { ...connection, hostKey: await node.hostKey() } };
        await nodes.setProgram(program({ node: on(node, pinned) }));
        succeeded(await nodes.up());
        expect(await versionOn(node)).toBe(NEW);
    }, 240_000);

    test("a unit that is not ours is refused, and adopted where that is asked for", async () => {
        const node = await host();
        const foreign = `[Service]
    Environment=KUBELET_VERSION=${OLD}
    ExecStart=/usr/lib/coreos/kubelet-wrapper --api-servers=http://127.0.0.1:8080 --v=7
    Restart=always
    [Install]
    WantedBy=multi-user.target
    `;
        await putOn(node, UNIT, foreign);
        await must(node, "systemctl daemon-reload && systemctl start kubelet.service");
        const nodes = await stackOf({ node: on(node) });
        const refused = await nodes.up();
        expect(refused.code).not.toBe(0);
        expect(refused.stdout).toMatch(/not ours.*it sets Environment, ExecStart, Restart, WantedBy/);
        expect(await fileOn(node, UNIT)).toBe(foreign);

        await nodes.setProgram(program({ node: on(node, { onExisting: "adopt", onDelete: "restore" }) }));
        succeeded(await nodes.up());
        expect((await stateOf(nodes, "node"))?.outputs).toMatchObject({
            adopted: true,
            lastChange: { action: "adopted" },
        });
        expect(succeeded(await nodes.up()).stdout).toMatch(/2 unchanged/);
        succeeded(await nodes.destroy());
        expect(await fileOn(node, UNIT)).toBe(foreign);
        expect(await activeOn(node)).toBe("active");
    }, 240_000);

    test("state written by an older release whose rendering differs: no restart", async () => {
        const node = await host();
        const nodes = await stackOf({ node: on(node) });
        succeeded(await nodes.up());
        // What an older release would have left: the same meaning, written otherwise, on the host and in state.
        const older = (text: string): string =>
            text
                .replace(/^#.*\n/, "# an older note\n")
                .replace(/Environment="(KUBELET_VERSION=[^"]*)"/, "Environment=$1")
                .replace(/ \\\n +--/g, " --");
        const unit = await fileOn(node, UNIT);
        expect(older(unit ?? "")).not.toBe(unit);
        await putOn(node, UNIT, older(unit ?? ""));
        await must(node, "systemctl daemon-reload");
        const exported = join(nodes.folder, "state.json");
        succeeded(await nodes.pulumi("stack", "export", "--show-secrets", "--file", exported));
        const state = await readFile(exported, "utf8");
        const rewritten = state.replace(
            /"unitText": ("(?:[^"\\]|\\.)*")/g,
            (_, text: string) => `"unitText": ${JSON.stringify(older(JSON.parse(text) as string))}`,
        );
        expect(rewritten).not.toBe(state);
        await writeFile(exported, rewritten);
        succeeded(await nodes.pulumi("stack", "import", "--file", exported));

        succeeded(await nodes.refresh());
        succeeded(await nodes.up());
        expect(await startsOn(node)).toEqual([OLD]);
        await nodes.setProgram(program({ node: on(node, { unit: { restartSec: 2 } }) }));
        expect(succeeded(await nodes.up()).stdout).toMatch(/~ 1 updated/);
        expect(await startsOn(node)).toEqual([OLD]);
        expect(await fileOn(node, UNIT)).toMatch(/RestartSec=2/);
    }, 240_000);

    test("another owner is refused; the host stays as it is", async () => {
        const node = await host();
        const [one, two] = [await stackOf({ one: on(node) }), await stackOf({ two: on(node) })];
        succeeded(await one.up());
        const { code, stdout } = await two.up();
        expect(code).not.toBe(0);
        expect(stdout).toMatch(/belongs to urn:pulumi:test::e2e::.*::one/);
        expect(await startsOn(node)).toEqual([OLD]);
    }, 240_000);
}

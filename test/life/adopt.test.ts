// A kubelet.service that was there before: taken over with everything kept, or refused with everything said but its values.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diff } from "../../provider/runtime";
import type { SimulatedHost } from "../../provider/testing";
import { created, errorOf, fileOn, host, inputsOf, OLD, refreshed, starts, STORE, theirs, UNIT, up } from "./kubelets";

const THEIRS = `[Unit]
Description=Kubelet of before
[Service]
Environment=KUBELET_VERSION=${OLD} TOKEN=s3cret
ExecStart=/usr/lib/coreos/kubelet-wrapper --api-servers=http://127.0.0.1:8080 --v=7
Restart=always
[Install]
WantedBy=multi-user.target
`;

/** The file of that name in the baseline that the host keeps. */
function kept(node: SimulatedHost, name: string): string {
    const [folder = ""] = readdirSync(join(node.root, STORE)).filter((entry) => entry.startsWith("baseline."));
    return join(node.root, STORE, folder, name);
}

test("adopt keeps the baseline byte for byte, with its mode", async () => {
    const node = await host();
    const odd = Buffer.from(`${THEIRS}# caf\xe9 \0 \\\r\n\n\n`, "latin1");
    await theirs(node, THEIRS);
    writeFileSync(join(node.root, UNIT), odd, { mode: 0o600 });
    await node.run(`chmod 600 "$PCK_ROOT/${UNIT}"`);
    await created(node, OLD, { onExisting: "adopt" });
    expect(readFileSync(kept(node, "unit")).equals(odd)).toBe(true);
    expect(statSync(kept(node, "unit")).mode & 0o777).toBe(0o600);
    expect(readdirSync(kept(node, "links"))).toEqual(["multi-user.target.wants:kubelet.service"]);
    expect(readFileSync(kept(node, "meta"), "utf8")).toMatch(/active=1/);
});

test("adopt of what means the same restarts nothing, and leaves the text as it is", async () => {
    const node = await host();
    const { unitText } = await inputsOf(node, OLD);
    const same = String(unitText)
        .replace(/^#.*\n/, "# written by hand\n")
        .replaceAll(" \\\n  ", " ");
    expect(same).not.toBe(unitText);
    await theirs(node, same);
    const { outs } = await created(node, OLD, { onExisting: "adopt" });
    expect(starts(node)).toEqual([OLD]);
    expect(fileOn(node, UNIT)).toBe(same);
    expect(outs).toMatchObject({
        adopted: true,
        unitText: same,
        lastChange: { action: "adopted", downtimeSeconds: 0 },
    });
});

test.each([
    ["what means the same", (unitText: string) => unitText.replace(/^#.*\n/, "")],
    ["what means something else", () => THEIRS],
])(
    "after an adoption of %s there is no difference: refresh finds none, up does nothing and dials nobody",
    async (_, write) => {
        const node = await host();
        const { unitText } = await inputsOf(node, OLD);
        await theirs(node, write(String(unitText)));
        const adopted = await created(node, OLD, { onExisting: "adopt" });
        const seen = await refreshed(adopted);
        expect(seen).toEqual(adopted);
        const { logins } = node.counters;
        expect(await up(node, seen, OLD, { onExisting: "adopt" })).toEqual(seen);
        expect(node.counters.logins).toBe(logins);
        expect(await diff(seen.id, seen.outs, await inputsOf(node, OLD, { onExisting: "adopt" }))).toEqual({
            changes: false,
            replaces: [],
        });
    },
);

test("refuse says path, hash and names of the settings of a unit that nobody owns, and no value", async () => {
    const node = await host();
    await theirs(node, THEIRS);
    const error = await errorOf(created(node));
    expect(error.kind).toBe("unit-foreign");
    expect(error.message).toMatch(
        /\/etc\/systemd\/system\/kubelet\.service is there already and not ours \(owner unknown, sha256 [0-9a-f]{12}; it sets Description, Environment, ExecStart, Restart, WantedBy\)/,
    );
    expect(error.message).not.toMatch(/s3cret|hand|8080|KUBELET_VERSION/);
    expect(fileOn(node, UNIT)).toBe(THEIRS);
    expect(starts(node)).toEqual([OLD]);
});

test("refuse says owner, path, hash and names of the settings of another resource's unit, and no value", async () => {
    const node = await host();
    await created(node, OLD, { owner: "urn:theirs", flags: { token: "s3cret" } });
    const error = await errorOf(created(node));
    expect(error.kind).toBe("owner-foreign");
    expect(error.message).toMatch(
        /belongs to urn:theirs \(\/etc\/systemd\/system\/kubelet\.service, sha256 [0-9a-f]{12}; it sets Description, .*WantedBy\)/,
    );
    expect(error.message).not.toContain("s3cret");
});

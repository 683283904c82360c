// A change of the connection alone is proved by one log-in, and touches nothing.
import { expect, test } from "vitest";
import { newKeyPair } from "../../provider/testing/keys";
import { active, created, fileOn, host, OLD, refreshed, run, starts, UNIT, up } from "./kubelets";

test.each([
    ["was stopped", "systemctl stop kubelet.service", "kubelet: inactive (dead)"],
    ["has a unit that was edited", `sed -i 's/--config=/--root-dir=/' "$PCK_ROOT/${UNIT}"`, "unit: changed by hand"],
])("on a host whose kubelet %s, which no refresh saw: one log-in, and nothing else", async (_, script, drift) => {
    const node = await host();
    const made = await created(node);
    await run(node, script);
    const [unit, state, { logins }] = [fileOn(node, UNIT), await active(node), node.counters];
    const connection = { ...node.connection, hostKey: node.hostKey };
    const proved = await up(node, made, OLD, { connection, onExisting: "adopt" });
    expect(proved.outs).toEqual({ ...made.outs, connection, onExisting: "adopt" });
    expect(node.counters.logins - logins).toBe(1);
    expect([fileOn(node, UNIT), await active(node), starts(node)]).toEqual([unit, state, [OLD]]);
    expect((await refreshed(proved)).outs["drift"]).toEqual([drift]);
});

test("a new host key of the same machine is stored; a connection that does not log in is refused", async () => {
    const node = await host();
    const made = await created(node);
    node.changeHostKey();
    const connection = { ...node.connection, hostKey: node.hostKey };
    const proved = await up(node, made, OLD, { connection });
    expect(proved.outs).toEqual({ ...made.outs, connection, hostKey: node.hostKey });
    const wrong = { ...connection, privateKey: newKeyPair().private, agentSocketPath: "" };
    await expect(up(node, proved, OLD, { connection: wrong })).rejects.toThrow(/: log-in: /);
    expect(starts(node)).toEqual([OLD]);
});

// What a large fleet behind one jump host costs: connections, memory, and time beside the ideal.
import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../e2e/cli";
import { rollBehindJump } from "../e2e/rollout/jump";
import { version } from "../e2e/rollout/program";
import { report } from "./report";

const NODES = Number(process.env["NODES"] ?? 200);

beforeAll(cliFolder, CLI_TIMEOUT);

test("a fleet behind one jump host", { timeout: 3_600_000 }, async () => {
    const { create, roll, waves, slowest, versions } = await rollBehindJump(NODES, "25%");
    const connections = ({ tcpConnections, logins }: typeof roll): string =>
        `${tcpConnections} TCP connections, ${logins} log-ins`;
    report(`${NODES} nodes behind a jump host that is 50 ms away, hosts and all on this machine`, {
        "jump host, create": connections(create),
        "jump host, roll": `${connections(roll)} (the provider's and the gates')`,
        "time of the create": `${create.seconds.toFixed(0)} s`,
        "time of the roll": `${roll.seconds.toFixed(0)} s (ideal: ${waves} waves × ${slowest.toFixed(1)} s of the slowest node = ${(waves * slowest).toFixed(0)} s)`,
        "peak memory of the provider": `${create.provider.toFixed(0)} MiB in the create, ${roll.provider.toFixed(0)} MiB in the roll`,
        "peak memory of program and gates": `${roll.program.toFixed(0)} MiB in the roll`,
    });
    expect(create).toMatchObject({ tcpConnections: 1, logins: 1 });
    expect(roll).toMatchObject({ tcpConnections: 2, logins: 2 });
    expect(new Set(Object.values(versions))).toEqual(new Set([version(5)]));
});

// With 200 nodes: `npm run bench`.
import { beforeAll, expect, test } from "vitest";
import { CLI_TIMEOUT, cliFolder } from "../cli";
import { rollBehindJump } from "./jump";
import { version } from "./program";

beforeAll(cliFolder, CLI_TIMEOUT);

test("a fleet behind a jump host: one connection to it for the provider, one for the gates", async () => {
    const { create, roll, versions } = await rollBehindJump(10, "100%");
    expect(create).toMatchObject({ tcpConnections: 1, logins: 1 });
    expect(roll).toMatchObject({ tcpConnections: 2, logins: 2 });
    expect(new Set(Object.values(versions))).toEqual(new Set([version(5)]));
}, 300_000);

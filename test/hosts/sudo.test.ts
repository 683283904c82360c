// What sudo asks for, on a host with the real one.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { HostError } from "../../provider/errors";
import { Host } from "../../provider/host/host";
import { inspect } from "../../provider/inspect";
import { connectionOf, type ConnectionArgs } from "../../provider/spec/connection";
// With the ending, or vite would take the shell program of the same name.
import { bed, hostsCanRun, type Bed, type BedHost } from "./bed.js";

const PASSWORD = 'touch /tmp/run it\'s "$secret"';
const ASKED = "%core ALL=(ALL) PASSWD: ALL";
const NEVER_ASKED = "%core ALL=(ALL) NOPASSWD: ALL";

const reason = hostsCanRun();

describe.skipIf(reason !== undefined)(`sudo${reason === undefined ? "" : `: ${reason}`}`, () => {
    let hosts: Bed;
    let node: BedHost;

    beforeAll(async () => {
        hosts = await bed();
        node = await hosts.up("node");
        await ask(`printf '%s\n' "core:$PASSWORD" | chpasswd`);
        return () => hosts.destroy();
    }, 300_000);

    async function ask(script: string): Promise<string> {
        const quoted = `'${PASSWORD.replaceAll("'", String.raw`'\''`)}'`;
        const { code, stdout, stderr } = await node.inside(`PASSWORD=${quoted}\n${script}`);
        expect(code, stderr).toBe(0);
        return stdout;
    }

    /** Looks at the host, whose sudoers say this of core. */
    async function release(rule: string, more: Partial<ConnectionArgs>): Promise<string> {
        await ask(`printf '%s\n' '${rule}' >/etc/sudoers.d/core`);
        const { hostKey, connection } = node;
        const host = new Host({
            connection: connectionOf({ ...connection, hostKey, ...more }),
            pinned: undefined,
            ...{ connectTimeout: 60, operationTimeout: 60, sources: [], secrets: [] },
            ...{ log: () => undefined, progress: () => undefined, beforeBegin: () => Promise.resolve() },
        });
        onTestFinished(() => host.close());
        return (await host.observe()).os.versionId;
    }

    const errorOf = async (looking: Promise<unknown>): Promise<HostError> => {
        const error: unknown = await looking.then(
            () => expect.fail("it did not fail"),
            (failure: unknown) => failure,
        );
        return error instanceof HostError ? error : expect.fail(String(error));
    };

    test("that asks gets the password", async () => {
        expect(await release(ASKED, { sudoPassword: PASSWORD })).toBe("1185.3.0");
    });

    test("that asks gets it from inspect too, out of the environment", async () => {
        await ask(`printf '%s\n' '${ASKED}' >/etc/sudoers.d/core`);
        const { host, port, user, privateKey } = node.connection;
        const file = join(await mkdtemp(join(tmpdir(), "sudo-")), "key");
        onTestFinished(() => rm(dirname(file), { recursive: true }));
        await writeFile(file, privateKey);
        const args = [`${user}@${host}:${port}`, "--identity", file, "--host-key", node.hostKey, "--json"];
        const { out, code } = await inspect([...args, "--sudo-password-from-env", "SUDO"], { SUDO: PASSWORD });
        expect(JSON.parse(out)).toMatchObject([{ error: null, report: { os: { version: "1185.3.0" } } }]);
        expect(code).toBe(0);

        const without = await inspect(args, { SUDO: PASSWORD });
        expect(without.code).toBe(1);
        expect(without.out).toMatch(/Allow the user `sudo -n bash`, give --sudo-password-from-env, or log in as root/);
    });

    test("that asks for none: the password is not run, and comes back nowhere", async () => {
        expect(await release(NEVER_ASKED, { sudoPassword: PASSWORD })).toBe("1185.3.0");
        expect(
            await ask("ls -d /tmp/run 2>/dev/null; journalctl --sync; journalctl -q --no-pager | grep -F secret; true"),
        ).toBe("");
    });

    test.each<[what: string, rule: string, more: Partial<ConnectionArgs>, said: RegExp]>([
        ["that asks, and there is no password", ASKED, {}, /sudo: a password is required/],
        ["that asks, and the password is another", ASKED, { sudoPassword: "another" }, /incorrect password attempt/],
        ["that wants a terminal", `Defaults requiretty\n${NEVER_ASKED}`, {}, /you must have a tty to run sudo/],
    ])("%s: refused, and told", async (_, rule, more, said) => {
        const { kind, message } = await errorOf(release(rule, more));
        expect([kind, message]).toEqual(["no-sudo", expect.stringMatching(said)]);
        expect(message).toMatch(/Allow the user `sudo -n bash`, set connection\.sudoPassword, or log in as root/);
    });
});

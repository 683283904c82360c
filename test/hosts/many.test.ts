// Many applies in a row on one host: `APPLIES=200 npx vitest run test/hosts/many.test.ts`; fewer in every run of the tests.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { providerProcess, type Properties, type ProviderProcess } from "../engine/process";
// With the ending, or vite would take the shell program of the same name.
import { bed, hostsCanRun, type Bed } from "./bed.js";

const reason = hostsCanRun();
const APPLIES = Number(process.env["APPLIES"] ?? 30);
const WARM = 20;

/** MiB that a provider uses once garbage is collected, and how many files it has open. */
async function sizeOf({ pid, lines }: ProviderProcess): Promise<{ readonly memory: number; readonly open: number }> {
    const told = lines.length;
    process.kill(pid, "SIGUSR2");
    const answer = (): string | undefined => lines.slice(told).find((line) => line.startsWith("in use: "));
    await expect.poll(answer).toBeDefined();
    return {
        memory: Number(answer()?.replace("in use: ", "")) / 2 ** 20,
        open: readdirSync(`/proc/${pid}/fd`).length,
    };
}

/**
 * All that could pile up on a host, once the connections have ended. systemd learns of a pod's mounts one by one and a
 * while later: the kernel is asked for them. What it keeps for a user stays for some seconds after the last log-in.
 */
const INVENTORY = `
for ((i = 0; i < 100; i++)); do systemctl list-units --all --plain --no-legend 'sshd@*' 'session-*' | grep -q . || break; sleep 0.1; done
ps -eo args= | grep -v '^ps \\|^bash$\\|^grep \\|^sort\\|^\\[\\|systemd\\|sshd\\|(sd-pam)' | sort
echo == units; systemctl list-units --all --plain --no-legend | cut -d' ' -f1 | grep -v '^var-lib-rkt-pods-\\|user.*500' | sort
systemctl list-units --failed --plain --no-legend
echo == files; find /etc/systemd /opt /run/systemd/system /tmp /var/tmp /var/lib/pulumi-coreos-kubelet /var/lib/rkt -not -path '*/pods/run/*/*' | sed 's,pods/run/.*,POD,; s,baseline\\..*/,BASELINE/,; s,baseline\\..*,BASELINE,' | sort
echo == images; rkt image list --no-legend --fields=name | grep -c .
echo == pods mounted; grep -o '/var/lib/rkt/pods/run/[^/ ]*' /proc/self/mountinfo | sort -u | grep -c .
echo == folders; find /run/pulumi-coreos-kubelet -mindepth 1 -maxdepth 1 -type d | grep -c .
flock -n /run/pulumi-coreos-kubelet/lock true && echo free
`;

describe.skipIf(reason !== undefined)(`many applies${reason === undefined ? "" : `: ${reason}`}`, () => {
    let hosts: Bed;

    beforeAll(async () => {
        hosts = await bed();
        return () => hosts.destroy();
    }, 300_000);

    test(
        `${APPLIES} in a row leave nothing behind, and the provider's memory is flat`,
        { timeout: 900_000 },
        async () => {
            const host = await hosts.up("node");
            const provider = await providerProcess({ preload: join(process.cwd(), "test/hosts/heap.js") });
            const inputs = (turn: number): Properties => ({
                connection: { ...host.connection },
                // A version of its own now and then: images come and go too.
                version: `v1.3.${Math.floor(turn / 10)}_coreos.0`,
                triggers: [turn],
                owner: "urn:mine",
                unit: { restartSec: 0.1 },
                health: { minReadySeconds: 0.1, progressDeadlineSeconds: 60 },
            });
            const inventory = async (): Promise<string> => (await host.inside(INVENTORY)).stdout;
            const { id, ...first } = await provider.create(inputs(0));
            let { properties } = first;
            const apply = async (turn: number): Promise<void> => {
                properties = await provider.update(id, properties, inputs(turn));
            };
            /** By its last turn two images are there, and as many folders of operations as are kept beside its own. */
            const applies = async (from: number, to: number): Promise<void> => {
                for (let turn = from; turn < to; turn++) await apply(turn);
                await host.inside("touch -d '-2 minutes' /run/pulumi-coreos-kubelet/*/");
                await apply(to);
            };
            await applies(1, WARM);
            const [before, sizeBefore] = [await inventory(), await sizeOf(provider)];
            await applies(WARM + 1, APPLIES);
            const [after, sizeAfter] = [await inventory(), await sizeOf(provider)];

            expect(after).toBe(before);
            expect(after).toMatch(/== images\n2\n== pods mounted\n1\n== folders\n11\nfree\n$/);
            expect(properties).toMatchObject({ runningVersion: `v1.3.${APPLIES / 10}_coreos.0`, drift: [] });
            const starts = await host.inside("grep -c . /run/stand-in/kubelet.log");
            expect(Number(starts.stdout)).toBe(APPLIES + 1);
            expect(sizeAfter.open).toBe(sizeBefore.open);
            // What is compiled with use is in this figure too.
            expect(sizeAfter.memory - sizeBefore.memory).toBeLessThan(2);
        },
    );
});

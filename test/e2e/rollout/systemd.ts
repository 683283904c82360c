// Hosts with a systemd of their own as the nodes of a fleet.
import { onTestFinished } from "vitest";
import type { Args } from "../kubelets";
import { stack, type Stack } from "../stack";
// With the ending, or vite would take the shell program of the same name.
import type { Bed, BedHost } from "../../hosts/bed.js";
import { turnsOf, type Moment, type Turn } from "./record";

/** Nodes of a bed, by name. */
export type BedFleet = ReadonlyMap<string, BedHost>;

export async function bedFleet(bed: Bed, names: readonly string[]): Promise<BedFleet> {
    const made = await Promise.all(names.map((name) => bed.up(name)));
    for (const host of made) await run(host, "echo nameserver 127.0.0.1 >/etc/resolv.conf");
    return new Map(made.map((host) => [host.name, host]));
}

/** The argument `nodes` of a KubeletRollout. */
export function nodesOf(fleet: BedFleet): Readonly<Record<string, Args>> {
    return Object.fromEntries([...fleet].map(([name, { connection }]) => [name, { connection: { ...connection } }]));
}

export async function emptyStack(): Promise<Stack> {
    const made = await stack({ program: "" });
    onTestFinished(() => made.dispose());
    return made;
}

/** What systemd says of a unit, by the identifiers of its messages. Source: systemd's sd-messages.h. */
const SAID: ReadonlyMap<string, boolean> = new Map([
    ["39f53479d3a045ac8e11786248231fbf", true], // started
    ["de5b426a63be47a7b6ac3eaac82e2f6f", false], // stopping
    ["9d1aaa27d60140bd96365438aad20286", false], // stopped
    ["7ad2d189f7e94e70a38c781354912448", false], // ended well
    ["d9b373ed55a64feb8242e02dbe79a49c", false], // failed
    ["98e322203f7a4ed290d09fe03c09fe15", false], // its process has ended
]);

interface Entry {
    readonly UNIT?: string;
    readonly MESSAGE_ID?: string;
    readonly __REALTIME_TIMESTAMP: string;
}

/** The turns of all nodes since then, as their journals tell, over reboots. */
export async function turnsSince(fleet: BedFleet, since: number): Promise<readonly Turn[]> {
    const moments = await Promise.all([...fleet.values()].map(momentsOf));
    return turnsOf(moments.flat()).filter(({ from }) => from >= since);
}

async function momentsOf(host: BedHost): Promise<readonly Moment[]> {
    const entries = await run(
        host,
        "journalctl --sync; journalctl -q --no-pager -o json --output-fields=UNIT,MESSAGE_ID _PID=1",
    );
    return entries.split("\n").flatMap((line) => {
        if (line === "") return [];
        const { UNIT = "", MESSAGE_ID = "", __REALTIME_TIMESTAMP } = JSON.parse(line) as Entry;
        const unit = unitOf(UNIT);
        const isRunning = SAID.get(MESSAGE_ID);
        if (unit === undefined || isRunning === undefined) return [];
        return [{ time: Number(__REALTIME_TIMESTAMP) / 1000, node: host.name, unit, isRunning }];
    });
}

function unitOf(name: string): Moment["unit"] | undefined {
    if (name === "kubelet.service") return "kubelet";
    return name.startsWith("pulumi-coreos-kubelet@") ? "transaction" : undefined;
}

/** KUBELET_VERSION in the unit of each node whose kubelet answers ok. */
export async function versionsOf(fleet: BedFleet): Promise<Readonly<Record<string, string>>> {
    const script = `
        curl -fsS --max-time 2 http://127.0.0.1:10248/healthz >/dev/null &&
            sed -n 's/.*KUBELET_VERSION=\\([^"]*\\).*/\\1/p' /etc/systemd/system/kubelet.service`;
    const versions = [...fleet].map(async ([name, host]) => [name, (await run(host, script)).trim()] as const);
    return Object.fromEntries(await Promise.all(versions));
}

async function run(host: BedHost, script: string): Promise<string> {
    const { code, stdout, stderr } = await host.inside(script);
    if (code !== 0) throw new Error(`${host.name}: ${script}: status ${code}: ${stderr}`);
    return stdout;
}

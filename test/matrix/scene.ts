import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Properties } from "../engine/process";
import type { Bed, BedHost } from "../hosts/bed.js";
import { argsFor, ask, NEW, UNIT, WRAPPER } from "./host";
import { ProviderStack, type KubeletStack, type Report } from "./stacks";

/** What a fault can reach while an apply is held. */
export class Scene {
    /** A second apply at the same time. */
    other: { readonly stack: ProviderStack; readonly version: string; readonly report: Promise<Report> } | undefined;
    private bootId = "";

    constructor(
        readonly bed: Bed,
        readonly host: BedHost,
        readonly stack: KubeletStack,
        private readonly more: Properties,
    ) {}

    args(version: string, more: Properties = {}): Properties {
        return argsFor(this.host, version, { ...this.more, ...more });
    }

    async pass(seconds: number): Promise<void> {
        await sleep(1000 * seconds);
    }

    /** Remembers which boot this is, for {@link rebooted}. */
    async note(): Promise<void> {
        this.bootId = await ask(this.host, "cat /proc/sys/kernel/random/boot_id");
    }

    /** Waits until no operation runs on the host. */
    async transactionOver(): Promise<void> {
        await this.until(async () => {
            const { code } = await this.host.inside(
                "! systemctl list-units --plain --no-legend 'pulumi-coreos-kubelet@*' | grep -q ' \\(active\\|activating\\|deactivating\\) '",
            );
            return code === 0;
        });
    }

    /** Waits until the host has booted once more. */
    async rebooted(): Promise<void> {
        await this.until(async () => {
            try {
                const boot = await this.host.inside("cat /proc/sys/kernel/random/boot_id");
                return boot.code === 0 && boot.stdout !== this.bootId;
            } catch {
                // It is off.
                return false;
            }
        });
    }

    /** Another machine, of the same host key, stands at the address: it has none of what is ours. */
    async reinstalled(): Promise<void> {
        const root = join(this.bed.folder, "hosts", this.host.name, "root");
        await writeFile(join(root, "etc/machine-id"), `${"0123456789abcdef".repeat(2)}\n`);
        for (const path of [UNIT, WRAPPER, "/etc/systemd/system/multi-user.target.wants/kubelet.service"]) {
            await rm(join(root, path), { force: true });
        }
        await rm(join(root, "var/lib/pulumi-coreos-kubelet"), { recursive: true, force: true });
        await rm(join(root, "etc/systemd/system/pulumi-coreos-kubelet-recovery.service"), { force: true });
        await rm(join(root, "etc/systemd/system/sysinit.target.wants/pulumi-coreos-kubelet-recovery.service"), {
            force: true,
        });
        await this.host.powerOn();
    }

    /** Starts a second apply: with the first one's state, or as a resource of its own where another owner is named. */
    async second({ version = NEW }: { readonly version?: string }, owner?: string): Promise<void> {
        if (!(this.stack instanceof ProviderStack)) throw new Error("a second apply needs the first one's state");
        const stack = owner === undefined ? this.stack.twin() : new ProviderStack(owner);
        const report = stack.up(this.args(version));
        this.other = { stack, version, report };
        // Long enough to come to an end where nothing keeps it.
        await Promise.race([report, sleep(3000)]);
    }

    private async until(condition: () => Promise<boolean>): Promise<void> {
        const deadline = Date.now() + 60_000;
        while (!(await condition())) {
            if (Date.now() > deadline) throw new Error(`${this.host.name}: it does not end`);
            await sleep(200);
        }
    }
}

import {
    chmodSync,
    cpSync,
    existsSync,
    lstatSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Behaviour } from "./options";
import type { Release } from "./releases";

const standIns = join(__dirname, "stand-ins");
const programs = ["rkt", "systemctl", "systemd-analyze", "journalctl", "curl", "sudo", "update_engine_client"];
const folders = [
    "etc/systemd/system",
    "etc/stand-in",
    "etc/ssh",
    "etc/ssl/certs",
    "etc/coreos",
    "home/core/.ssh",
    "opt",
    "proc",
    "usr/bin",
    "usr/sbin",
    "usr/lib/coreos",
    "usr/lib/modules",
    "usr/lib/systemd/system",
    "usr/share/ca-certificates",
    "usr/share/rkt",
    "var/cache",
    "var/lib/rkt",
    "var/log/journal",
];

/** The files of a host: folders, and what persists from boot to boot unless it is there already. */
export function furnish(root: string): void {
    for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
    link(root, "etc/os-release", "../usr/lib/os-release");
    link(root, "var/run", "../run");
    link(root, "lib", "usr/lib");
    link(root, "lib64", "usr/lib");
    link(root, "usr/lib64", "lib");
    keep(root, "etc/resolv.conf", "nameserver 127.0.0.1\n");
    keep(root, "etc/hosts", "127.0.0.1 localhost\n");
    keep(root, "etc/coreos/update.conf", "GROUP=stable\n");
}

/** The read-only part of the system, which an update replaces as a whole. */
export function installSystem(root: string, release: Release, rkt: string): void {
    const home = join(root, "usr/lib/stand-in");
    rmSync(home, { recursive: true, force: true });
    cpSync(standIns, home, { recursive: true });
    for (const file of readdirSync(home)) chmodSync(join(home, file), 0o755);
    for (const program of programs) link(root, `usr/bin/${program}`, `../lib/stand-in/${program}`);
    writeFileSync(join(root, "usr/lib/os-release"), release.osRelease);
    writeFileSync(join(root, "usr/share/rkt/stage1-fly.aci"), "");
    writeFileSync(join(root, "etc/stand-in/rkt-version"), `${rkt}\n`);
    const wrapper = join(root, "usr/lib/coreos/kubelet-wrapper");
    rmSync(wrapper, { force: true });
    const stage = release.wrapper;
    if (stage !== undefined) {
        const text = readFileSync(join(standIns, stage < "D" ? "kubelet-wrapper-a" : "kubelet-wrapper-d"), "utf8");
        writeFileSync(wrapper, text.replace(/^stage=./m, `stage=${stage}`), { mode: 0o755 });
    }
    for (const tool of ["modprobe", ...(release.iscsiadm ? ["iscsiadm"] : [])]) {
        writeFileSync(join(root, "usr/sbin", tool), "#!/bin/bash\n", { mode: 0o755 });
    }
}

/** What a boot finds: a new boot id, an empty /run, no processes. */
export async function freshRun(root: string): Promise<void> {
    await forgetRun(root);
    for (const folder of ["run/systemd/system", "run/stand-in", "run/lock", "proc/sys/kernel/random"]) {
        mkdirSync(join(root, folder), { recursive: true });
    }
    writeFileSync(join(root, "proc/sys/kernel/random/boot_id"), `${randomUUID()}\n`);
}

/** How each image's kubelet behaves, for the stand-ins to read. */
export function writeImages(root: string, images: ReadonlyMap<string, Behaviour>): void {
    const lines = [...images].map(([tag, behaviour]) => `${tag} ${behaviour}\n`);
    writeFileSync(join(root, "etc/stand-in/images"), lines.join(""));
}

/** What the end of the power takes: /run is in memory, /proc is the kernel's. */
export async function forgetRun(root: string): Promise<void> {
    await Promise.all(["run", "proc"].map((folder) => empty(join(root, folder))));
}

/** Removes what is in a folder, but not the folder. */
async function empty(folder: string): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function keep(root: string, file: string, text: string): void {
    if (!existsSync(join(root, file))) writeFileSync(join(root, file), text);
}

function link(root: string, file: string, target: string): void {
    if (lstatSync(join(root, file), { throwIfNoEntry: false }) === undefined) symlinkSync(target, join(root, file));
}

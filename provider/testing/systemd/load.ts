import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine";
import { type Assignment, parseUnitFile, Settings } from "./unit-file";

/** Folders of unit files, strongest first. */
export const unitFolders = ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system"] as const;

/** A unit as it was when it was loaded. */
export interface Definition {
    readonly loadState: "loaded" | "not-found" | "masked" | "error";
    readonly fragmentPath: string;
    readonly dropInPaths: readonly string[];
    readonly settings: Settings;
    /** When each file was changed, to see later whether the manager is behind. */
    readonly changed: ReadonlyMap<string, number>;
}

/** Reads a unit's files from the disk. */
export function loadUnit(machine: Machine, name: string): Definition {
    const fragmentPath = findFragment(machine.root, name);
    const dropInPaths = findDropIns(machine.root, name);
    const files = [...(fragmentPath === "" ? [] : [fragmentPath]), ...dropInPaths];
    const changed = new Map(files.map((file) => [file, changeTime(machine.root, file)]));
    const masked = fragmentPath !== "" && isMask(machine.root, fragmentPath);
    if (fragmentPath === "" || masked) {
        const loadState = masked ? "masked" : "not-found";
        return { loadState, fragmentPath, dropInPaths, settings: new Settings([]), changed };
    }
    const settings = new Settings(files.flatMap((file) => read(machine, file)));
    return { loadState: runnable(name, settings) ? "loaded" : "error", fragmentPath, dropInPaths, settings, changed };
}

/** Whether the files differ from what was loaded. Up to 230 any other time counts, then only a later one. */
export function isStale(machine: Machine, name: string, loaded: Definition): boolean {
    if (loaded.fragmentPath === "") return false;
    if (findDropIns(machine.root, name).join() !== loaded.dropInPaths.join()) return true;
    return [...loaded.changed].some(([file, then]) => {
        const now = changeTime(machine.root, file);
        return Number.isNaN(now) || (machine.systemd < 231 ? now !== then : now > then);
    });
}

/** `a@b.service` to `a@.service`; nothing for a unit that is no instance. */
export function templateOf(name: string): string | undefined {
    const match = /^([^@]+@).+(\.[a-z]+)$/.exec(name);
    return match === null ? undefined : `${match[1] ?? ""}${match[2] ?? ""}`;
}

function findFragment(root: string, name: string): string {
    const template = templateOf(name);
    for (const candidate of template === undefined ? [name] : [name, template]) {
        for (const folder of unitFolders) {
            const file = `${folder}/${candidate}`;
            if (isMask(root, file) || existsSync(root + file)) return file;
        }
    }
    return "";
}

function findDropIns(root: string, name: string): string[] {
    const template = templateOf(name);
    const found = new Map<string, string>();
    for (const owner of template === undefined ? [name] : [name, template]) {
        for (const folder of unitFolders) {
            for (const file of list(`${root}${folder}/${owner}.d`)) {
                if (file.endsWith(".conf") && !found.has(file)) found.set(file, `${folder}/${owner}.d/${file}`);
            }
        }
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** A link to /dev/null, or an empty file. */
export function isMask(root: string, file: string): boolean {
    try {
        const stat = lstatSync(root + file);
        return stat.isSymbolicLink() ? readlinkSync(root + file) === "/dev/null" : stat.isFile() && stat.size === 0;
    } catch {
        return false;
    }
}

/** Names in a folder; none if there is no such folder. */
export function list(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch {
        return [];
    }
}

/** Units that a target's folder of links wants. */
export function wantedBy(root: string, target: string): string[] {
    const folders = unitFolders.flatMap((folder) =>
        ["wants", "requires"].map((kind) => join(root, folder, `${target}.${kind}`)),
    );
    return [...new Set(folders.flatMap(list))].sort();
}

function changeTime(root: string, file: string): number {
    try {
        return statSync(root + file).mtimeMs;
    } catch {
        return isMask(root, file) ? 0 : NaN;
    }
}

function read(machine: Machine, file: string): Assignment[] {
    try {
        return parseUnitFile(readFileSync(machine.root + file, "utf8"), machine.systemd);
    } catch {
        return [];
    }
}

function runnable(name: string, settings: Settings): boolean {
    if (!name.endsWith(".service")) return true;
    const starts = settings.list("Service", "ExecStart");
    return starts.length === 1 || (settings.last("Service", "Type") === "oneshot" && starts.length > 0);
}

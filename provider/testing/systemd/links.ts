import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { type Answer, err, out } from "./answer";
import { isMask, list, templateOf, unitFolders } from "./load";
import { parseUnitFile, Settings } from "./unit-file";

const folder = "/etc/systemd/system";

/** Makes the links that the unit's [Install] asks for. */
export function enable(root: string, unit: string): Answer {
    const candidates = [unit, templateOf(unit) ?? unit].flatMap((name) =>
        unitFolders.map((place) => `${place}/${name}`),
    );
    const file = candidates.find((path) => existsSync(root + path));
    if (file === undefined) return err(`Failed to execute operation: No such file or directory\n`);
    if (isMask(root, file)) return err(`Failed to execute operation: Unit ${unit} is masked\n`);
    const settings = new Settings(parseUnitFile(readFileSync(root + file, "utf8"), 241));
    const links = [
        ...settings.names("Install", "WantedBy").map((target) => `${folder}/${target}.wants/${unit}`),
        ...settings.names("Install", "RequiredBy").map((target) => `${folder}/${target}.requires/${unit}`),
    ];
    const made = links.filter((link) => !existsSync(root + link));
    for (const link of made) {
        mkdirSync(root + link.slice(0, link.lastIndexOf("/")), { recursive: true });
        rmSync(root + link, { force: true });
        symlinkSync(relative(link, file), root + link);
    }
    return err(made.map((link) => `Created symlink from ${link} to ${file}.\n`).join(""), 0);
}

/** Removes every link to the unit. */
export function disable(root: string, unit: string): Answer {
    const links = list(root + folder)
        .filter((name) => /\.(wants|requires)$/.test(name) && list(`${root}${folder}/${name}`).includes(unit))
        .map((name) => `${folder}/${name}/${unit}`);
    for (const link of links) rmSync(root + link);
    return err(links.map((link) => `Removed symlink ${link}.\n`).join(""), 0);
}

/** Makes the unit impossible to start. */
export function mask(root: string, unit: string): Answer {
    const file = `${folder}/${unit}`;
    if (isMask(root, file)) return out("");
    if (existsSync(root + file)) return err(`Failed to execute operation: File ${file} already exists.\n`);
    symlinkSync("/dev/null", root + file);
    return err(`Created symlink from ${file} to /dev/null.\n`, 0);
}

/** Takes {@link mask} back. */
export function unmask(root: string, unit: string): Answer {
    const file = `${folder}/${unit}`;
    if (!isMask(root, file)) return out("");
    rmSync(root + file);
    return err(`Removed symlink ${file}.\n`, 0);
}

// An absolute one would lead out of the host's root folder.
function relative(link: string, file: string): string {
    return "../".repeat(link.split("/").length - 2) + file.slice(1);
}

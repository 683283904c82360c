import { existsSync } from "node:fs";

const before = "[\\s\"'`=:(,;|&<>{\\[-]";
const path = new RegExp(
    `(^|${before})(/(?:etc|usr|var|run|opt|home|root|lib|lib64|bin|sbin)(?:/[\\w./@+-]*)?)(?![\\w*?-])`,
    "g",
);

/**
 * The same text with the host's absolute paths under its root folder. Programs that only the machine has (`/usr/bin/mkdir`)
 * stay, and so do mount targets, which are paths inside a container.
 */
export function moveUnderRoot(text: string, root: string): string {
    return text
        .split(root)
        .map((piece, index) =>
            piece.replace(path, (whole, lead: string, found: string, offset: number) => {
                if (index > 0 && offset === 0 && lead === "") return whole;
                if (piece.slice(0, offset + lead.length).endsWith("target=")) return whole;
                return belongsToMachine(found, root) ? whole : `${lead}${root}${found}`;
            }),
        )
        .join(root);
}

/** Where the executable of an Exec line is: the host's own, else the machine's. */
export function movedExecutable(file: string, root: string): string {
    return file.startsWith(`${root}/`) || belongsToMachine(file, root) ? file : root + file;
}

function belongsToMachine(file: string, root: string): boolean {
    return /^\/(usr\/)?s?bin\/[^/]+$/.test(file) && !existsSync(root + file) && existsSync(file);
}

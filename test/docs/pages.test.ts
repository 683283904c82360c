// What the pages name, there is: files, scripts, verbs, tests.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { allCells, titleOf } from "../matrix/cells";

const REPOSITORY = join(__dirname, "../..");
const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");
const pagesIn = (folder: string): readonly string[] =>
    readdirSync(join(REPOSITORY, folder))
        .filter((name) => name.endsWith(".md"))
        .map((name) => join(folder, name));
const foldersIn = (folder: string): readonly string[] =>
    readdirSync(join(REPOSITORY, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
const found = (text: string, pattern: RegExp): readonly string[] =>
    [...text.matchAll(pattern)].map(([, part = ""]) => part);

const { scripts, version } = createRequire(__filename)("../../package.json") as {
    readonly scripts: Readonly<Record<string, string>>;
    readonly version: string;
};
const contributing = read("CONTRIBUTING.md");

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
    heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-");

/** Headings of one text are counted from the second on. */
function anchorsIn(page: string): readonly string[] {
    const anchors = found(page, /^#+ (.+)$/gm).map(anchorOf);
    return anchors.map((anchor, at) => {
        const before = anchors.slice(0, at).filter((other) => other === anchor).length;
        return before === 0 ? anchor : `${anchor}-${before}`;
    });
}

describe.each([...pagesIn("."), ...pagesIn("docs"), ...pagesIn("docs/api")])("%s", (page) => {
    const text = read(page);

    test("links to what is there", () => {
        const links = found(text, /\]\(([^)]+)\)/g).filter((link) => !link.startsWith("https:"));
        const isThere = (link: string): boolean => {
            const [path = "", anchor] = link.split("#");
            const target = path === "" ? page : join(dirname(page), path);
            if (!existsSync(join(REPOSITORY, target))) return false;
            return anchor === undefined || anchorsIn(read(target)).includes(anchor);
        };
        expect(links.filter((link) => !isThere(link))).toEqual([]);
    });

    test("names files and scripts that are there", () => {
        const paths = found(text, /(?<![\w./~@-])((?:provider|test|scripts|examples|docs|\.ci)\/[\w./-]*\w)/g);
        expect(paths.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
        expect(found(text, /npm run ([\w-]+)/g).filter((name) => !(name in scripts))).toEqual([]);
    });
});

describe("CONTRIBUTING.md", () => {
    test("runs tests and cells that there are", () => {
        const runs = [...contributing.matchAll(/vitest run (\S+) +-t "([^"]+)"/g)];
        expect(runs.length).toBeGreaterThan(2);
        for (const [, file = "", name = ""] of runs) {
            const text = read(file);
            const scenes = found(text, /from "(\.\/scenes\/[^"]+)"/g).map((path) => `${join(dirname(file), path)}.ts`);
            expect([text, ...scenes.map(read)].join("\n"), file).toContain(name);
        }
        const [cell = ""] = found(contributing, /fault-matrix -- -t "([^"]+)"/g);
        expect(allCells().map(titleOf)).toContain(cell);
        for (const bench of found(contributing, /npm run bench -- (\S+)/g)) {
            expect(existsSync(join(REPOSITORY, `test/bench/${bench}.bench.ts`)), bench).toBe(true);
        }
    });

    test("uses verbs that the bed has", () => {
        const verbs = found(contributing, /bash test\/hosts\/bed (\w+)/g);
        expect(verbs.length).toBeGreaterThan(2);
        const known = found(read("test/hosts/bed"), /^ {2}([a-z][\w-]*)[ [A-Z]/gm);
        expect(verbs.filter((verb) => !known.includes(verb))).toEqual([]);
    });

    test("tells of every room, and of what has tests of its own kind", () => {
        const rooms = foldersIn("provider");
        expect(rooms.filter((room) => !contributing.includes(`\`provider/${room}\``))).toEqual([]);
        const others = foldersIn("test").filter((folder) => !rooms.includes(folder));
        expect(others.filter((folder) => !new RegExp(`\`(test/)?${folder}\``).test(contributing))).toEqual([]);
    });
});

test("README.md lists every example", () => {
    const readme = read("README.md");
    expect(foldersIn("examples").filter((name) => !readme.includes(`| [${name}](examples/${name}) |`))).toEqual([]);
});

test("CHANGELOG.md tells of this version", () => {
    expect(read("CHANGELOG.md")).toContain(version);
});

// The generations against the wrappers that bash runs: ours, and those in our own words that simulated hosts have.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generationOf, wrappersOf, type WrapperGeneration } from "../../provider/coreos/generations";
import { wrapperText } from "../../provider/coreos/wrapper";
import { runWrapper } from "./run-wrapper";

const STAND_INS = join(__dirname, "../../provider/testing/stand-ins");
const OLD = readFileSync(join(STAND_INS, "kubelet-wrapper-a"), "utf8");
const NEW = readFileSync(join(STAND_INS, "kubelet-wrapper-d"), "utf8");

const OURS = generationOf({ osId: "coreos", osVersion: "899.17.0", wrapperSource: "uploaded" });
const SHIPPED = [...new Set(wrappersOf("coreos").map(([, generation]) => generation))];
const ALL = [OURS, ...SHIPPED].map((generation) => ({ name: generation.name, generation }));

function textOf({ name }: WrapperGeneration): string {
    if (name === "ours") return wrapperText("1.0.0");
    return ("ABC".includes(name) ? OLD : NEW).replace(/^stage=./m, `stage=${name.replace("F'", "P")}`);
}

/** The words that rkt is given, in order. */
function wordsOf(generation: WrapperGeneration, env: Readonly<Record<string, string>>): readonly string[] {
    const { argv, stderr } = runWrapper("1.0.0", env, ["--x"], () => textOf(generation));
    if (argv === undefined) throw new Error(stderr);
    return argv;
}

const after = (words: readonly string[], option: string): readonly string[] =>
    words.flatMap((word, at) => (words[at - 1] === option ? [word] : []));

describe.each(ALL)("generation $name", ({ generation }) => {
    it("mounts what is said of it", () => {
        const words = wordsOf(generation, {});
        const expected = generation.volumes.map(({ name, source, readOnly, recursive }) =>
            [
                `${name},kind=host,source=${source}`,
                // The old ones say nothing of it, which is rkt's word for false.
                ...("ours A B C".split(" ").includes(generation.name) ? [] : [`readOnly=${String(readOnly)}`]),
                ...(recursive ? ["recursive=true"] : []),
            ].join(","),
        );
        expect([...after(words, "--volume")].sort()).toEqual(expected.sort());
        const mounts = generation.volumes.map(({ name, target }) => `volume=${name},target=${target}`);
        expect([...after(words, "--mount")].sort()).toEqual(mounts.sort());
    });

    it("reads what is said of it", () => {
        const read = [...textOf(generation).matchAll(/\$\{?((?:KUBELET|RKT)\w*)/g)].map(([, name]) => name);
        expect([...new Set(read)].sort()).toEqual([...generation.variables].sort());
    });

    it("puts RKT_OPTS where it is said to", () => {
        const words = wordsOf(generation, { RKT_OPTS: "--dns=host" });
        const [options, own] = [words.indexOf("--dns=host"), words.indexOf("--volume")];
        expect(options < own ? "before" : "after").toBe(generation.optionsStand);
    });

    it("takes patterns of RKT_OPTS for names of files, or does not", () => {
        const words = wordsOf(generation, { RKT_OPTS: "bin/m*" });
        expect(words.includes("bin/mkdir")).toBe(generation.globs);
    });

    it("runs what is said of it where it is told no repository", () => {
        expect(wordsOf(generation, {})).toContain(`${generation.repository}:v1.3.4_coreos.0`);
    });

    it.each([
        ["quay.io/coreos/hyperkube", ""],
        ["quay.io/coreos/hyperkube", "--insecure-options=image,http"],
        ["registry.example/hyperkube", ""],
        ["docker://quay.io/coreos/hyperkube", ""],
        ["docker://quay.io/coreos/hyperkube", "--insecure-options=image,http"],
    ])("trusts %s with %j as is said of it", (repository, options) => {
        const words = wordsOf(generation, { KUBELET_ACI: repository, RKT_OPTS: options });
        const added = words.filter((word) => /^--(trust|insecure)/.test(word) && word !== options);
        expect(added).toEqual(addedBy(generation, repository, options));
    });
});

function addedBy({ name, trusts }: WrapperGeneration, repository: string, options: string): readonly string[] {
    const [trust, insecure] = [["--trust-keys-from-https"], ["--insecure-options=image"]];
    const isDocker = repository.startsWith("docker:");
    const ofQuay = repository.startsWith("quay.io/") ? trust : [];
    switch (trusts) {
        case "always":
            return trust;
        case "quay":
            return ofQuay;
        case "quay-and-docker":
            return isDocker ? insecure : ofQuay;
        case "where-not-told":
            // Ours says it before RKT_OPTS, whose word is the last.
            if (name === "ours") return isDocker || options !== "" ? insecure : trust;
            return isDocker && options === "" ? insecure : ofQuay;
    }
}

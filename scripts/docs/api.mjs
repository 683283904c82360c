// @ts-check
// The pages of the API, made of the types and their docstrings. What typedoc makes of types that are computed from others is
// hard to read: those are replaced here by the plain types that they are computed from.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, ReferenceType } from "typedoc";

const API = join(dirname(fileURLToPath(import.meta.url)), "api");

/** @type {Partial<import("typedoc").TypeDocOptions> & Record<string, unknown>} */
const OPTIONS = {
    entryPoints: ["resources.ts", "ssh-config.ts", "testing.ts"].map((name) => join(API, name)),
    tsconfig: join(API, "tsconfig.json"),
    plugin: ["typedoc-plugin-markdown"],
    name: "API reference",
    readme: join(API, "readme.md"),
    mergeReadme: true,
    // The same on every machine, at every commit.
    disableSources: true,
    disableGit: true,
    gitRevision: "none",
    excludeExternals: true,
    excludeInternal: true,
    sort: ["source-order"],
    sortEntryPoints: false,
    router: "module",
    hidePageHeader: true,
    hideBreadcrumbs: true,
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    parametersFormat: "table",
    typeDeclarationFormat: "table",
    tableColumnSettings: { hideInherited: true, hideModifiers: true, hideOverrides: true },
    logLevel: "Warn",
};

/** Each page, by its name. Errors: where typedoc warns, such as of a link to what is not told. */
export async function apiPages() {
    const out = mkdtempSync(join(tmpdir(), "pck-api-"));
    try {
        const app = await Application.bootstrapWithPlugins({ ...OPTIONS, out });
        const project = await app.convert();
        if (project === undefined) throw new Error("the types do not compile");
        simplify(project);
        app.validate(project);
        await app.generateOutputs(project);
        if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("typedoc is not content, see above");
        return Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), "utf8")]));
    } finally {
        rmSync(out, { recursive: true });
    }
}

/** Types that are computed from others, in favour of those. */
function simplify(project) {
    const named = (name) => project.getChildByName(["resources", name]);
    const plainArgs = named("KubeletServiceInputs");
    plainArgs.name = "KubeletServiceArgs";

    // What a node may have of its own is what a KubeletService has: told once.
    const told = {
        KubeletRolloutArgs: plainArgs,
        RolloutNodeArgs: plainArgs,
        NodeConnectionArgs: named("ConnectionArgs"),
    };
    for (const [name, plain] of Object.entries(told)) {
        const { children } = named(name);
        remove(
            project,
            children.filter((field) => has(plain, field) && !isOfRollouts(field)),
        );
        for (const field of children) field.type = withoutInput(field.type);
    }

    const service = named("KubeletService");
    remove(
        project,
        service.children.filter((field) => has(plainArgs, field) && !field.hasComment()),
    );
    const outputs = named("Outputs");
    for (const field of service.children) {
        const plain = [outputs, plainArgs].find((one) => has(one, field))?.getChildByName([field.name]);
        if (plain !== undefined) field.type = outputOf(project, plain.type);
        for (const { parameters } of field.signatures ?? []) {
            const args = parameters.find((one) => one.name === "args");
            if (args) args.type = ReferenceType.createResolvedReference(plainArgs.name, plainArgs, project);
        }
    }
    remove(project, [outputs]);
    for (const name of Object.keys(told)) delete named(name).extendedTypes;
    for (const page of project.children) {
        // Anchors are counted in this order, headings stand in that of the groups.
        page.children.sort(byName);
        for (const group of page.groups) group.children.sort(byName);
    }
}

const byName = (one, other) => (one.name < other.name ? -1 : 1);

const has = (owner, { name }) => owner.getChildByName([name]) !== undefined;

/** The one that is of another type there. */
const isOfRollouts = ({ name, parent }) => name === "connection" && parent.name !== "NodeConnectionArgs";

const withoutInput = (type) => (type.name === "Input" ? type.typeArguments[0] : type);

/** From the groups too, which are what is written. */
function remove(project, reflections) {
    for (const one of reflections) {
        const { parent } = one;
        project.removeReflection(one);
        for (const group of parent.groups) group.children = group.children.filter((child) => child !== one);
        parent.groups = parent.groups.filter((group) => group.children.length > 0);
    }
}

function outputOf(project, type) {
    const output = ReferenceType.createBrokenReference("Output", project, "@pulumi/pulumi");
    output.typeArguments = [type];
    return output;
}

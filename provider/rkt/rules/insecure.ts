import { compareVersions } from "../../versions";
import { each, type Finding, type Place } from "../findings";
import type { Case } from "../judge";
import { named, ownOption } from "../line";
import type { Option } from "../parse";
import { CHECKS_STAGE1 } from "../versions";

/** First rkt that knows a value of --insecure-options. Source: rkt/rkt rkt/flag/secflags.go, CHANGELOG; run on 0.15.0 to 1.30.0. */
const VALUES: ReadonlyMap<string, string> = new Map([
    ...["none", "image", "tls", "ondisk", "all"].map((value) => [value, "0.12.0"] as const),
    ["http", "0.16.0"],
    ["pubkey", "1.3.0"],
    ...["capabilities", "paths", "seccomp", "all-fetch", "all-run"].map((value) => [value, "1.13.0"] as const),
]);

/** Values of --insecure-options, of which only the last one on the line counts. Source: rkt/rkt pkg/flag/optionlist.go. */
export function insecureRules({ line, place }: Case): readonly Finding[] {
    const options = named(line, "insecure-options");
    const known = [...VALUES].flatMap(([value, since]) =>
        compareVersions(place.rktVersion, since) >= 0 ? [value] : [],
    );
    const remedy = `its values are ${known.join(", ")}`;
    const unknown = options.filter(({ value }) => !valuesIn(value).every((each) => known.includes(each)));
    const twice = options.filter(({ value }) => new Set(valuesIn(value)).size < valuesIn(value).length);
    return [
        ...each("error", unknown, "insecure-value", `rkt ${place.rktVersion} knows no such value`, remedy),
        ...each("error", twice, "insecure-value", "it names a value twice", "name it once"),
        ...replaced(options, place),
    ];
}

function valuesIn(value = ""): readonly string[] {
    return value === "" ? [] : value.toLowerCase().split(",");
}

function isUnchecked(value: string | undefined): boolean {
    return valuesIn(value).some((each) => ["image", "all", "all-fetch"].includes(each));
}

/** What the last one undoes, or what undoes it. */
function replaced(options: readonly Option[], { rktVersion, wrapperGeneration }: Place): readonly Finding[] {
    const [last, ...before] = options.toReversed();
    if (last === undefined) return [];
    const { options: own, optionsStand, trusts } = wrapperGeneration;
    const wrappers = optionsStand === "after" ? ownOption(own, "insecure-options") : undefined;
    if ([wrappers, ...before.map(({ value }) => value)].some(isUnchecked) && !isUnchecked(last.value)) {
        const remedy = "add image to its values, or leave it out";
        const isStage1Checked =
            ownOption(own, "stage1-path") !== undefined && compareVersions(rktVersion, CHECKS_STAGE1) >= 0;
        const unsigned = `rkt ${rktVersion} asks for a signature of the wrapper's stage1 then, and there is none`;
        const signed = "it replaces an --insecure-options=image before it: an image must be signed then";
        return isStage1Checked
            ? each("error", [last], "stage1-unsigned", unsigned, remedy)
            : each("warning", [last], "insecure-replaced", signed, remedy);
    }
    const isUndone = trusts === "quay-and-docker" && valuesIn(last.value).some((value) => value !== "image");
    const problem = "for a docker:// image the wrapper puts --insecure-options=image behind it, which replaces it";
    return each("warning", isUndone ? [last] : [], "insecure-replaced", problem, "do without its other values");
}

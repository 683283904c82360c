import type { RktSpec, VolumeSpec } from "../../spec/spec";
import { finding, type Fault, type Finding, type RuleName } from "../findings";
import { setEnvPath, typedVolumes } from "../options";
import { cleaned } from "../paths";
import { BAD_NAME, isVolumeName } from "../volumes";

/**
 * Typed arguments that no words of RKT_OPTS can say: the shell parts words at white space, --volume its keys at commas,
 * --mount decodes its target, and of two volumes with one name or target rkt at best drops one. No finding holds a value.
 */
export function typedRules(rkt: RktSpec): readonly Finding[] {
    const spaced = Object.entries(rkt.setEnv).filter(([, value]) => /[ \t\n]/.test(value));
    const said = typedVolumes(rkt);
    return [
        ...said.flatMap(([path, volume], at) =>
            [...volumeFaults(volume), ...clashes(volume, said.slice(0, at))].map((each) => error(path, each)),
        ),
        ...spaced.map(([name]) => error(setEnvPath(name), fault("white-space", "cannot hold white space", WHY_PARTED))),
    ];
}

const WHY_PARTED = "the wrapper parts words there";

const error = (path: string, each: Fault): Finding => finding("error", { path, shown: "" }, each);

function fault(rule: RuleName, problem: string, remedy: string, field?: "source" | "target" | "name"): Fault {
    return { rule, problem, remedy, ...(field !== undefined && { field }) };
}

function volumeFaults({ name, source, target }: VolumeSpec): readonly Fault[] {
    const isBelow = target.startsWith("/") && cleaned(target) !== "/";
    const commas = "cannot hold white space or commas";
    const found: readonly (readonly [is: boolean, fault: Fault])[] = [
        [!isVolumeName(name), BAD_NAME],
        [!source.startsWith("/"), fault("volume-source", "must be an absolute path", "write it with its /", "source")],
        [/[ \t\n,]/.test(source), fault("white-space", commas, WHY_PARTED, "source")],
        [!isBelow, fault("target-root", "must be an absolute path below /", "write it with its /", "target")],
        [/[ \t\n,]/.test(target), fault("white-space", commas, WHY_PARTED, "target")],
        [
            /[+%&;]/.test(target),
            fault("target-decoded", "cannot hold ; + % or &", "rkt decodes them like a URL's", "target"),
        ],
    ];
    return found.flatMap(([is, each]) => (is ? [each] : []));
}

function clashes({ name, target }: VolumeSpec, before: ReturnType<typeof typedVolumes>): readonly Fault[] {
    const named = before.find(([, other]) => other.name === name)?.[0];
    const mounted = before.find(([, other]) => cleaned(other.target) === cleaned(target))?.[0];
    return [
        ...(named === undefined
            ? []
            : [fault("volume-twice", `${named} has that name too`, "rename the volume", "name")]),
        ...(mounted === undefined
            ? []
            : [fault("target-twice", `${mounted} is mounted there too`, "leave one of them out", "target")]),
    ];
}

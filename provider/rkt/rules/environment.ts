import { each, type Finding } from "../findings";
import type { Case } from "../judge";
import { named } from "../line";
import type { Option } from "../parse";

/** The kubelet's environment. No finding holds a value. Source: rkt/rkt rkt/run.go, kvMap.Set; appc/spec schema/types/environment.go. */
export function environmentRules({ line }: Case): readonly Finding[] {
    const options = named(line, "set-env");
    const names = options.map(nameOf);
    const nameless = options.filter((_, at) => names[at] === undefined);
    const odd = options.filter((_, at) => names[at] !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(names[at]));
    const again = options.filter((_, at) => names[at] !== undefined && names.indexOf(names[at]) < at);
    return [
        ...each("error", nameless, "env-syntax", "it is not NAME=VALUE", "write --set-env=NAME=VALUE"),
        ...each("error", odd, "env-name", "it must be named like a variable", "rename it"),
        ...each("error", again, "env-twice", "the variable is set already, and rkt takes none twice", "set it once"),
    ];
}

function nameOf({ value = "" }: Option): string | undefined {
    const at = value.indexOf("=");
    return at === -1 ? undefined : value.slice(0, at);
}

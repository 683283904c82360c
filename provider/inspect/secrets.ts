import type { Observed } from "../plan/observed";
import { SHORTEST_SECRET } from "../spec/secrets";
import { environmentOf, execOf, parseUnit, valuesOf, type UnitFile } from "../systemd/unit-file";

/**
 * Values that the unit and its drop-ins hand to the kubelet, any of which may be secret: a host may repeat them in what it
 * says. KUBELET_VERSION is shown everywhere. Pure.
 */
export function secretsIn({ unit, dropIns }: Observed): readonly string[] {
    const values = [unit, ...dropIns].flatMap(({ text }) => {
        const made = parseUnit(text);
        return [...variablesIn(made), ...argumentsIn(made)];
    });
    const parts = values.flatMap((value) => [value, ...value.split(/\s+/).flatMap(valueOf)]);
    return [...new Set(parts)].filter((value) => value.length >= SHORTEST_SECRET);
}

function variablesIn(unit: UnitFile): readonly string[] {
    const variables = environmentOf(valuesOf(unit, "Service", "Environment"));
    return [...variables].filter(([name]) => name !== "KUBELET_VERSION").map(([, value]) => value);
}

function argumentsIn(unit: UnitFile): readonly string[] {
    const commands = ["ExecStart", "ExecStartPre", "ExecStop"].flatMap((key) => valuesOf(unit, "Service", key));
    // As it is run, and as it is written: a wrapper may repeat either.
    return commands.flatMap((value) => [...execOf(value).words.slice(1), ...value.split(/\s+/).slice(1)]);
}

/** A word, and what it gives a name: `--set-env=TOKEN=abc` is told by `TOKEN=abc` and `abc` as well. */
function valueOf(word: string): readonly string[] {
    return word.split("=").map((_, at, parts) => parts.slice(at).join("="));
}

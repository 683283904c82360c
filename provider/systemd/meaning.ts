import { type Exec, parseUnit, rawCommandsOf, rawEnvironmentOf, type UnitFile, valuesOf } from "./unit-file";

/** What must happen for a changed unit file to take effect. */
export type Effect = "same" | "reload" | "restart";

/** What a unit text means: each setting under `Section.Key`, spelled one way. */
export type Meaning = ReadonlyMap<string, string>;

interface Reading {
    readonly effect: "reload" | "restart";
    readonly form: (unit: UnitFile, section: string, key: string) => unknown;
}

const ORDER = { same: 0, reload: 1, restart: 2 } as const;

// The manager reads these when the process ends, or when it starts or stops one: the next time serves.
const SERVICE_RELOAD = /^(Restart|RestartSec|StartLimit\w*|Timeout(Start|Stop)?Sec|KillMode|KillSignal|SendSIGKILL)$/;
// Commands beside the process: none of them made it what it is.
const SERVICE_RELOAD_COMMANDS = /^Exec(Stop|StopPost|Reload)$/;
// The process is a child of these: only a new one has the new value.
const SERVICE_ONE_VALUE = /^(Type|User|Group|WorkingDirectory|Limit\w+)$/;
// Relations to other units: the manager keeps them, and an empty assignment forgets nothing (systemd.unit(5)).
const RELATIONS = /^(After|Before|Wants|Requires|Requisite|BindsTo|PartOf|Conflicts|OnFailure|RequiresMountsFor)$/;

/** What the text means to systemd, as far as it can be told without a host. Never throws. */
export function meaningOf(text: string): Meaning {
    const unit = parseUnit(text);
    const settings = unit.map(({ section, key }) => {
        return [`${section}.${key}`, JSON.stringify(readingOf(section, key).form(unit, section, key))] as const;
    });
    return new Map(settings.filter(([, meaning]) => !["[]", '""'].includes(meaning)));
}

/** What going from one unit text to another takes: nothing, a `daemon-reload`, or a restart too. Never throws. */
export function compareMeaning(a: string, b: string): Effect {
    // So it is where nothing changes, for each of many hosts.
    if (a === b) return "same";
    const [one, other] = [meaningOf(a), meaningOf(b)];
    const changed = [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
    return changed.map(effectOf).reduce<Effect>((most, next) => (ORDER[next] > ORDER[most] ? next : most), "same");
}

function effectOf(name: string): Effect {
    const dot = name.lastIndexOf(".");
    return readingOf(name.slice(0, dot), name.slice(dot + 1)).effect;
}

function readingOf(section: string, key: string): Reading {
    if (section === "Unit") return { effect: "reload", form: unitForm(key) };
    // Only `systemctl enable` reads it; the sections that systemd does not know it ignores.
    if (section !== "Service") return { effect: "reload", form: words };
    if (SERVICE_RELOAD.test(key)) return { effect: "reload", form: last };
    if (SERVICE_RELOAD_COMMANDS.test(key)) return { effect: "reload", form: commands };
    if (SERVICE_ONE_VALUE.test(key)) return { effect: "restart", form: last };
    if (key === "ExecStart") return { effect: "restart", form: commandsWithFlagsSorted };
    // It may prepare what the process finds.
    if (key.startsWith("Exec")) return { effect: "restart", form: commands };
    if (key === "Environment") return { effect: "restart", form: environment };
    // Unknown here: a needless restart does less harm than a process that runs with the old setting.
    return { effect: "restart", form: valuesOf };
}

function unitForm(key: string): Reading["form"] {
    if (RELATIONS.test(key)) return relations;
    if (key === "Documentation") return words;
    if (key === "Description") return (unit, section) => last(unit, section, key).replace(/\s+/g, " ");
    return valuesOf;
}

const last = (unit: UnitFile, section: string, key: string): string => valuesOf(unit, section, key).at(-1) ?? "";

const words = (unit: UnitFile, section: string, key: string): readonly string[] => setOf(valuesOf(unit, section, key));

const relations = (unit: UnitFile, section: string, key: string): readonly string[] =>
    setOf(unit.filter((each) => each.section === section && each.key === key).map(({ value }) => value));

const commands = (unit: UnitFile, section: string, key: string): readonly Exec[] =>
    valuesOf(unit, section, key).flatMap(rawCommandsOf);

const commandsWithFlagsSorted = (unit: UnitFile, section: string, key: string): readonly Exec[] =>
    commands(unit, section, key).map((command) => ({ ...command, words: withFlagsSorted(command) }));

function environment(unit: UnitFile, section: string, key: string): readonly unknown[] {
    const variables = [...rawEnvironmentOf(valuesOf(unit, section, key))];
    // The wrapper leaves RKT_OPTS unquoted, so its shell splits it. Source: coreos-overlay app-admin/kubelet-wrapper.
    const read = variables.map(([name, value]) => [name, name === "RKT_OPTS" ? split(value) : value] as const);
    return read.sort(([a], [b]) => compare(a, b));
}

/** Flags in the order of their names, but none past a word that is not `--flag=value`: that could be a value, or take one. */
function withFlagsSorted({ prefix, words }: Exec): readonly string[] {
    // Source: systemd.service(5): after "@" the second word is the name that the process is given.
    const fixed = prefix.includes("@") ? 2 : 1;
    const sorted = words.slice(0, fixed);
    let run: string[] = [];
    const endRun = (): void => {
        sorted.push(...run.sort((a, b) => compare(flagName(a), flagName(b))));
        run = [];
    };
    const end = words.includes("--", fixed) ? words.indexOf("--", fixed) : words.length;
    words.slice(fixed).forEach((word, at) => {
        const isValue = at > 0 && /^-[^=]*$/.test(words[at + fixed - 1] ?? "");
        if (at + fixed < end && !isValue && /^--[^=]+=/.test(word)) run.push(word);
        else {
            endRun();
            sorted.push(word);
        }
    });
    endRun();
    return sorted;
}

/** Source: kubernetes pkg/util/flag/flags.go: an underscore in a flag's name is a hyphen. */
function flagName(word: string): string {
    return word.slice(0, word.indexOf("=")).replaceAll("_", "-");
}

const split = (text: string): readonly string[] => text.split(/[ \t]+/).filter((word) => word !== "");

const setOf = (values: readonly string[]): readonly string[] => [...new Set(values.flatMap(split))].sort(compare);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

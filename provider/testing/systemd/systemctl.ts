import { readFileSync } from "node:fs";
import { type Answer, err, joined, out } from "./answer";
import { signalName } from "./group";
import { disable, enable, mask, unmask } from "./links";
import type { Manager } from "./manager";
import { properties, unitFileState } from "./properties";
import type { JobResult, Service } from "./service";

interface Call {
    readonly manager: Manager;
    readonly options: ReadonlyMap<string, string>;
    /** Units with their suffix. */
    readonly units: readonly string[];
}

const withValue = new Set(["-p", "-s", "-n", "-t", "--property", "--signal", "--kill-who", "--lines"]);

/** Answers `systemctl ARGS…`. */
export async function systemctl(manager: Manager, words: readonly string[]): Promise<Answer> {
    const { options, rest } = parse(words);
    const version = manager.machine.systemd;
    if (options.has("--version")) return out(`systemd ${version}\n+PAM +AUDIT +SELINUX +IMA -APPARMOR +SMACK\n`);
    if (options.has("--value") && version < 230) return err("systemctl: unrecognized option '--value'\n");
    if (options.has("--wait") && version < 232) return err("systemctl: unrecognized option '--wait'\n");
    const [verb = "list-units", ...names] = rest;
    const units = names.map((name) => (/\.[a-z]+$/.test(name) ? name : `${name}.service`));
    const run = verbs[verb];
    return run === undefined ? err(`Unknown operation ${verb}.\n`) : run({ manager, options, units });
}

const verbs: Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>> = {
    start: (call) => change(call, "start", () => call.manager.start(call.units)),
    stop: (call) => change(call, "stop", () => Promise.all(unitsOf(call).map((unit) => unit.stop()))),
    restart: (call) => change(call, "restart", () => restart(call)),
    "try-restart": (call) => {
        const units = unitsOf(call).filter((unit) => unit.active === "active");
        return change(call, "restart", () => Promise.all(units.map((unit) => unit.restart())));
    },
    "daemon-reload": ({ manager }) => {
        manager.reload();
        return out("");
    },
    "reset-failed": resetFailed,
    show: (call) =>
        joined(
            unitsOf(call).map((unit) => show(call, unit)),
            "\n",
        ),
    "is-active": (call) => states(call, ["active", "reloading"], 3),
    "is-failed": (call) => states(call, ["failed"], 1),
    "is-enabled": isEnabled,
    "is-system-running": () => out("running\n"),
    status: (call) => joined(unitsOf(call).map(status), "\n"),
    cat: (call) => joined(unitsOf(call).map(cat), "\n"),
    kill: (call) => {
        const name = signalName(call.options.get("-s") ?? call.options.get("--signal") ?? "SIGTERM");
        for (const unit of unitsOf(call)) unit.signal(name, call.options.get("--kill-who") ?? "all");
        return out("");
    },
    enable: (call) => enabling(call, enable, "start"),
    disable: (call) => enabling(call, disable, "stop"),
    mask: (call) => enabling(call, mask, "stop"),
    unmask: (call) => enabling(call, unmask, "start"),
    "list-units": () => out(""),
};

function parse(words: readonly string[]): { options: Map<string, string>; rest: string[] } {
    const options = new Map<string, string>();
    const rest: string[] = [];
    for (let at = 0; at < words.length; at++) {
        const word = words[at] ?? "";
        const [, short, attached] = /^(-[psnt])(.+)$/.exec(word) ?? [];
        const [name = word, ...value] = word.split("=");
        if (!word.startsWith("-")) rest.push(word);
        else if (short !== undefined && attached !== undefined) add(options, short, attached);
        else if (value.length > 0) add(options, name, value.join("="));
        else if (withValue.has(word)) add(options, word, words[++at] ?? "");
        else options.set(word, "");
    }
    return { options, rest };
}

function add(options: Map<string, string>, name: string, value: string): void {
    const key = name === "--property" ? "-p" : name;
    options.set(key, [options.get(key), value].filter(Boolean).join(","));
}

function unitsOf({ manager, units }: Call): Service[] {
    return units.map((name) => manager.unit(name));
}

function restart(call: Call): Promise<JobResult[]> {
    const idle = call.units.filter((name) => call.manager.unit(name).idle);
    const busy = unitsOf(call).filter((unit) => !unit.idle);
    return Promise.all([
        ...busy.map((unit) => unit.restart()),
        ...(idle.length > 0 ? [call.manager.start(idle).then((all) => worst(all))] : []),
    ]);
}

async function change(call: Call, verb: string, job: () => Promise<JobResult[]>): Promise<Answer> {
    const units = unitsOf(call);
    const refusals = units.map((unit) => refusal(unit, verb)).filter((answer) => answer !== undefined);
    if (refusals.length > 0) return joined(refusals);
    const stale = units.filter((unit) => call.manager.isStale(unit)).map((unit) => unit.name);
    const warning = stale.map(
        (name) => `Warning: ${name} changed on disk. Run 'systemctl daemon-reload' to reload units.\n`,
    );
    const ended = job();
    if (call.options.has("--no-block")) return err(warning.join(""), 0);
    const results = await ended;
    const failures = results.map((result, index) => failure(units[index] ?? units[0], result));
    return joined([err(warning.join(""), 0), ...failures]);
}

function refusal(unit: Service, verb: string): Answer | undefined {
    const old = unit.manager.machine.systemd < 229;
    switch (unit.definition.loadState) {
        case "not-found":
            if (verb === "stop" && !unit.idle) return undefined;
            if (verb === "stop") return err(`Failed to stop ${unit.name}: Unit ${unit.name} not loaded.\n`, 5);
            return old
                ? err(
                      `Failed to ${verb} ${unit.name}: Unit ${unit.name} failed to load: No such file or directory.\n`,
                      6,
                  )
                : err(`Failed to ${verb} ${unit.name}: Unit ${unit.name} not found.\n`, 5);
        case "masked":
            return verb === "stop" ? undefined : err(`Failed to ${verb} ${unit.name}: Unit ${unit.name} is masked.\n`);
        case "error":
            return verb === "stop"
                ? undefined
                : err(`Failed to ${verb} ${unit.name}: Unit ${unit.name} is not loaded properly: Invalid argument.\n`);
        case "loaded":
            return undefined;
    }
}

function failure(unit: Service | undefined, result: JobResult): Answer {
    if (unit === undefined || result === "done") return out("");
    if (result === "canceled") return err(`Job for ${unit.name} canceled.\n`);
    const limited = unit.result.startsWith("start-limit");
    const why = limited ? "start of the service was attempted too often" : "the control process exited with error code";
    return err(
        `Job for ${unit.name} failed because ${why}. ` +
            `See "systemctl status ${unit.name}" and "journalctl -xe" for details.\n`,
    );
}

function worst(results: readonly JobResult[]): JobResult {
    return results.find((result) => result !== "done") ?? "done";
}

function resetFailed(call: Call): Answer {
    if (call.units.length === 0) call.manager.resetFailed();
    const answers = unitsOf(call).map((unit) => {
        if (unit.definition.loadState === "not-found" && unit.active !== "failed") {
            return err(`Failed to reset failed state of unit ${unit.name}: Unit ${unit.name} not loaded.\n`);
        }
        unit.reset();
        return out("");
    });
    return joined(answers);
}

function show({ options }: Call, unit: Service): Answer {
    const wanted = options.get("-p")?.split(",");
    const shown = properties(unit).filter(([name, value]) => value !== "" && (wanted?.includes(name) ?? true));
    const lines = shown.map(([name, value]) => (options.has("--value") ? value : `${name}=${value}`));
    return out(lines.map((line) => `${line}\n`).join(""));
}

function states(call: Call, good: readonly string[], code: number): Answer {
    const units = unitsOf(call);
    const words = units.map((unit) => {
        const unknown = unit.definition.loadState === "not-found" && unit.idle && call.manager.machine.systemd < 231;
        return unknown ? "unknown" : unit.active;
    });
    const quiet = call.options.has("--quiet") || call.options.has("-q");
    const ok = units.some((unit) => good.includes(unit.active));
    return out(quiet ? "" : words.map((word) => `${word}\n`).join(""), ok ? 0 : code);
}

function isEnabled(call: Call): Answer {
    const answers = unitsOf(call).map((unit) => {
        unit.fileState = undefined;
        const state = unitFileState(unit);
        if (state === "") return err(`Failed to get unit file state for ${unit.name}: No such file or directory\n`);
        return out(`${state}\n`, /^(enabled|static|alias|indirect)/.test(state) ? 0 : 1);
    });
    return joined(answers);
}

function status(unit: Service): Answer {
    const { definition, main } = unit;
    if (definition.loadState === "not-found" && unit.idle) return err(`Unit ${unit.name} could not be found.\n`, 4);
    const lines = [
        `● ${unit.name} - ${definition.settings.last("Unit", "Description") ?? unit.name}`,
        `   Loaded: ${definition.loadState} (${definition.fragmentPath}; ${unitFileState(unit)})`,
        `   Active: ${unit.active} (${unit.sub})`,
        ...(main.lastPid === 0 ? [] : [` Main PID: ${main.lastPid}`]),
    ];
    return out(lines.map((line) => `${line}\n`).join(""), unit.active === "active" ? 0 : 3);
}

function cat(unit: Service): Answer {
    const { definition, manager } = unit;
    if (definition.fragmentPath === "") return err(`No files found for ${unit.name}.\n`);
    const files = [definition.fragmentPath, ...definition.dropInPaths];
    return out(files.map((file) => `# ${file}\n${readFileSync(manager.machine.root + file, "utf8")}`).join("\n"));
}

async function enabling(
    call: Call,
    verb: (root: string, unit: string) => Answer,
    job: "start" | "stop",
): Promise<Answer> {
    const first = joined(call.units.map((name) => verb(call.manager.machine.root, name)));
    call.manager.reload();
    if (!call.options.has("--now") || first.code !== 0) return first;
    return joined([first, (await verbs[job]?.(call)) ?? out("")]);
}

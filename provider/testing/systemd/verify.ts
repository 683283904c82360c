import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Answer, err, joined, out } from "./answer";
import { parseCommand } from "./command";
import type { Machine } from "./machine";
import { movedExecutable } from "./moved";
import { parseUnitFile, Settings } from "./unit-file";

const sections: Readonly<Record<string, RegExp>> = {
    Unit: /^(Description|Documentation|Wants|Requires|Requisite|BindsTo|PartOf|Conflicts|Before|After|OnFailure|DefaultDependencies|RefuseManual(Start|Stop)|(Condition|Assert)\w+|StartLimit\w+|RequiresMountsFor|JobTimeout\w+|StopWhenUnneeded|IgnoreOnIsolate|AllowIsolate|X-.*)$/,
    Service:
        /^(Type|RemainAfterExit|PIDFile|Exec(Start|StartPre|StartPost|Reload|Stop|StopPost)|Restart\w*|Timeout\w*|RuntimeMaxSec|WatchdogSec|StartLimit\w+|SuccessExitStatus|Environment|EnvironmentFile|PassEnvironment|KillMode|KillSignal|SendSIG\w+|User|Group|WorkingDirectory|RootDirectory|Standard\w+|Syslog\w+|Limit\w+|OOMScoreAdjust|Nice|UMask|Private\w+|Protect\w+|Read\w+|NotifyAccess|GuessMainPID|Delegate|Slice|CPU\w+|Memory\w+|Tasks\w+|BlockIO\w+|IO\w+|Capabilit\w+|AmbientCapabilities|NoNewPrivileges|MountFlags|TTY\w*|IgnoreSIGPIPE|PermissionsStartOnly|NonBlocking|FailureAction|X-.*)$/,
    Install: /^(Alias|WantedBy|RequiredBy|Also|DefaultInstance)$/,
};

/** Answers `systemd-analyze verify FILE…`: complaints as systemd words them. Only a command that is missing fails the call. */
export function analyze(machine: Machine, words: readonly string[]): Answer {
    if (words.includes("--version")) return out(`systemd ${machine.systemd}\n`);
    const [verb, ...files] = words.filter((word) => !word.startsWith("-"));
    if (verb !== "verify") return err(`Unknown operation '${verb ?? ""}'.\n`);
    return joined(files.map((file) => verify(machine, file)));
}

function verify(machine: Machine, file: string): Answer {
    const path = file.startsWith(machine.root) || !file.startsWith("/") ? file : machine.root + file;
    if (!existsSync(path)) return err(`Failed to load ${file}: No such file or directory\n`);
    const text = readFileSync(path, "utf8");
    const settings = new Settings(parseUnitFile(text, machine.systemd));
    const name = basename(file);
    const missing = missingCommands(machine, name, settings);
    const starts = settings.list("Service", "ExecStart").length > 0;
    const lacking = starts ? "" : `${name}: Service lacks both ExecStart= and ExecStop= setting. Refusing.\n`;
    return err(complaints(file, text) + lacking + missing, missing === "" && starts ? 0 : 1);
}

function complaints(file: string, text: string): string {
    let section = "";
    let continued = false;
    const found: string[] = [];
    text.split("\n").forEach((line, index) => {
        const held = continued;
        continued = line.endsWith("\\");
        if (held || /^\s*([#;]|$)/.test(line)) return;
        const where = `[${file}:${index + 1}]`;
        const header = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
        const key = /^([^=]+?)\s*=/.exec(line)?.[1];
        if (header !== undefined) {
            section = header;
            if (!(header in sections) && !header.startsWith("X-"))
                found.push(`${where} Unknown section '${header}'. Ignoring.`);
        } else if (key === undefined) {
            found.push(`${where} Missing '='.`);
        } else if (sections[section]?.test(key) === false) {
            found.push(`${where} Unknown lvalue '${key}' in section '${section}'`);
        }
    });
    return found.map((line) => `${line}\n`).join("");
}

function missingCommands(machine: Machine, name: string, settings: Settings): string {
    const lines = ["ExecStartPre", "ExecStart", "ExecStop", "ExecStopPost"].flatMap((key) =>
        settings.list("Service", key),
    );
    const programs = lines.map((line) => parseCommand(line, name).words[0] ?? "");
    return programs
        .filter((program) => !existsSync(movedExecutable(program, machine.root)))
        .map((program) => `${name}: Command ${program} is not executable: No such file or directory\n`)
        .join("");
}

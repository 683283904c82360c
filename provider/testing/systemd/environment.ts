import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "./service";
import { assignments, expandSpecifiers, splitWords } from "./words";

/** Environment= and, stronger, EnvironmentFile= of a unit. */
export function unitEnvironment(unit: Service): Record<string, string> {
    const { definition, name, manager } = unit;
    const lines = definition.settings.list("Service", "Environment");
    const files = definition.settings.list("Service", "EnvironmentFile");
    return assignments([
        ...lines.flatMap((line) => splitWords(expandSpecifiers(line, name))),
        ...files.flatMap((file) =>
            fileLines(join(manager.machine.root, expandSpecifiers(file.replace(/^-/, ""), name))),
        ),
    ]);
}

/** What the commands of ExecStop= and ExecStopPost= are told; how the service ended only from 232 on. */
export function situation(unit: Service): Record<string, string> {
    const { main, manager, result } = unit;
    const found: Record<string, string> = main.pid === 0 ? {} : { MAINPID: String(main.pid) };
    if (manager.machine.systemd < 232) return found;
    const code = main.code === 2 ? "killed" : "exited";
    return { ...found, SERVICE_RESULT: result, EXIT_CODE: code, EXIT_STATUS: String(main.status) };
}

function fileLines(file: string): string[] {
    let text = "";
    try {
        text = readFileSync(file, "utf8");
    } catch {
        // as with a leading dash
    }
    return text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => !/^[#;]/.test(line))
        .map((line) => line.replace(/^([A-Za-z_]\w*=)(["'])(.*)\2$/, "$1$3"));
}

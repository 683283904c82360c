import { lstatSync, readlinkSync } from "node:fs";
import { isMask, list, unitFolders } from "./load";
import type { Service } from "./service";

/** What `systemctl show` says of a unit, in systemd's order; an empty text is a property that it leaves out. */
export function properties(unit: Service): [name: string, value: string][] {
    const { main, definition, manager } = unit;
    const { settings } = definition;
    const service: [string, string | number][] = [
        ["Type", settings.last("Service", "Type") ?? "simple"],
        ["Restart", settings.last("Service", "Restart") ?? "no"],
        ["MainPID", main.pid],
        ["ControlPID", unit.controlPid],
        ["Result", unit.result],
        ...(manager.machine.systemd >= 235 ? [["NRestarts", unit.restarts] satisfies [string, number]] : []),
        ["ExecMainStartTimestampMonotonic", main.started],
        ["ExecMainExitTimestampMonotonic", main.exited],
        ["ExecMainPID", main.lastPid],
        ["ExecMainCode", main.code],
        ["ExecMainStatus", main.status],
    ];
    const common: [string, string | number][] = [
        ["Id", unit.name],
        ["Names", unit.name],
        ["Description", settings.last("Unit", "Description") ?? unit.name],
        ["LoadState", definition.loadState],
        ["ActiveState", unit.active],
        ["SubState", unit.sub],
        ["FragmentPath", definition.loadState === "masked" ? maskPath(unit) : definition.fragmentPath],
        ["DropInPaths", definition.dropInPaths.join(" ")],
        ["UnitFileState", unitFileState(unit)],
        ["Job", unit.jobId === 0 ? "" : unit.jobId],
        ["NeedDaemonReload", manager.isStale(unit) ? "yes" : "no"],
    ];
    const all = [...service, ...common];
    return all.map(([name, value]) => [name, String(value)]);
}

/** UnitFileState=, remembered by the unit until it is loaded anew. */
export function unitFileState(unit: Service): string {
    return (unit.fileState ??= lookUpState(unit));
}

function lookUpState(unit: Service): string {
    const { definition, manager, name } = unit;
    if (definition.fragmentPath === "") return "";
    if (definition.loadState === "masked")
        return definition.fragmentPath.startsWith("/run/") ? "masked-runtime" : "masked";
    for (const folder of unitFolders) {
        for (const links of list(manager.machine.root + folder)) {
            if (!/\.(wants|requires)$/.test(links)) continue;
            if (!isLink(`${manager.machine.root}${folder}/${links}/${name}`)) continue;
            return folder.startsWith("/run/") ? "enabled-runtime" : folder.startsWith("/usr/") ? "static" : "enabled";
        }
    }
    const { settings } = definition;
    return ["WantedBy", "RequiredBy", "Alias", "Also"].some((key) => settings.list("Install", key).length > 0)
        ? "disabled"
        : "static";
}

function isLink(path: string): boolean {
    try {
        return lstatSync(path).isSymbolicLink();
    } catch {
        return false;
    }
}

function maskPath(unit: Service): string {
    const { root } = unit.manager.machine;
    const path = unit.definition.fragmentPath;
    return isMask(root, path) && isLink(root + path) ? readlinkSync(root + path) : path;
}

import type { Service } from "./service";

/**
 * Whether a unit that is being started has to be through before the other one starts. `early` are the units of
 * sysinit.target: an ordinary unit comes after them, unless they have no default dependencies and do not name the target.
 */
export function precedes(first: Service, second: Service, early: ReadonlySet<string>): boolean {
    const one = first.definition.settings;
    const two = second.definition.settings;
    if (one.names("Unit", "Before").includes(second.name) || two.names("Unit", "After").includes(first.name))
        return true;
    if (!early.has(first.name) || early.has(second.name) || !two.flag("Unit", "DefaultDependencies", true))
        return false;
    return one.flag("Unit", "DefaultDependencies", true) || one.names("Unit", "Before").includes("sysinit.target");
}

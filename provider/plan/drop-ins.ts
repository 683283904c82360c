import { createHmac } from "node:crypto";
import { generationOf, type WrapperFacts } from "../coreos/generations";
import { renderUnit } from "../kubelet/unit";
import type { Spec } from "../spec/spec";
import type { DropInDigests } from "../spec/state";
import { parseUnit, rawEnvironmentOf, valuesOf, type Directive } from "../systemd/unit-file";
import type { Facts } from "./facts";
import type { Observed } from "./observed";

/** What the drop-ins on a host say, in short; keyed by the machine, for they may hold secrets. */
export function digestsOf({ dropIns, machineId }: Observed): DropInDigests {
    const digest = (hash: string): string => createHmac("sha256", machineId).update(hash).digest("hex").slice(0, 12);
    return Object.fromEntries(dropIns.map(({ path, hash }) => [path, digest(hash)]));
}

/** What became of the drop-ins since they were taken note of, each by name; nothing where they never were. */
export function dropInDrift(known: DropInDigests | undefined, spec: Spec, observed: Observed, facts: Facts): string[] {
    if (known === undefined) return [];
    const now = digestsOf(observed);
    const found = observed.dropIns
        .filter(({ path }) => now[path] !== known[path])
        .map(({ path, text }) => {
            const names = overriddenBy(text, spec, facts);
            const overrides = names.length === 0 ? "" : ` and overrides ${names.join(", ")}`;
            return `drop-in: ${path} ${path in known ? "changed" : "is new"}${overrides}`;
        });
    const gone = Object.keys(known).filter((path) => !(path in now));
    return [...found, ...gone.map((path) => `drop-in: ${path} is gone`)];
}

/** Whether the kubelet runs without what the drop-ins say, or said, since they were taken note of. */
export function runsByFormerDropIns(known: DropInDigests | undefined, observed: Observed): boolean {
    const { stale, unseen } = observed.service;
    if (known === undefined || !(stale || unseen)) return false;
    const now = digestsOf(observed);
    return [...Object.keys(known), ...Object.keys(now)].some((path) => known[path] !== now[path]);
}

/** What each drop-in overrides of what we write: names of settings and variables, never values. */
export function dropInWarnings(spec: Spec, observed: Observed, facts: Facts): readonly string[] {
    return observed.dropIns.flatMap(({ path, text }) => {
        const names = overriddenBy(text, spec, facts);
        if (names.length === 0) return [];
        return [
            `${path} overrides ${names.join(", ")} of kubelet.service: the kubelet runs by that drop-in, which is not ours and stays. Take it away on the host if that is not meant`,
        ];
    });
}

/** Whether the drop-ins decide which image runs, so that ours cannot be insisted on. */
export function isImageOverridden(spec: Spec, { dropIns }: Observed, facts: Facts): boolean {
    return dropIns.some(({ text }) => overriddenBy(text, spec, facts).some((name) => DECIDES_IMAGE.has(name)));
}

const DECIDES_IMAGE = new Set(["ExecStart", "Environment", "KUBELET_VERSION", "KUBELET_IMAGE_TAG", "KUBELET_IMAGE"]);

/** Settings that change what runs or how it is watched, whether or not our unit makes them. */
const ALWAYS = new Set([
    ...["ExecStart", "EnvironmentFile", "UnsetEnvironment", "Restart", "RestartSec"],
    ...["Type", "User", "RootDirectory"],
]);

/** Lists of ours that a drop-in adds to harmlessly, and empties by an empty assignment. */
const LISTS = new Set(["Environment", "ExecStartPre", "ExecStop"]);

function overriddenBy(text: string, spec: Spec, facts: Facts): readonly string[] {
    return overriddenIn(renderUnit(spec, facts), text, facts);
}

/** What a drop-in overrides of a unit of which it is one: names of settings and variables, never values. */
export function overriddenIn(unit: string, text: string, facts: WrapperFacts): readonly string[] {
    const ours = rawEnvironmentOf(valuesOf(parseUnit(unit), "Service", "Environment"));
    const variables = new Set([...ours.keys(), ...generationOf(facts).variables]);
    const namesIn = ({ key, value }: Directive): readonly string[] => {
        if (ALWAYS.has(key)) return [key];
        if (LISTS.has(key) && value === "") return [key];
        if (key !== "Environment") return [];
        return [...rawEnvironmentOf([value]).keys()].filter((name) => variables.has(name));
    };
    const made = parseUnit(text).filter(({ section }) => section === "Service");
    return [...new Set(made.flatMap(namesIn))];
}

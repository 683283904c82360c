import { generationOf } from "../coreos/generations";
import { isOurWrapper, wrapperMeaning, wrapperText } from "../coreos/wrapper";
import { isMarked, UNIT_PATH, wrapperPath } from "../kubelet/unit";
import { overriddenIn } from "../plan/drop-ins";
import { releaseOf } from "../plan/facts";
import { isHash, type Observed } from "../plan/observed";
import { rktVersionIn } from "../rkt/versions";
import { environmentOf, parseUnit, valuesOf } from "../systemd/unit-file";
import type { DropInReport, UnitReport, UnitStanding, WrapperReport } from "./report";

/** The wrapper that a host's kubelet starts by. Pure. */
export function wrapperOf(observed: Observed): WrapperReport {
    const release = releaseOf(observed);
    const isHosts = release.wrapperSource === "host";
    return {
        path: wrapperPath(release),
        source: release.wrapperSource,
        generation: generationOf(release).name,
        standing: isHosts ? "os" : uploadedStanding(observed),
        hash: isHosts ? observed.hostWrapper : observed.wrapper.hash,
        leftOver: isHosts && isOurWrapper(observed.wrapper.text),
    };
}

function uploadedStanding({ wrapper, rkt }: Observed): WrapperReport["standing"] {
    if (wrapper.hash === "absent") return "absent";
    const isAsWritten = wrapperMeaning(wrapper.text) === wrapperMeaning(wrapperText(rktVersionIn(rkt) ?? ""));
    if (isAsWritten) return "ours";
    return isOurWrapper(wrapper.text) ? "ours-other" : "foreign";
}

/** The unit, by names and never by values. Pure. */
export function unitOf(observed: Observed): UnitReport {
    const { unit, record, service, operation } = observed;
    const standing = standingOf(observed);
    const made = parseUnit(isHash(unit.hash) ? unit.text : "");
    const isSettled = operation === undefined && record?.state !== "armed";
    return {
        path: standing === "elsewhere" ? service.fragment : UNIT_PATH,
        standing,
        hash: unit.hash,
        asRecorded: standing !== "ours" || record?.unit === undefined || !isSettled ? null : unit.hash === record.unit,
        marked: isMarked(unit.text),
        version: environmentOf(valuesOf(made, "Service", "Environment")).get("KUBELET_VERSION") ?? null,
        settings: namesOf(made),
    };
}

function standingOf({ unit, service, record }: Observed): UnitStanding {
    if (service.load === "masked" || (unit.hash === "link" && unit.text === "/dev/null")) return "masked";
    if (unit.hash === "absent") {
        const isElsewhere = service.load === "loaded" && service.fragment !== "" && service.fragment !== UNIT_PATH;
        return isElsewhere ? "elsewhere" : "absent";
    }
    if (!isHash(unit.hash)) return "odd";
    return record?.instance === undefined ? "foreign" : "ours";
}

/** What others add to the unit. Pure. */
export function dropInsOf(observed: Observed): readonly DropInReport[] {
    const release = releaseOf(observed);
    return observed.dropIns.map(({ path, hash, text }) => ({
        ...{ path, hash, settings: namesOf(parseUnit(text)) },
        overrides: overriddenIn(observed.unit.text, text, release),
    }));
}

function namesOf(unit: ReturnType<typeof parseUnit>): readonly string[] {
    return [...new Set(unit.map(({ key }) => key))];
}

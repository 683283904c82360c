// One cell: a host with an old kubelet, an apply of the new one, a fault in one step of it, and then the promise.
import { setTimeout as sleep } from "node:timers/promises";
import type { Bed } from "../hosts/bed.js";
import { BEGINNINGS } from "./beginnings";
import type { Fault, Outcome } from "./faults";
import { held, hold, release, type Place } from "../hosts/hold.js";
import { ageWrapper, hostOf, look, NEW, OLD, OTHER, SECRETS, secretsOn, type Standing } from "./host";
import { Scene } from "./scene";
import { CliStack, ProviderStack, type Report } from "./stacks";
import type { Step } from "./steps";

export interface Cell {
    readonly fault: Fault;
    readonly step: Step;
    /** Where in the step; undefined: nothing is held. */
    readonly place: Place | undefined;
    readonly seed: number;
}

export interface Result {
    readonly outcome: Outcome | "none of these";
    /** Letters of the promises that were broken, with what was seen. */
    readonly violations: readonly string[];
    /** Seconds from the fault until the host was seen whole, with its kubelet. */
    readonly seconds: number;
    /** What the operator read. */
    readonly told: string;
}

/** The files of a host that runs the new kubelet, and how long the steps are. */
export interface Reference {
    readonly unit: string;
    readonly wrapper: string;
}

export async function runCell(bed: Bed, name: string, cell: Cell, reference: Reference): Promise<Result> {
    const { fault, step, place } = cell;
    const beginning = BEGINNINGS[step];
    const host = await hostOf(bed, name);
    const stack = fault.by === "pulumi" ? await CliStack.make() : new ProviderStack();
    const scene = new Scene(bed, host, stack, fault.args ?? {});
    try {
        mustBeDone(await stack.up(scene.args(OLD)));
        await ageWrapper(host);
        await fault.prepare?.(scene);
        const before = await look(host);
        await beginning?.prepare(scene);
        await scene.note();
        const struck = Date.now();
        const report = await struckApply(scene, fault, place);
        const other = await scene.other?.report;
        const unhealed = fault.unit === undefined ? undefined : await look(host);
        await fault.heal?.(scene);
        await beginning?.heal?.(scene);
        const settled = await settle(scene, struck);
        const seen = {
            ...settled,
            standing: { ...settled.standing, ...(unhealed === undefined ? {} : filesOf(unhealed)) },
        };
        return await judge(scene, cell, { report, other, before, seen, reference });
    } finally {
        await stack.dispose();
        await scene.other?.stack.dispose();
        await host.down();
    }
}

async function struckApply(scene: Scene, fault: Fault, place: Place | undefined): Promise<Report> {
    const { host, stack } = scene;
    if (place === undefined) await fault.strike?.(scene);
    else await hold(host, place);
    const apply = stack.up(scene.args(NEW));
    if (place !== undefined) {
        if ((await held(host, apply)) === undefined) throw new Error(`${JSON.stringify(place)} was never reached`);
        await fault.strike?.(scene);
        // A host that is off or frozen holds nothing any more, or goes on when it thaws.
        await release(host).catch(() => undefined);
    }
    await fault.follow?.(scene);
    return await apply;
}

interface Settled {
    readonly standing: Standing;
    readonly seconds: number;
}

/** Waits until the host is whole: no operation runs, and a kubelet is healthy; or until it is clear that it will not be. */
async function settle({ host }: Scene, since: number): Promise<Settled> {
    const deadline = Date.now() + 20_000;
    for (;;) {
        const standing = await look(host);
        // One that crashes may be gone between the question how it is and the one what it runs.
        const isWell = standing.healthz === "ok" && standing.running !== "";
        const isWhole = isWell && standing.record !== "armed" && !isBusy(standing);
        if (isWhole || Date.now() > deadline) return { standing, seconds: (Date.now() - since) / 1000 };
        await sleep(500);
    }
}

function filesOf({ unit, wrapper }: Standing): Pick<Standing, "unit" | "wrapper"> {
    return { unit, wrapper };
}

function isBusy({ operations }: Standing): boolean {
    return / (active|activating|deactivating)/.test(operations);
}

interface Evidence {
    readonly report: Report;
    readonly other: Report | undefined;
    readonly before: Standing;
    readonly seen: Settled;
    readonly reference: Reference;
}

async function judge(scene: Scene, { fault }: Cell, evidence: Evidence): Promise<Result> {
    const { host } = scene;
    const { report, other, before, seen, reference } = evidence;
    const violations: string[] = [];
    const broken = (letter: string, what: string): void => void violations.push(`${letter}: ${what}`);
    const told = textOf(report);
    const outcome = outcomeOf(report);
    // Two plans at once: the host is the one's that came last, and only that one's state can be true.
    const isOthers = seen.standing.running === OTHER;
    const stack = (isOthers ? scene.other?.stack : undefined) ?? scene.stack;
    const wanted = isOthers ? OTHER : NEW;

    let { standing } = seen;
    if (outcome === "unknown" || told.includes("another image runs")) {
        const refreshed = await stack.refresh();
        if (refreshed.kind !== "done") broken("c", `the refresh after it failed: ${textOf(refreshed)}`);
        standing = await look(host);
    }
    const isBare = fault.endsHost === true && standing.unit === "absent";
    const isOld = isBare || (standing.unit === before.unit && standing.wrapper === before.wrapper);
    const isNew = standing.wrapper === reference.wrapper && (isOthers || standing.unit === reference.unit);
    const isTheirs = standing.unit === fault.unit;
    if (!isOld && !isNew && !isTheirs) {
        broken("a", `unit ${standing.unit.slice(0, 8)}, wrapper ${standing.wrapper.slice(0, 8)}`);
    }
    const runs = standing.active === "active" && standing.running !== "";
    if (!runs && !/no kubelet runs|not healthy|left changed|is (in|de)?activ|not known/.test(told)) {
        broken("b", `kubelet.service is ${standing.active} (${standing.healthz}), and the report says: ${told}`);
    }
    if (outcome === "committed" && !isNew && !isTheirs && fault.endsHost !== true)
        broken("c", "committed, but the host is not new");
    if ((outcome === "rolled back" || outcome === "untouched") && !isOld && !isTheirs && !isOthers) {
        broken("c", `${outcome}, but the host is not old`);
    }
    const stored = String((await stack.outputs())?.["runningVersion"]);
    if (runs && outcome !== "changed" && stored !== standing.running) {
        broken("c", `state says ${stored}, the host runs ${standing.running}`);
    }
    const remains = ({ record, leftovers, operations }: Standing): void => {
        if (record === "armed") broken("d", "the record says armed");
        if (leftovers !== "") broken("d", leftovers);
        if (operations !== "") broken("d", operations);
    };
    // Where the error says that the host could not be put back, the next `up` needs what lies there.
    if (outcome !== "changed" && fault.isStuck !== true) remains(standing);

    // What a drop-in of somebody else asked for was done and stored; that it has gone since, only a refresh tells.
    if (outcome === "committed" && stored !== wanted) await stack.refresh();
    const converged = await stack.up(scene.args(wanted));
    const isHopeless = converged.kind === "failed" && fault.isLasting === true && outcomeOf(converged) === outcome;
    if (converged.kind !== "done" && !isHopeless) broken("e", `the next up: ${textOf(converged)}`);
    if (converged.kind === "done") {
        const again = await stack.up(scene.args(wanted));
        if (again.kind !== "done" || again.changed) broken("e", `the one after is no no-op: ${textOf(again)}`);
        // A kubelet that crashes now and then may be down at this very moment.
        const { standing: last } = await settle(scene, Date.now());
        if (last.running !== wanted || last.wrapper !== reference.wrapper)
            broken("e", `it runs ${last.running} after all`);
        if (!isOthers && last.unit !== reference.unit) broken("e", "it is not the new unit after all");
        remains(last);
    }
    const said = (await scene.stack.said()) + ((await scene.other?.stack.said()) ?? "");
    for (const secret of [...SECRETS, "BEGIN OPENSSH"]) if (said.includes(secret)) broken("f", `${secret} was printed`);
    const found = await secretsOn(host);
    if (found !== "") broken("f", found);
    const end = await look(host);
    if (end.foreign !== before.foreign) broken("g", "files of others are not what they were");
    const ofSecond =
        other === undefined
            ? undefined
            : secondOutcome(other, { isOtherPlan: scene.other?.version === OTHER, starts: seen.standing.starts });
    return { outcome: ofSecond ?? outcome, violations, seconds: seen.seconds, told: told.slice(0, 600) };
}

function mustBeDone(report: Report): void {
    if (report.kind !== "done") throw new Error(`the first up: ${textOf(report)}`);
}

function textOf(report: Report): string {
    return report.kind === "failed" ? report.message : report.kind;
}

export function outcomeOf(report: Report): Result["outcome"] {
    if (report.kind === "killed") return "unknown";
    if (report.kind === "done") return "committed";
    const { message } = report;
    if (message.includes("Rolled back")) return "rolled back";
    if (message.includes("is left changed")) return "changed";
    if (/not known/.test(message)) return "unknown";
    if (/[Nn]othing .*was (changed|started|sent)/.test(message)) return "untouched";
    return "none of these";
}

interface Second {
    readonly isOtherPlan: boolean;
    /** How often the new kubelet was started. */
    readonly starts: string;
}

function secondOutcome(report: Report, { isOtherPlan, starts }: Second): Result["outcome"] {
    const outcome = outcomeOf(report);
    if (outcome !== "committed") return outcome;
    if (isOtherPlan) return "planned anew";
    return starts === "1" ? "attached" : "none of these";
}

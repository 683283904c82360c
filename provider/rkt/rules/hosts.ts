import { compareVersions } from "../../versions";
import { isAddress } from "../addresses";
import { finding, type Fault, type Finding, type RuleName } from "../findings";
import type { Case } from "../judge";
import { named, ownOption } from "../line";
import { cleaned } from "../paths";
import { mountOn, volumeNamed, type Pod } from "../pod";

const FILE = "/etc/hosts";

/** First rkt that takes --hosts-entry=host twice, as CoreOS built it. Source: rkt/rkt #3833 (1.30.0); coreos-overlay 4c7f19bb2 (1.29.0-r1). */
const TAKES_HOST_TWICE = "1.29.0";

/** What --hosts-entry says, beside what the wrapper says. Source: rkt/rkt rkt/run.go, parseDNSFlags. */
export function hostsRules({ line, pod, place }: Case): readonly Finding[] {
    const entries = named(line, "hosts-entry");
    const own = ownOption(place.wrapperGeneration.options, "hosts-entry");
    const values = entries.map(({ value = "" }) => value);
    const refused = entries.flatMap((entry, at) => {
        const others = values.filter((_, other) => other !== at);
        const fault = refusal(values[at] ?? "", others, own, place.rktVersion);
        return fault === undefined ? [] : [finding("error", entry, fault)];
    });
    return [...refused, ...hiddenMount(pod, own ?? values[0])];
}

function refusal(value: string, others: readonly string[], own: string | undefined, rkt: string): Fault | undefined {
    const fault = (rule: RuleName, problem: string, remedy: string): Fault => ({ rule, problem, remedy });
    const beside = own === undefined ? others : [...others, own];
    const whose = own === undefined ? "another" : "the wrapper's own";
    const isHost = (each: string): boolean => each === "host";
    if (!isHost(value) && !value.split(",").every(isEntry))
        return fault("hosts-value", "it is neither ADDRESS=NAME nor host", "write --hosts-entry=ADDRESS=NAME");
    if (beside.length === 0 || ![value, ...beside].some(isHost)) return undefined;
    if (![value, ...beside].every(isHost)) {
        const problem = `--hosts-entry=host excludes all others, and ${whose} stands there`;
        return fault("hosts-contradiction", problem, "leave it out, and write names into the host's /etc/hosts");
    }
    if (compareVersions(rkt, TAKES_HOST_TWICE) >= 0) return undefined;
    return fault("hosts-twice", `rkt ${rkt} takes it once, and ${whose} stands there`, "leave it out");
}

function isEntry(text: string): boolean {
    const at = text.indexOf("=");
    return at !== -1 && isAddress(text.slice(0, at));
}

/** The file of the entries is mounted last, over every volume. Source: rkt/rkt stage1_fly/run/main.go. */
function hiddenMount(pod: Pod, entry: string | undefined): readonly Finding[] {
    const mount = mountOn(pod, FILE);
    if (entry === undefined || mount?.by === undefined) return [];
    const source = volumeNamed(pod, mount.is.volume)?.is.source;
    if (source === undefined || (entry === "host" && cleaned(source) === FILE)) return [];
    const problem = `--hosts-entry covers the volume with ${entry === "host" ? "the host's" : "another"} ${FILE}`;
    return [finding("warning", mount.by, { rule: "hosts-hides", field: "target", problem, remedy: "leave it out" })];
}

import { compareVersions } from "../../versions";
import { isAddress } from "../addresses";
import { each, finding, type Finding } from "../findings";
import type { Case } from "../judge";
import { named } from "../line";
import type { Option } from "../parse";
import { cleaned } from "../paths";
import { mountOn, volumeNamed, type Pod } from "../pod";

const FILE = "/etc/resolv.conf";

// Source: rkt/rkt CHANGELOG; run on 0.15.0, 1.0.0, 1.8.0, 1.14.0, 1.20.0 and 1.30.0.
/** Before it, fly cannot write the file: issue 2141, mended by #2599. */
const WRITES = "1.6.0";
/** Before it, fly does not show the file to the kubelet: #2982. */
const SHOWS = "1.12.0";
/** Before it, `host` and `none` are written as if they were servers: #3161. */
const KNOWS_WORDS = "1.15.0";

const HOST_DNS = "use rkt.hostDns, which works on every rkt";
const ONE_OF_THEM = "leave one of them out";

/** What becomes of --dns and the options beside it under fly, by the age of rkt. */
export function dnsRules({ line, pod, place: { rktVersion } }: Case): readonly Finding[] {
    const isBefore = (version: string): boolean => compareVersions(rktVersion, version) < 0;
    const servers = named(line, "dns");
    const all = [...servers, ...named(line, "dns-search", "dns-opt", "dns-domain")];
    if (isBefore(WRITES)) {
        return each("error", all, "dns-fails", `rkt ${rktVersion} does not start fly with it`, HOST_DNS);
    }
    if (isBefore(SHOWS)) {
        return each("warning", all, "dns-ignored", `the kubelet sees nothing of it with rkt ${rktVersion}`, HOST_DNS);
    }
    const odd = servers.filter(({ value = "" }) => !value.split(",").every(isAddress));
    if (isBefore(KNOWS_WORDS) && odd.length > 0) {
        const problem = `rkt ${rktVersion} writes it as the address of a server: the kubelet has no DNS`;
        return each("warning", odd, "dns-unusable", problem, HOST_DNS);
    }
    const [word] = odd;
    return word === undefined ? unseen(pod, servers, all) : ofWords(pod, word, odd, all);
}

/** `host` or `none`, or what is neither. Source: rkt/rkt rkt/run.go, parseDNSFlags. */
function ofWords(pod: Pod, word: Option, odd: readonly Option[], all: readonly Option[]): readonly Finding[] {
    const bad = odd.filter(({ value }) => value !== "host" && value !== "none");
    if (bad.length > 0) return each("error", bad, "dns-value", "it is neither an address nor host or none", HOST_DNS);
    if (all.length > 1) {
        return each("error", [word], "dns-contradiction", "rkt takes no other --dns option beside it", ONE_OF_THEM);
    }
    const mount = mountOn(pod, FILE);
    const source = mount === undefined ? undefined : volumeNamed(pod, mount.is.volume)?.is.source;
    if (word.value === "none" || mount?.by === undefined || source === undefined || cleaned(source) === FILE) return [];
    // The host's file is mounted last, over every volume.
    const problem = "--dns=host covers the volume with the host's file";
    return [finding("warning", mount.by, { rule: "dns-hides", field: "target", problem, remedy: ONE_OF_THEM })];
}

/** What is written into the image before volumes are mounted. Source: rkt/rkt stage1_fly/run/main.go, copyResolv. */
function unseen(pod: Pod, servers: readonly Option[], all: readonly Option[]): readonly Finding[] {
    if (mountOn(pod, FILE) !== undefined) {
        return each("warning", all, "dns-hidden", `a volume is mounted over the ${FILE} that it writes`, ONE_OF_THEM);
    }
    const problem = `rkt writes a ${FILE} without a server: the kubelet has no DNS`;
    return each("warning", servers.length > 0 ? [] : all, "dns-unusable", problem, HOST_DNS);
}

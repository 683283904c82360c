import { compareVersions } from "../../versions";
import { isAddress } from "../addresses";
import { each, type Finding, type Place } from "../findings";
import type { Case } from "../judge";
import { named, switchedOn, type Line } from "../line";
import { isVolumeName } from "../volumes";

/** First rkt that is known to refuse a port which the image does not name. Run: 1.14.0 takes it, 1.20.0 does not. */
const ASKS_FOR_PORTS = "1.20.0";

/** Networks and ports, of which fly knows the host's only. Source: rkt/rkt common/common.go, NetList; rkt/run.go, portList, runRun. */
export function networkRules({ line, place }: Case): readonly Finding[] {
    const nets = named(line, "net");
    const names = nets.flatMap(({ value }) => netsIn(value).map((net) => net.split(":")[0] ?? ""));
    const registering = switchedOn(line, "mds-register");
    const [notNets, again, apart] = [
        nets.filter(({ value }) => !netsIn(value).every(isNet)),
        new Set(names).size < names.length ? nets.slice(-1) : [],
        names.some((name) => name !== "host") ? nets : [],
    ];
    return [
        ...each("error", notNets, "net-value", "it is not NAME or NAME:ARGUMENTS; host and all take no arguments"),
        ...each("error", again, "net-twice", "it names a network that is named already"),
        ...each("warning", apart, "no-effect", "fly's pods are in the host's network whatever is asked for"),
        ...portRules(line, place, names),
        ...each(
            "error",
            names.includes("none") ? registering : [],
            "metadata-contradiction",
            "rkt registers no pod beside --net=none",
        ),
        ...each(
            "error",
            switchedOn(line, "private-users"),
            "private-users",
            "fly has no user namespaces, and does not start",
        ),
    ];
}

function portRules(line: Line, { rktVersion }: Place, nets: readonly string[]): readonly Finding[] {
    const ports = named(line, "port");
    const notPorts = ports.filter(({ value }) => !isPort(value ?? ""));
    const alone = nets.find((name) => name === "host" || name === "none");
    if (notPorts.length > 0) return each("error", notPorts, "port-value", "it is not NAME:PORT or NAME:ADDRESS:PORT");
    if (alone !== undefined) {
        return each("error", ports, "port-contradiction", `rkt takes no port beside --net=${alone}`);
    }
    if (compareVersions(rktVersion, ASKS_FOR_PORTS) < 0) {
        return each("warning", ports, "no-effect", "fly's pods have the host's ports");
    }
    const problem = `rkt ${rktVersion} refuses a port that the image does not name, and a kubelet's names none`;
    return each("error", ports, "port-unnamed", problem);
}

function netsIn(value = "default"): readonly string[] {
    return value.split(",");
}

function isNet(net: string): boolean {
    const [name = "", ...rest] = net.split(":");
    return name !== "" && (rest.length === 0 || (rest.length === 1 && name !== "host" && name !== "all"));
}

function isPort(text: string): boolean {
    const [name = "", ...rest] = text.split(":");
    const port = rest.at(-1) ?? "";
    const address = rest.slice(0, -1).join(":");
    const isNumber = /^\d{1,5}$/.test(port) && Number(port) < 65_536;
    return isVolumeName(name) && isNumber && (rest.length === 1 || isAddress(address));
}

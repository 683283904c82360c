// The host of a cell: a CoreOS older than 962, so that an upgrade swaps wrapper and unit, with things of other people.
import type { Properties } from "../engine/process";
import type { Bed, BedHost } from "../hosts/bed.js";

export const OLD = "v1.3.4_coreos.0";
export const NEW = "v1.3.6_coreos.0";
/** What a second apply wants that does not want NEW. */
export const OTHER = "v1.3.7_coreos.0";

export const UNIT = "/etc/systemd/system/kubelet.service";
export const WRAPPER = "/opt/bin/kubelet-wrapper";

/** Values that must be found nowhere but in the unit. */
export const SECRETS = ["hushed-environment", "hushed-flag", "hushed-setenv"] as const;

/** What other people have on the host: it must be there, as it is, whatever happens. */
const FOREIGN: Readonly<Record<string, string>> = {
    "/etc/systemd/system/foreign.service": "[Service]\nExecStart=/bin/sleep 1000000\n",
    "/etc/systemd/system/kubelet.service.d/50-foreign.conf": "[Service]\nTimeoutStopSec=3\nNobodyKnows=1\n",
    "/opt/bin/foreign": "#!/bin/bash\n",
    "/var/lib/foreign/file": "foreign\n",
};

export async function hostOf(bed: Bed, name: string): Promise<BedHost> {
    const host = await bed.up(name, "899.17.0");
    const files = Object.entries(FOREIGN).map(
        ([path, text]) => `mkdir -p ${path.replace(/\/[^/]*$/, "")}; printf '${text.replaceAll("\n", "\\n")}' >${path}`,
    );
    await must(
        host,
        [...files, "ln -s /etc/systemd/system/foreign.service /etc/systemd/system/multi-user.target.wants/"].join("\n"),
    );
    return host;
}

/** Arguments of the kubelet; health times are a tenth of what operators set. */
export function argsFor({ connection }: BedHost, version: string, more: Properties = {}): Properties {
    const { host, port, user, privateKey } = connection;
    return {
        connection: { host, port, user, privateKey },
        version,
        apiServers: ["http://127.0.0.1:8080"],
        flags: { "cloud-config": SECRETS[1] },
        rkt: { setEnv: { WORD: SECRETS[2] } },
        unit: { restartSec: 0.5, environment: { WORD: SECRETS[0] } },
        health: { minReadySeconds: 1, progressDeadlineSeconds: 8 },
        timeouts: { fetch: 6, connect: 60, operation: 120 },
        ...more,
    };
}

/** The wrapper as an older release of this package could have left it: it works, and another one is wanted. */
export async function ageWrapper(host: BedHost): Promise<void> {
    await must(host, `sed -i '2i : older' ${WRAPPER}`);
}

/** What stands on the host. */
export interface Standing {
    /** sha256, or what stands there instead of a file */
    readonly unit: string;
    readonly wrapper: string;
    readonly links: string;
    /** ActiveState of kubelet.service */
    readonly active: string;
    /** Tag in the running pod's manifest, "" where none runs. */
    readonly running: string;
    readonly healthz: string;
    /** How often a kubelet of the new version was started in this boot. */
    readonly starts: string;
    /** State in our record, "" without one. */
    readonly record: string;
    /** Operations that run now. */
    readonly operations: string;
    readonly leftovers: string;
    readonly foreign: string;
}

const LOOK = `
kind() { if [[ -L $1 ]]; then echo link; elif [[ -d $1 ]]; then echo folder; elif [[ -f $1 ]]; then sha256sum <"$1" | cut -c1-64; else echo absent; fi; }
say() { printf '%s\\t%s\\n' "$1" "$(printf %s "$2" | base64 -w0)"; }
say unit "$(kind ${UNIT})"
say wrapper "$(kind ${WRAPPER})"
say links "$(cd /etc/systemd/system && ls -d *.wants/kubelet.service *.requires/kubelet.service 2>/dev/null)"
say active "$(systemctl is-active kubelet.service)"
pid=$(systemctl show -p MainPID kubelet.service | cut -d= -f2)
pod=$(readlink "/proc/$pid/root"); pod=\${pod%%/stage1/*}
say running "$(grep -o '"version","value":"[^"]*"' "$pod/pod" 2>/dev/null | cut -d'"' -f6)"
say healthz "$(curl -sS --max-time 2 http://127.0.0.1:10248/healthz 2>&1)"
say starts "$(cut -f3 /run/stand-in/kubelet.log | grep -cx '${NEW}')"
say record "$(grep -ao $'\\tstate=[a-z-]*\\|^[0-9a-f]* seq=[0-9]*' /var/lib/pulumi-coreos-kubelet/record 2>/dev/null)"
say operations "$(systemctl list-units --all --plain --no-legend 'pulumi-coreos-kubelet@*' | cut -d' ' -f1,3)"
say leftovers "$(ls -d /etc/systemd/system/.pck-* /etc/systemd/system/*/.pck-* /opt/bin/.pck-* /run/pulumi-coreos-kubelet/stage.* /run/pulumi-coreos-kubelet/*/{unit,wrapper,plan,verify} /var/lib/pulumi-coreos-kubelet/*.new /etc/systemd/system/*.new /run/systemd/system/pulumi-coreos-kubelet@.service.* 2>/dev/null
  flock -n /run/pulumi-coreos-kubelet/lock true 2>/dev/null || [[ ! -e /run/pulumi-coreos-kubelet/lock ]] || echo 'the lock is held')"
say foreign "$(cat ${Object.keys(FOREIGN).join(" ")} 2>&1 | sha256sum; readlink /etc/systemd/system/multi-user.target.wants/foreign.service)"
`;

const SEARCH = `
grep -rlsaE '${SECRETS.join("|")}|BEGIN OPENSSH' /etc /opt /tmp /var/tmp /run/pulumi-coreos-kubelet /var/lib/pulumi-coreos-kubelet --exclude=kubelet.service --exclude=ballast --exclude='.pck-*-kubelet' --exclude=ssh_host_ed25519_key
  journalctl -q --no-pager -o cat -t pulumi-coreos-kubelet -t sudo -t sshd 2>/dev/null | grep -E '${SECRETS.join("|")}' | sed 's/^/journal: /'
`;

export async function look(host: BedHost): Promise<Standing> {
    const { stdout } = await host.inside(LOOK);
    const said = Object.fromEntries(
        stdout
            .trimEnd()
            .split("\n")
            .map((line) => line.split("\t"))
            .map(([key = "", text = ""]) => [key, Buffer.from(text, "base64").toString().trim()]),
    );
    const all = said as unknown as Standing;
    return { ...all, record: latestState(all.record) };
}

/** Files and lines of the journal in which a secret stands, outside the unit. */
export async function secretsOn(host: BedHost): Promise<string> {
    return (await host.inside(SEARCH)).stdout.trim();
}

/** The state of the slot with the higher number. */
function latestState(slots: string): string {
    let [best, state] = [-1, ""];
    let seq = -1;
    for (const line of slots.split("\n")) {
        const number = /seq=(\d+)/.exec(line)?.[1];
        if (number !== undefined) seq = Number(number);
        const found = /state=(\S+)/.exec(line)?.[1];
        if (found !== undefined && seq > best) [best, state] = [seq, found];
    }
    return state;
}

export async function must(host: BedHost, script: string): Promise<void> {
    await ask(host, script);
}

export async function signalTransaction(host: BedHost, signal: string): Promise<void> {
    await must(host, `systemctl kill --kill-who=main --signal=${signal} 'pulumi-coreos-kubelet@*.service'`);
}

/** What a script prints that must end well. */
export async function ask(host: BedHost, script: string): Promise<string> {
    const { code, stdout, stderr } = await host.inside(script);
    if (code !== 0) throw new Error(`${host.name}: ${script.slice(0, 100)}: ${stderr}`);
    return stdout;
}

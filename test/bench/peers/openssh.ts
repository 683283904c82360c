// What operators write by hand around OpenSSH, and the least that any tool over SSH could do.
import { Command } from "../../e2e/command";
import { unitOf, type Contender } from "./contender";
import type { BenchHosts } from "./hosts";
import { BARE, SSH_CALLS } from "./names";
import { workFolder } from "./work-folder";

/** A sequence of calls a host: compare, copy, move and restart, see that it runs. All hosts at once. */
export function sshCalls(hosts: BenchHosts): Promise<Contender> {
    return overSsh(
        SSH_CALLS,
        hosts,
        `want=$(sha256sum <kubelet.service)
        have=$(ssh -F ssh_config "$1" 'sha256sum </etc/systemd/system/kubelet.service 2>/dev/null')
        if [[ $have != "$want" ]]; then
            scp -q -F ssh_config kubelet.service "$1:/tmp/kubelet.service" &&
                ssh -F ssh_config "$1" 'sudo mv /tmp/kubelet.service /etc/systemd/system/kubelet.service &&
                    sudo systemctl daemon-reload && sudo systemctl -q enable kubelet && sudo systemctl restart kubelet'
        fi && ssh -F ssh_config "$1" 'systemctl is-active -q kubelet'`,
    );
}

/** One ssh a host, with a script that does it all. */
export function bareSsh(hosts: BenchHosts): Promise<Contender> {
    return overSsh(BARE, hosts, `ssh -F ssh_config "$1" 'sudo bash -s' <apply.sh`);
}

async function overSsh(name: string, hosts: BenchHosts, toHost: string): Promise<Contender> {
    const work = await workFolder(hosts);
    const all = `to_host() {
            ${toHost}
        }
        started=()
        for host in "$@"; do
            to_host "$host" &
            started+=($!)
        done
        for one in "\${started[@]}"; do wait "$one" || exit 1; done`;
    return {
        name,
        bring: async (version) => {
            const unit = unitOf(version);
            await work.write("kubelet.service", unit);
            await work.write(
                "apply.sh",
                `unit=/etc/systemd/system/kubelet.service
                cat >/tmp/kubelet.service <<'UNIT'\n${unit}UNIT
                if ! cmp -s /tmp/kubelet.service "$unit"; then
                    mv /tmp/kubelet.service "$unit" && systemctl daemon-reload &&
                        systemctl -q enable kubelet && systemctl restart kubelet || exit
                fi
                systemctl is-active -q kubelet`,
            );
            const addresses = hosts.hosts.map(({ connection }) => connection.host);
            return { start: () => new Command("bash", ["-c", all, "bash", ...addresses], work.where) };
        },
        dispose: work.remove,
    };
}

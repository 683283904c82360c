// Ansible, tuned as its users tune it: pipelining, one lasting connection a host, 50 forks, no facts.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Command, succeeded } from "../../e2e/command";
import { unitOf, type Contender } from "./contender";
import type { BenchHosts } from "./hosts";
import { ANSIBLE } from "./names";
import { workFolder } from "./work-folder";

const CONFIG = `[defaults]
forks = 50
gathering = explicit
inventory = inventory
[ssh_connection]
pipelining = True
ssh_args = -F ssh_config -o ControlMaster=auto -o ControlPersist=60s
control_path_dir = masters
`;

const PLAYBOOK = `- hosts: all
  gather_facts: false
  become: true
  tasks:
    - ansible.builtin.copy: { src: kubelet.service, dest: /etc/systemd/system/kubelet.service, mode: "0644" }
      register: unit
    - ansible.builtin.systemd: { name: kubelet, state: restarted, enabled: true, daemon_reload: true }
      when: unit is changed
    - ansible.builtin.command: systemctl is-active kubelet
      changed_when: false
`;

export async function ansible(hosts: BenchHosts): Promise<Contender> {
    await install();
    const work = await workFolder(hosts);
    const vars = "ansible_user=core ansible_python_interpreter=/opt/python/bin/python3";
    await work.write("ansible.cfg", CONFIG);
    await work.write("playbook.yml", PLAYBOOK);
    await work.write("inventory", hosts.hosts.map(({ connection }) => `${connection.host} ${vars}\n`).join(""));
    return {
        name: ANSIBLE,
        bring: async (version) => {
            await work.write("kubelet.service", unitOf(version));
            // Every run stands for one of its own: the connections that the last one left are closed.
            const { cwd } = work.where;
            const close = `for master in masters/*; do [[ ! -S $master ]] || ssh -S "$master" -O exit x; done 2>/dev/null; true`;
            succeeded(await new Command("bash", ["-c", close], { ...work.where, cwd }).done);
            return { start: () => new Command("ansible-playbook", ["playbook.yml"], work.where) };
        },
        dispose: work.remove,
    };
}

/** Debian's, where the machine has none. */
async function install(): Promise<void> {
    const script = `command -v ansible-playbook >/dev/null || {
        apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends ansible-core
    }`;
    await promisify(execFile)("bash", ["-c", script]);
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ConnectConfig } from "ssh2";
import { afterEach } from "vitest";
import { simulatedHost, type SimulatedHost, type SimulatedHostOptions } from "../../provider/testing";

const open = new Set<SimulatedHost>();
afterEach(async () => {
    await Promise.all([...open].map((host) => host.stop()));
    open.clear();
});

/** A host that is stopped after the test. */
export async function host(options: SimulatedHostOptions = {}): Promise<SimulatedHost> {
    const made = await simulatedHost(options);
    open.add(made);
    return made;
}

/** Logs in with ssh2. */
export function logIn(config: ConnectConfig): Promise<Client> {
    const client = new Client();
    return new Promise((resolve, reject) => {
        client.on("ready", () => resolve(client));
        client.on("error", reject);
        client.connect(config);
    });
}

/** Runs a command over a connection. */
export function exec(
    client: Client,
    command: string,
    input = "",
): Promise<{ code: number | null; out: string; err: string }> {
    return new Promise((resolve, reject) => {
        client.exec(command, (error, channel) => {
            if (error !== undefined) {
                reject(error);
                return;
            }
            let [out, err] = ["", ""];
            let code: number | null = null;
            channel.on("data", (text: Buffer) => (out += text.toString()));
            channel.stderr.on("data", (text: Buffer) => (err += text.toString()));
            channel.on("exit", (status: number | null) => {
                code = status;
            });
            channel.on("close", () => resolve({ code, out, err }));
            channel.end(input);
        });
    });
}

/** Writes a unit file of the host. */
export function unit(on: SimulatedHost, name: string, text: string, folder = "etc/systemd/system"): void {
    writeFileSync(join(on.root, folder, name), text);
}

/** A kubelet.service like the ones of CoreOS's guides. */
export function kubeletUnit(version: string, service = "RestartSec=10"): string {
    return `[Service]
Environment=KUBELET_VERSION=${version}
Environment="RKT_OPTS=--volume resolv,kind=host,source=/etc/resolv.conf \\
  --mount volume=resolv,target=/etc/resolv.conf --uuid-file-save=/var/run/kubelet-pod.uuid"
ExecStartPre=/usr/bin/mkdir -p /etc/kubernetes/manifests
ExecStartPre=-/usr/bin/rkt rm --uuid-file=/var/run/kubelet-pod.uuid
ExecStart=/usr/lib/coreos/kubelet-wrapper --api-servers=http://127.0.0.1:8080 --config=/etc/kubernetes/manifests
Restart=always
${service}
[Install]
WantedBy=multi-user.target
`;
}

/** One property of a unit. */
export async function property(on: SimulatedHost, name: string, of = "kubelet.service"): Promise<string> {
    const { stdout } = await on.systemctl("show", "-p", name, of);
    return stdout.trim().slice(name.length + 1);
}

/** Waits until it holds. */
export async function until(holds: () => Promise<boolean> | boolean, seconds = 10): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
        if (await holds()) return;
        await sleep(10);
    }
    throw new Error("it did not come about");
}

/** Whether the kubelet's healthz answers ok. */
export async function healthy(on: SimulatedHost): Promise<boolean> {
    return (await on.run("curl -fsS --max-time 1 http://127.0.0.1:10248/healthz")).stdout === "ok";
}

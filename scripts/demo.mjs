// @ts-check
// Shows the life of two simulated hosts under the real Pulumi CLI. Ends by itself and leaves nothing behind.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { simulatedHost } from "pulumi-coreos-kubelet/testing";
import { pulumiCli } from "./pulumi-cli.mjs";

/** @import { Behaviour, SimulatedHost } from "pulumi-coreos-kubelet/testing" */

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");
const OLD = "v1.3.4_coreos.0";
const NEW = "v1.3.6_coreos.0";
const BAD = "v1.4.0_coreos.0";

await mkdir(join(repository, ".work"), { recursive: true });
const folder = await mkdtemp(join(repository, ".work", "demo-"));
/** @type {[name: string, host: SimulatedHost][]} */
const hosts = [];

try {
    const cli = await pulumiCli({ log: (line) => console.error(line) });
    /** @type {Record<string, Behaviour>} */
    const images = { [BAD]: "crashes" };
    const first = await simulatedHost({ release: "1185.3.0", images });
    hosts.push(["node-1", first]);
    // One key lets in everywhere: the one that the first host has made.
    const key = await readFile(join(first.root, "home/core/.ssh/id_ed25519.pub"), "utf8");
    const second = await simulatedHost({ release: "899.17.0", images, authorizedKeys: [key] });
    hosts.push(["node-2", second]);
    await show(await stackOf(cli), first, second);
} finally {
    await Promise.all(hosts.map(([, host]) => host.stop()));
    await rm(folder, { recursive: true, force: true });
}

/** Runs `pulumi` in a copy of the root project, with a backend and a home of this demo's own; gives its exit status. */
async function stackOf(cli) {
    for (const name of ["state", "tmp"]) await mkdir(join(folder, name));
    for (const name of ["Pulumi.yaml", "examples"]) {
        await cp(join(repository, name), join(folder, name), { recursive: true });
    }
    const env = {
        ...process.env,
        TMPDIR: join(folder, "tmp"),
        PATH: [cli.folder, process.env.PATH].join(delimiter),
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "demo",
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    /** @param {readonly string[]} args @param {"inherit" | "ignore"} [stdio] @param {string} [stdin] */
    return (args, stdio = "inherit", stdin = "") =>
        new Promise((resolve, reject) => {
            const command = ["--non-interactive", "--cwd", folder, ...args];
            const child = spawn("pulumi", command, { env, stdio: ["pipe", stdio, stdio] });
            child.on("error", reject).on("close", resolve);
            child.stdin.end(stdin);
        });
}

async function show(pulumi, first, second) {
    const set = (key, value, ...flags) => pulumi(["config", "set", ...flags, key], "ignore", value);
    const up = (...flags) => pulumi(["up", "--yes", "--skip-preview", ...flags]);
    await pulumi(["stack", "init", "demo"], "ignore");
    await set("privateKey", first.connection.privateKey, "--secret");
    await setHosts(set);
    await set("version", OLD);
    await set("more.unit.restartSec", "1", "--path");
    await set("more.health.minReadySeconds", "2", "--path");

    chapter("Two hosts get their kubelet: CoreOS 1185.3.0, and 899.17.0, which has no kubelet-wrapper yet");
    await up();
    await report();

    chapter(`What would ${NEW} change?`);
    await set("version", NEW);
    await pulumi(["preview", "--diff"]);

    chapter(`The upgrade to ${NEW}`);
    await up();
    await report();

    chapter(`An upgrade to ${BAD}, whose kubelet crashes: each host puts the old one back by itself`);
    await set("version", BAD);
    await up("--continue-on-error");
    await report();
    await set("version", NEW);

    chapter("Somebody stops a kubelet and edits a unit by hand: refresh names it, up repairs it");
    await first.systemctl("stop", "kubelet.service");
    await second.run('sed -i s/--config=/--root-dir=/ "$PCK_ROOT/etc/systemd/system/kubelet.service"');
    await pulumi(["refresh", "--yes", "--skip-preview", "--diff"]);
    await up();
    await report();

    chapter("Destroy gives back what was there: no unit, no wrapper");
    await pulumi(["destroy", "--yes", "--skip-preview"]);
    await report();
}

async function setHosts(set) {
    for (const [at, [name, { connection, hostKey }]] of hosts.entries()) {
        const { host, port } = connection;
        for (const [key, value] of Object.entries({ name, host, port: String(port), hostKey })) {
            await set(`hosts[${at}].${key}`, value, "--path");
        }
    }
}

/** What each host itself says that it runs. */
async function report() {
    for (const [name, host] of hosts) {
        const unit = await readFile(join(host.root, "etc/systemd/system/kubelet.service"), "utf8").catch(() => "");
        const version = /KUBELET_VERSION=([^"\n]*)/.exec(unit)?.[1] ?? "none";
        const { stdout } = await host.systemctl("show", "-p", "ActiveState", "kubelet.service");
        console.log(`   ${name}: kubelet.service of version ${version}, ${stdout.trim()}`);
    }
}

function chapter(title) {
    console.log(`\n== ${title}\n`);
}

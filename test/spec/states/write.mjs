// Writes the states that the built package stores, and what it leaves on the hosts, to a folder: `node write.mjs FOLDER`.
// Run it once for a release that stores another shape, and never again for that shape.
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";

const PACKAGE = process.env.STATES_OF ?? join(import.meta.dirname, "../../..");
const FOLDER = resolve(process.argv[2] ?? "states");
const require = createRequire(import.meta.url);
const { check, create, read, update } = require(join(PACKAGE, "dist/runtime.js"));
const { simulatedHost } = require(join(PACKAGE, "dist/testing/index.js"));

const [OLD, NEW, BAD] = ["v1.3.4_coreos.0", "v1.3.6_coreos.0", "v1.4.0_coreos.0"];
const UNIT = "etc/systemd/system/kubelet.service";
const THEIRS = `[Unit]
Description=Kubelet of before
[Service]
Environment=KUBELET_VERSION=${OLD}
ExecStart=/usr/lib/coreos/kubelet-wrapper --api-servers=http://127.0.0.1:8080 --v=7
Restart=always
[Install]
WantedBy=multi-user.target
`;

const EVERYTHING = {
    apiServers: ["http://127.0.0.1:8080"],
    kubeconfig: "/etc/kubernetes/kubeconfig",
    hostnameOverride: "10.0.0.11",
    clusterDns: "10.3.0.10",
    clusterDomain: "cluster.local",
    nodeLabels: { "example.com/zone": "a" },
    registerNode: true,
    allowPrivileged: true,
    networkPlugin: "cni",
    cniConfDir: "/etc/kubernetes/cni/net.d",
    flags: { v: 2, "eviction-hard": "memory.available<100Mi" },
    rkt: {
        hostDns: true,
        containerLogs: true,
        volumes: [{ name: "modprobe", source: "/usr/sbin/modprobe", target: "/usr/sbin/modprobe", readOnly: true }],
        setEnv: { HTTP_PROXY: "http://proxy:3128" },
    },
    unit: {
        ...{ description: "The 100% kubelet", after: ["docker.service"], requires: [], restartSec: 0.1 },
        ...{
            environment: { TOKEN: "s3cret" },
            execStartPre: ["-/usr/bin/mkdir -p /opt/cni/bin"],
            restart: "on-failure",
        },
    },
    triggers: ["certificate of June", 1, { a: null }],
    timeouts: { connect: 60, fetch: 600, operation: 900 },
    onExisting: "refuse",
    onDelete: "restore",
};

/** Name → what is done; gives what is stored. */
const CASES = {
    created: async (host) =>
        host.created({ apiServers: "http://127.0.0.1:8080", rkt: { hostDns: true }, triggers: ["a"] }),
    "created-with-everything": async (host) => host.created(EVERYTHING),
    "created-without-owner": async (host) => host.created({ owner: undefined }),
    uploading: async (host) => host.created(),
    "uploading-then-other-settings": async (host) => host.updated(await host.created(), { timeouts: { fetch: 5 } }),
    "uploading-then-os-with-wrapper": async (host) => {
        const made = await host.created();
        await host.node.reboot({ release: "1185.3.0" });
        return { id: made.id, outs: (await read(made.id, made.outs)).props };
    },
    adopted: async (host) => {
        await host.theirs(THEIRS);
        return host.created({ onExisting: "adopt", onDelete: "restore" });
    },
    "adopted-as-it-was": async (host) => {
        const unitText = (await check({}, host.given())).inputs.unitText;
        await host.theirs(unitText.replace(/^#.*\n/, "# of before\n"));
        return host.created({ onExisting: "adopt" });
    },
    upgraded: async (host) =>
        host.updated(await host.updated(await host.created(), { version: NEW }), { version: "v1.3.7_coreos.0" }),
    drifted: async (host) => {
        const { id, outs } = await host.created();
        await host.node.run(`sed -i s/RestartSec=0.1/RestartSec=7/ "$PCK_ROOT/${UNIT}"; systemctl daemon-reload`);
        await host.node.run(`rm "$PCK_ROOT/etc/systemd/system/multi-user.target.wants/kubelet.service"`);
        await host.node.systemctl("stop", "kubelet.service");
        return { id, outs: (await read(id, outs)).props };
    },
    "left-changed-by-update": async (host) => {
        const { id, outs } = await host.created();
        return host.leftChanged(update(id, outs, await host.inputs({ version: BAD })));
    },
    "left-changed-by-create": async (host) => host.leftChanged(create(await host.inputs({ version: BAD }))),
};

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function hostOf(release) {
    const node = await simulatedHost({
        release,
        machineId: "0123456789abcdef0123456789abcdef",
        images: { [BAD]: "crashes" },
    });
    const given = (more = {}) => ({
        connection: { ...node.connection },
        version: OLD,
        owner: "urn:pulumi:dev::kubelets::pulumi-nodejs:dynamic/coreos:KubeletService::node-1",
        unit: { restartSec: 0.1 },
        health: { minReadySeconds: 1, progressDeadlineSeconds: 20 },
        ...more,
    });
    const inputs = async (more) => JSON.parse(JSON.stringify((await check({}, given(more))).inputs));
    return {
        node,
        given,
        inputs,
        created: async (more) => create(await inputs(more)),
        updated: async ({ id, outs }, more) => ({ id, outs: (await update(id, outs, await inputs(more))).outs }),
        theirs: async (text) => {
            writeFileSync(join(node.root, UNIT), text);
            await node.run(
                "systemctl daemon-reload; systemctl enable kubelet.service; systemctl start kubelet.service",
            );
        },
        // A folder where the old unit must go back to: no rename can put a file there.
        leftChanged: async (attempt) => {
            const failing = attempt.then(
                () => Promise.reject(new Error("it did not fail")),
                ({ id, properties }) => ({ id, outs: properties }),
            );
            const log = 'tail -n 1 -q "$PCK_ROOT"/run/pulumi-coreos-kubelet/*/log 2>/dev/null';
            while (!(await node.run(log)).stdout.includes("name=health")) await pause(50);
            await node.run(
                `cd "$PCK_ROOT/etc/systemd/system" && mv kubelet.service aside && mkdir -p kubelet.service/x`,
            );
            const left = await failing;
            await node.run(`cd "$PCK_ROOT/etc/systemd/system" && rm -r kubelet.service aside`);
            return left;
        },
    };
}

/** Files and links below some folders of the host, by path. What the ballast holds is of no concern. */
function remains(root) {
    const [files, links] = [{}, {}];
    const places = ["etc/systemd/system", "opt", "var/lib/pulumi-coreos-kubelet", "var/lib/rkt/stand-in"];
    for (const entry of places.flatMap((place) => entriesBelow(join(root, place)))) {
        const path = join(entry.parentPath, entry.name);
        const name = relative(root, path);
        if (entry.isSymbolicLink()) links[name] = readlinkSync(path).replace(root, "");
        else if (entry.isFile() && !/\/(ballast|record|recovery)$/.test(name)) {
            files[name] = readFileSync(path, "utf8").replaceAll(root, "");
        }
    }
    return { files, links, record: recordIn(root) };
}

/** The newer slot of the record without its checksum, which its reader makes anew. */
function recordIn(root) {
    const text = readFileSync(join(root, "var/lib/pulumi-coreos-kubelet/record"), "latin1");
    const slots = [text.slice(0, 4096), text.slice(4096)].map((slot) => slot.trimEnd().slice(65));
    const sequence = (slot) => Number(/^seq=(\d+)/.exec(slot)?.[1] ?? 0);
    return slots.sort((a, b) => sequence(b) - sequence(a))[0].replaceAll(root, "");
}

function entriesBelow(folder) {
    try {
        return readdirSync(folder, { recursive: true, withFileTypes: true });
    } catch {
        return [];
    }
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
for (const [name, make] of Object.entries(CASES)) {
    const host = await hostOf(name.startsWith("uploading") ? "899.17.0" : "1185.3.0");
    const { outs } = await make(host);
    const release = /VERSION_ID=(.*)/.exec(readFileSync(join(host.node.root, "etc/os-release"), "utf8"))[1];
    const outputs = {
        ...outs,
        connection: { ...outs.connection, port: 22, privateKey: "PRIVATE KEY" },
        hostKey: outs.hostKey === "" ? "" : "HOST KEY",
    };
    const stored = { release, outputs, host: remains(host.node.root) };
    writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(stored, undefined, 2)}\n`);
    writeFileSync(
        join(FOLDER, "recovery"),
        readFileSync(join(host.node.root, "var/lib/pulumi-coreos-kubelet/recovery"), "utf8"),
    );
    await host.node.stop();
}

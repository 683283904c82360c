// One way to provoke each kind of error, by the calls that the engine makes.
import { symlinkSync, writeFileSync } from "node:fs";
import { onTestFinished } from "vitest";
import type { ErrorKind, HostError } from "../../provider/errors";
import { read } from "../../provider/runtime";
import { newKeyPair } from "../../provider/testing/keys";
import { sceneOf } from "../gate/fleet";
import { BAD, errorOf, host, instead, MISSING, NEW, OLD } from "../life/kubelets";
import { reached, run, SLOW, UNIT, up, upgraded } from "../life/kubelets";
import { allLines, dialTest, hostErrorOf } from "../ssh/support/dialling";
import { closedPort } from "../ssh/support/door";
import { ed25519 } from "../ssh/support/keys";
import { startServer, USER_KEY } from "../ssh/support/server";
import { OTHER, refusal, replace, stopKubelet, type Scene } from "./scene";

type Provoke = (scene: Scene) => Promise<Pick<HostError, "kind" | "message">>;

/**
 * For each kind a call of the engine that fails so; but for connection-lost, which no such call fails with: the host is
 * dialled again until timeouts.operation is over, which is a deadline. That one is provoked on the connection itself.
 */
export const PROVOKED: { readonly [Kind in ErrorKind]: Provoke } = {
    unreachable: async ({ bare }) => {
        const connection = { port: await closedPort(), dialErrorLimit: 0 };
        return refusal(bare, { connection });
    },
    authentication: ({ bare }) => refusal(bare, { connection: { privateKey: newKeyPair().private } }),
    "host-key-changed": ({ bare }) => refusal(bare, { connection: { hostKey: newKeyPair().public } }),
    "host-key-unknown": ({ bare }) => refusal(bare, { connection: { knownHosts: `node-2 ${bare.hostKey}` } }),
    "key-unusable": ({ bare }) => {
        const connection = { privateKey: ed25519("right").private, privateKeyPassword: "wrong" };
        return refusal(bare, { connection });
    },
    "connection-lost": async ({ bare }) => {
        const { session } = await dialTest(bare.connection);
        const channel = await session.exec("echo begun; sleep 60");
        const lost = hostErrorOf(allLines(channel));
        bare.cutLinks();
        return lost;
    },
    deadline: async () => refusal(await host({ images: { [OLD]: "slow-fetch:60" } }), { timeouts: { operation: 3 } }),
    "no-channel": async ({ bare: { connection } }) => {
        const { port } = await startServer({ channels: "refuse command" });
        return refusal({ connection: { ...connection, port, privateKey: USER_KEY.private } });
    },
    "no-sudo": ({ bare }) => {
        replace(bare, "etc/stand-in/sudo", (file) => writeFileSync(file, "refused\n"));
        return refusal(bare);
    },
    "not-coreos": ({ bare }) => {
        const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n';
        replace(bare, "etc/os-release", (file) => writeFileSync(file, debian));
        return refusal(bare);
    },
    "rkt-unusable": ({ bare }) => {
        replace(bare, "usr/bin/rkt");
        return refusal(bare);
    },
    "unit-foreign": ({ bare }) => {
        const theirs = "[Unit]\nDescription=Kubelet\n[Service]\nExecStart=/opt/bin/kubelet\n";
        replace(bare, UNIT, (file) => writeFileSync(file, theirs));
        return refusal(bare);
    },
    "unit-masked": ({ bare }) => {
        replace(bare, UNIT, (file) => symlinkSync("/dev/null", file));
        return refusal(bare);
    },
    "unit-odd": ({ bare }) => {
        replace(bare, UNIT, (file) => symlinkSync("/usr/share/oem/kubelet.service", file));
        return refusal(bare);
    },
    "owner-foreign": ({ node }) => refusal(node),
    "source-missing": ({ bare }) =>
        refusal(bare, { rkt: { volumes: [{ name: "certs", source: "/srv/certs", target: "/srv/certs" }] } }),
    "options-refused": ({ bare }) =>
        refusal(bare, { rkt: { volumes: [{ name: "own", source: "/etc", target: "/run" }] } }),
    "image-unusable": ({ bare }) =>
        refusal(bare, {
            version: "v1.17.0",
            image: { repository: "docker://k8s.gcr.io/hyperkube" },
            unit: { environment: { KUBELET_IMAGE_ARGS: "--exec=/usr/local/bin/kubelet" } },
        }),
    "no-space": ({ bare }) => {
        instead(bare, "df", '[[ "$*" != *avail* ]] || { echo Avail; echo $((20 << 20)); exit; }');
        return refusal(bare);
    },
    "reboot-due": ({ node, made }) => {
        replace(node, "run/reboot-required", (file) => writeFileSync(file, ""));
        return errorOf(upgraded(node, made, NEW));
    },
    "fetch-failed": ({ node, made }) => errorOf(upgraded(node, made, MISSING)),
    refused: async ({ node, made }) => {
        const failing = errorOf(upgraded(node, made, SLOW));
        await reached(node, "fetch");
        const lock = await run(node, 'cat "$PCK_ROOT/run/pulumi-coreos-kubelet/lock"');
        await node.systemctl("stop", `pulumi-coreos-kubelet@${/op=([0-9a-f]+)/.exec(lock)?.[1] ?? ""}.service`);
        return failing;
    },
    "rolled-back": ({ node, made }) => {
        // Long enough between its ends for each to be seen.
        const more = { unit: { restartSec: 3 }, health: { minReadySeconds: 1, progressDeadlineSeconds: 60 } };
        return errorOf(up(node, made, BAD, more));
    },
    "rollback-failed": async ({ node, made }) => {
        // The next look at the host finishes the way back.
        onTestFinished(async () => {
            await read(made.id, made.outs);
        }, 90_000);
        instead(node, "mv", '[[ "$*" != *.pck-undo-kubelet\\ */kubelet.service ]] || exit 1');
        const failure: unknown = await upgraded(node, made, OTHER).catch((error: unknown) => error);
        // Of no other kind does the engine get a resource to keep; the reasons are all that it shows.
        const { reasons = [] } = failure as { readonly reasons?: readonly string[] };
        return { kind: "rollback-failed", message: reasons.join() };
    },
    abandoned: async ({ node, made }) => {
        // The last argument of a provider's process: where its engine listens.
        process.argv.push(`127.0.0.1:${await closedPort()}`);
        onTestFinished(() => {
            process.argv.pop();
        });
        return errorOf(upgraded(node, made, NEW));
    },
    unhealthy: async ({ node, made, nodes }) => {
        await stopKubelet(node);
        const done = (name: string): Promise<typeof made.outs | undefined> =>
            Promise.resolve(name === "node-1" ? made.outs : undefined);
        const { roll, updateOf } = sceneOf(nodes, NEW, { done });
        return errorOf(roll.before(await updateOf("node-2", NEW)));
    },
    "too-many-down": async ({ node, nodes }) => {
        await stopKubelet(node);
        const { roll, updateOf } = sceneOf(nodes, NEW);
        return errorOf(roll.before(await updateOf("node-1", NEW)));
    },
    "roll-stopped": async ({ nodes }) => {
        const beforeNode = (): Promise<void> => Promise.reject(new Error("no drain"));
        const { roll, updateOf } = sceneOf(nodes, NEW, { beforeNode });
        await roll.before(await updateOf("node-1", NEW)).catch(() => undefined);
        return errorOf(roll.before(await updateOf("node-2", NEW)));
    },
    unsettled: ({ node, made }) => {
        // The transaction and what systemd runs after it: each is killed where it asks for the lock.
        instead(node, "flock", '[[ $1 != -w ]] || kill -KILL "$PPID"');
        return errorOf(upgraded(node, made, NEW));
    },
};

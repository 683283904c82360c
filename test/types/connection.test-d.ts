// Compiled, never run: what a program may write.
import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { KubeletService, type ConnectionArgs, type HopArgs, type KubeletServiceArgs } from "../../provider";

declare const theirs: types.input.remote.ConnectionArgs;
declare const theirProxy: types.input.remote.ProxyConnectionArgs;
declare const config: pulumi.Config;
declare const text: pulumi.Output<string>;

// An object that is made for @pulumi/command serves us too, whole and in parts.
export const ours: ConnectionArgs = theirs;
export const ourHop: HopArgs = theirProxy;
export const inOutput: KubeletServiceArgs = { connection: pulumi.output(theirs), version: "v1.3.4_coreos.0" };

// What they have, we have.
type Known = Exclude<keyof types.input.remote.ConnectionArgs, keyof ConnectionArgs>;
export const nothingMissing: Known[] = [] satisfies never[];

// Outputs at every depth; what may be left out may also turn out undefined.
new KubeletService("node", {
    connection: {
        host: text,
        port: config.getNumber("port"),
        privateKey: config.getSecret("key"),
        proxy: [{ host: text }, pulumi.output({ host: "jump" })],
    },
    version: text,
    image: { repository: text, trust: pulumi.output("insecure" as "insecure" | "keys-from-https") },
    apiServers: pulumi.output(["http://127.0.0.1:8080"]),
    clusterDns: [text, "10.3.0.10"],
    clusterDomain: pulumi.output(config.get("domain")),
    registerNode: pulumi.output(true as boolean),
    nodeLabels: { zone: text },
    flags: { v: 2, "eviction-hard": text, "register-with-taints": ["a", text] },
    rkt: { hostDns: true, volumes: [{ name: "x", source: text, target: "/x" }], setEnv: { HTTP_PROXY: text } },
    unit: { environment: pulumi.output({ A: "b" }), execStartPre: [text] },
    triggers: [text, 1, { any: "thing" }],
    health: { port: false },
    onDelete: pulumi.output("remove" as "remove" | "retain"),
});

declare const node: KubeletService;
export const told: pulumi.Output<string> = node.unitText;
export const argument: pulumi.Output<string> = node.connection.host;

// @ts-expect-error a connection needs a host
export const hostless: ConnectionArgs = { user: "core" };
// @ts-expect-error no such trust
export const trusting: KubeletServiceArgs = { connection: theirs, version: "v1", image: { trust: "none" } };
// @ts-expect-error owner is ours to set
export const owning: KubeletServiceArgs = { connection: theirs, version: "v1", owner: "urn" };

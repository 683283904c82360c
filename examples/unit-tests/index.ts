// The program: it reads the configuration, and leaves the rest to what is tested.
//   npm install --save-dev vitest
//   npx vitest run
import * as pulumi from "@pulumi/pulumi";
import { kubelets, type Cluster } from "./kubelets";

const config = new pulumi.Config();

export const versions = kubelets({
    nodes: config.requireObject<Cluster["nodes"]>("nodes"),
    privateKey: config.requireSecret("privateKey"),
    version: config.require("version"),
    more: config.getObject<Cluster["more"]>("more"),
}).map(({ runningVersion }) => runningVersion);

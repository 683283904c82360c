// Programs that construct nothing on a host: what they print tells whether the package is whole where it is installed.
const USE = `
const sameSdk = KubeletService.prototype instanceof pulumi.dynamic.Resource;
const component = KubeletRollout.prototype instanceof pulumi.ComponentResource;
console.log(JSON.stringify({ sameSdk, component, create: typeof runtime.create, host: typeof simulatedHost }));
`;

const IMPORTS = `import * as pulumi from "@pulumi/pulumi";
import { KubeletRollout, KubeletService } from "pulumi-coreos-kubelet";
import * as runtime from "pulumi-coreos-kubelet/runtime";
import { simulatedHost } from "pulumi-coreos-kubelet/testing";
`;

/** By the ending of its name: a program that loads every entry of the package, beside the project's own SDK. */
export const LOADING = {
    js: `const pulumi = require("@pulumi/pulumi");
const { KubeletRollout, KubeletService } = require("pulumi-coreos-kubelet");
const runtime = require("pulumi-coreos-kubelet/runtime");
const { simulatedHost } = require("pulumi-coreos-kubelet/testing");
${USE}`,
    mjs: `${IMPORTS}${USE}`,
    ts: `${IMPORTS}import type { KubeletServiceArgs } from "pulumi-coreos-kubelet";
export const args: KubeletServiceArgs = { connection: { host: "10.0.0.11" }, version: "v1.3.4_coreos.0" };
${USE}`,
} as const;

/** What each of them prints. */
export const LOADED = { sameSdk: true, component: true, create: "function", host: "function" };

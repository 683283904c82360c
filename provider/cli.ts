#!/usr/bin/env node
import { createRequire } from "node:module";
import { inspect } from "./inspect";

const [command = "", ...rest] = process.argv.slice(2);

async function look(args: readonly string[]): Promise<void> {
    const { out, err, code } = await inspect(args, process.env);
    process.stderr.write(err);
    // Connections to jump hosts would stay for whoever comes next, and nobody does.
    process.stdout.write(out, () => process.exit(code));
}

switch (command) {
    case "inspect":
        void look(rest);
        break;
    case "--help":
    case "-h":
        void look(["--help"]);
        break;
    case "--version":
        console.log((createRequire(__filename)("../package.json") as { readonly version: string }).version);
        break;
    default:
        console.error(
            `pulumi-coreos-kubelet: ${command === "" ? "no" : "unknown"} command; the only one is inspect (see --help)`,
        );
        process.exitCode = 2;
}

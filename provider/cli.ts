#!/usr/bin/env node
import { inspect } from "./inspect";

const [command = "", ...rest] = process.argv.slice(2);

/** The arguments of the command that is asked for; undefined: it is none. */
function argumentsOf(): readonly string[] | undefined {
    if (["--help", "-h"].includes(command)) return ["--help"];
    return command === "inspect" ? rest : undefined;
}

async function main(args: readonly string[]): Promise<void> {
    const { out, err, code } = await inspect(args, process.env);
    process.stderr.write(err);
    // Connections to jump hosts would stay for whoever comes next, and nobody does.
    process.stdout.write(out, () => process.exit(code));
}

const args = argumentsOf();
if (args === undefined) {
    process.stderr.write("pulumi-coreos-kubelet: the command is inspect (--help tells the usage)\n");
    process.exitCode = 2;
} else {
    void main(args);
}

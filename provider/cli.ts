#!/usr/bin/env node
import { inspect, version } from "./inspect";

const [command = "", ...rest] = process.argv.slice(2);

async function look(args: readonly string[]): Promise<void> {
    const { out, err, code } = await inspect(args, process.env);
    process.stderr.write(err);
    // At once: a reader that has gone, such as `head`, would be told as an error of ours by the stream just after.
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
        console.log(version());
        break;
    default:
        console.error(
            `pulumi-coreos-kubelet: ${command === "" ? "no" : "unknown"} command; the only one is inspect (see --help)`,
        );
        process.exitCode = 2;
}

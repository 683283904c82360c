import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ConnectionArgs } from "../../../provider/spec/connection";

// Twice, so that the second session takes an idle jump host into use again.
const PROGRAM = `
const { dial } = require(process.argv[1] + "/ssh");
const { connectionOf } = require(process.argv[1] + "/spec/connection");
const connection = connectionOf(JSON.parse(process.argv[2]));
(async () => {
    for (const command of ["one", "two"]) {
        const session = await dial({ connection, timeout: 30, log: () => undefined });
        for await (const line of (await session.exec(command)).lines()) console.log(line);
        session.close();
    }
    console.log("idle");
})();
`;

/** Runs two sessions, one after another, in a process of its own, of the built package. Resolves when it ends, or in a minute. */
export async function dialAlone(args: ConnectionArgs): Promise<{ lines: readonly string[]; seconds: number }> {
    const child = spawn(process.execPath, ["-e", PROGRAM, join(process.cwd(), "dist"), JSON.stringify(args)], {
        stdio: ["ignore", "pipe", "inherit"],
        timeout: 60_000,
    });
    onTestFinished(() => void child.kill());
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    const begun = performance.now();
    await once(child, "close");
    return { lines: said.trim().split("\n"), seconds: (performance.now() - begun) / 1000 };
}

import type { HopArgs } from "../../../provider/spec/connection";
import { ed25519 } from "./keys";
import { byKey, startServer, type ServerOptions, type TestServer } from "./server";

export const JUMP_KEY = ed25519();
export const JUMP_USER = ed25519();

/** A jump host that ends with the test. */
export function startJump(
    tunnels: ServerOptions["tunnels"] = "forward",
    onAuth: ServerOptions["onAuth"] = byKey(JUMP_USER),
): Promise<TestServer> {
    return startServer({ hostKeys: [JUMP_KEY], onAuth, tunnels });
}

/** How to reach it. */
export function via(port: number, more: Partial<HopArgs> = {}): HopArgs {
    return {
        host: "127.0.0.1",
        port,
        user: "jumper",
        privateKey: JUMP_USER.private,
        hostKey: JUMP_KEY.public,
        agentSocketPath: "",
        ...more,
    };
}

import type { Connection } from "../spec/connection";
import type { Channel, Session } from "../ssh";

/**
 * Opens a shell of root's that reads its programs from the channel. The password of sudo takes the same way, before
 * anything else: a command line would show it to every user of the host.
 */
export async function openRootShell(session: Session, { user, sudoPassword }: Connection): Promise<Channel> {
    if (user === "root") return session.exec("bash -s");
    if (sudoPassword === undefined) return session.exec("sudo -n bash -s");
    const channel = await session.exec(`sh -c '${BY_PASSWORD}'`);
    channel.write(`${sudoPassword}\n`);
    return channel;
}

// A password that sudo does not ask for must not reach the shell, which would run it. Whether it asks depends on the command.
const BY_PASSWORD = [
    "if echo exit 0 | sudo -n bash -s 2>/dev/null",
    "then IFS= read -r password; exec sudo -n bash -s",
    'else exec sudo -S -p "" bash -s; fi',
].join("; ");

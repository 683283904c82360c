// What a host has behind it before the apply of a cell whose step is not one of every apply.
import { held, hold, release } from "../hosts/hold.js";
import { must, NEW, OTHER, signalTransaction } from "./host";
import type { Scene } from "./scene";
import { ProviderStack } from "./stacks";
import { TRANSACTION, type Step } from "./steps";

export interface Beginning {
    readonly prepare: (scene: Scene) => Promise<void>;
    /** Once the apply is over, so that the next `up` can succeed. */
    readonly heal?: (scene: Scene) => Promise<void>;
}

export const BEGINNINGS: Readonly<Partial<Record<Step, Beginning>>> = {
    "roll back": {
        prepare: ({ host }) => host.setImage(NEW, "crashes"),
        heal: ({ host }) => host.setImage(NEW, "healthy"),
    },
    recover: { prepare: cutOperation },
};

const DROP_IN = "/run/systemd/system/pulumi-coreos-kubelet@.service.d";

/** Another version's operation is killed when its files are in place, and so is what would have undone it. */
async function cutOperation(scene: Scene): Promise<void> {
    const { host, stack } = scene;
    if (!(stack instanceof ProviderStack)) throw new Error("an earlier operation needs the state of this one");
    const earlier = stack.twin();
    await must(
        host,
        `mkdir ${DROP_IN}; printf '[Service]\\nExecStopPost=\\n' >${DROP_IN}/cut.conf; systemctl daemon-reload`,
    );
    await hold(host, { program: TRANSACTION, command: "step health*", skip: 0 });
    const apply = earlier.up(scene.args(OTHER));
    if ((await held(host, apply)) === undefined) throw new Error("the earlier operation was never held");
    // Alive, it would undo its operation itself.
    await earlier.killProvider();
    await apply;
    await signalTransaction(host, "KILL");
    await release(host);
    await scene.transactionOver();
    await must(host, `rm -r ${DROP_IN}; systemctl daemon-reload`);
    await earlier.dispose();
}

// ssh2 as npm leaves it under --ignore-scripts and --omit=optional, and where no compiler is.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { simulatedHost } from "../../provider/testing";
import { providerProcess } from "../engine/process";

test("a kubelet is made where ssh2's native parts are not built", async () => {
    const node = await simulatedHost();
    onTestFinished(() => node.stop());
    const provider = await providerProcess({ preload: join(__dirname, "hide-native.js") });
    const { properties } = await provider.create({
        connection: { ...node.connection },
        version: "v1.3.4_coreos.0",
        unit: { restartSec: 1 },
        health: { minReadySeconds: 1, progressDeadlineSeconds: 60 },
    });
    expect(properties).toMatchObject({ runningVersion: "v1.3.4_coreos.0" });
    const hidden = new Set(provider.complaints.filter((line) => line.startsWith("hidden: ")));
    expect(hidden).toEqual(new Set(["hidden: sshcrypto.node", "hidden: cpu-features"]));
});

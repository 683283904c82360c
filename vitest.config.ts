import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        // Pulumi's closure serializer needs a main thread.
        pool: "forks",
        // Tests wait for hosts more than they compute.
        maxWorkers: Math.min(availableParallelism() + 1, 8),
        // Generous: a machine may be busy, and nothing waits for the end of it but a test that hangs.
        testTimeout: 90_000,
        // Cells of the fault matrix; nothing else runs side by side within a file.
        maxConcurrency: 8,
        // The steps of every simulated operation would bury what failed.
        silent: "passed-only",
    },
});

import { defineConfig } from "vitest/config";

// Figures are measured one file after another: nothing else may take the machine meanwhile.
export default defineConfig({
    test: {
        include: ["test/bench/*.bench.ts"],
        globalSetup: "test/bench/page.ts",
        pool: "forks",
        fileParallelism: false,
        testTimeout: 600_000,
    },
});

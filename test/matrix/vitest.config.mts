import { defineConfig } from "vitest/config";

export default defineConfig({
    test: {
        include: ["test/matrix/*.matrix.ts"],
        pool: "forks",
        // Cells wait for hosts more than they compute.
        maxConcurrency: Number(process.env["MATRIX_AT_ONCE"] ?? 12),
        silent: "passed-only",
    },
});

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By their sizes, as is the rule, the files that take longest would begin last: they only name scenes and kinds of host. */
class LongestFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        const bySize = await super.sort(files);
        const isLong = ({ moduleId }: TestSpecification): boolean =>
            /\/test\/(e2e|engine|examples|host|hosts|life|matrix|package)\//.test(moduleId);
        return [...bySize.filter(isLong).reverse(), ...bySize.filter((file) => !isLong(file))];
    }
}

export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        // Pulumi's closure serializer needs a main thread.
        pool: "forks",
        // Tests wait for hosts more than they compute.
        maxWorkers: Math.min(2 * availableParallelism() + 1, 8),
        sequence: { sequencer: LongestFirst },
        // Generous: a machine may be busy, and nothing waits for the end of it but a test that hangs.
        testTimeout: 90_000,
        expect: { poll: { timeout: 60_000 } },
        // Cells of the fault matrix; nothing else runs side by side within a file.
        maxConcurrency: 8,
        // The steps of every simulated operation would bury what failed.
        silent: "passed-only",
    },
});

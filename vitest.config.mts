import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By their sizes, as is the rule, the files that take longest would begin last: they only name scenes and kinds of host. */
class LongestFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        const bySize = await super.sort(files);
        const playScenes = ({ moduleId }: TestSpecification): boolean =>
            /\/test\/(e2e|engine|examples|matrix|package)\//.test(moduleId);
        const useHosts = ({ moduleId }: TestSpecification): boolean =>
            /\/test\/(errors|gate|host|hosts|life)\//.test(moduleId);
        const others = bySize.filter((file) => !playScenes(file) && !useHosts(file));
        return [...bySize.filter(playScenes).reverse(), ...bySize.filter(useHosts), ...others];
    }
}

/** Many runs of the CLI, or of hosts, or much to install, that tell a newcomer little more than the rest. */
const LEFT_TO_CI = [
    // The scenes that are played on simulated hosts, on hosts with a real systemd.
    "test/e2e/*.systemd.test.ts",
    "test/e2e/{demo,engine}.test.ts",
    "test/e2e/{gone,identity}.*.test.ts",
    "test/e2e/rollout/{fleet,interrupted,jump,wiring}.*.test.ts",
    "test/examples/{adopting,behind-a-jump-host,drain-with-kubectl,rolling-upgrade,unit-tests,volumes-and-flags}.test.ts",
    "test/hosts/{at-once,bed,many,recovery}.test.ts",
    "test/matrix/part.test.ts",
    "test/package/{pnpm,tarball,versions}.test.ts",
];

const isAll = process.env["CI"] === "true" || process.env["TESTS"] === "all";
if (!isAll) console.log(`Left to CI and to TESTS=all:\n  ${LEFT_TO_CI.join("\n  ")}`);

export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        exclude: isAll ? [] : LEFT_TO_CI,
        // Pulumi's closure serializer needs a main thread.
        pool: "forks",
        // Tests wait for hosts more than they compute.
        maxWorkers: Math.min(2 * availableParallelism() + 1, 8),
        sequence: { sequencer: LongestFirst },
        // Generous: a machine may be busy, and nothing waits for the end of it but a test that hangs.
        testTimeout: 90_000,
        hookTimeout: 90_000,
        expect: { poll: { timeout: 60_000 } },
        // Cells of the fault matrix; nothing else runs side by side within a file.
        maxConcurrency: 8,
        // The steps of every simulated operation would bury what failed.
        silent: "passed-only",
    },
});

// @ts-check
// Prints `N passed, N failed` (and how many were skipped, by name) of a vitest JSON report; fails where CI skipped any.
import { readFileSync } from "node:fs";

const { testResults } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const tests = testResults.flatMap((file) => file.assertionResults);
const count = (status) => tests.filter((test) => test.status === status).length;
const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
const brokenFiles = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);

for (const test of skipped) console.log(`skipped: ${test.fullName}`);
for (const file of brokenFiles) console.log(`did not run: ${file.name}`);
console.log(`${count("passed")} passed, ${count("failed") + brokenFiles.length} failed, ${skipped.length} skipped`);
process.exitCode = skipped.length + brokenFiles.length > 0 ? 1 : 0;

// Preloaded into a provider process: at SIGUSR2 it collects garbage, and prints how many bytes are in use.
const v8 = require("node:v8");
const vm = require("node:vm");

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc");

process.on("SIGUSR2", () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    console.log(`in use: ${heapUsed + external}`);
});

// Preloaded into a provider process: the native parts that ssh2 uses where they are built are not there.
const Module = require("node:module");

const load = Module._load;

Module._load = (request, ...rest) => {
    if (!/^cpu-features$|\.node$/.test(request)) return load(request, ...rest);
    console.error(`hidden: ${request.split("/").at(-1)}`);
    throw Object.assign(new Error(`Cannot find module '${request}'`), { code: "MODULE_NOT_FOUND" });
};

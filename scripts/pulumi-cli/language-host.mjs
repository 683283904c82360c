#!/usr/bin/env node
// @ts-check
// Stands in for Pulumi's own language host where that cannot be had: it comes with the official download only, not as a Go module.
// The program is run by the SDK's cmd/run, as the official host does it.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

const engine = process.argv.at(-1);
const sdk = sdkOfProgram();
const grpc = sdk("@grpc/grpc-js");
const messages = sdk("./proto/language_pb");
const { LanguageRuntimeService } = sdk("./proto/language_grpc_pb");
const { PluginInfo } = sdk("./proto/plugin_pb");
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb");

/** What cmd/run exits with when it has already told the user what is wrong. */
const ALREADY_REPORTED = 32;

/** Milliseconds that a cancelled program has to end by itself. */
const GRACE = 5000;

/** @type {import("node:child_process").ChildProcess | undefined} */
let program;

// Plugins outlive a killed engine; the end of stdin is how this one learns of it.
process.stdin.resume().on("end", () => {
    program?.kill();
    process.exit();
});

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, {
    getPluginInfo: (_call, reply) => reply(null, new PluginInfo()),
    getRequiredPackages: (_call, reply) => reply(null, new messages.GetRequiredPackagesResponse()),
    getRequiredPlugins: (_call, reply) => reply(null, new messages.GetRequiredPluginsResponse()),
    run: ({ request }, reply) => run(request, (response) => reply(null, response)),
    cancel: (_call, reply) => {
        cancel();
        reply(null, new Empty());
    },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    console.log(String(port));
});

/** The require() of the @pulumi/pulumi that the program itself will load: the engine starts this host in the program's folder. */
function sdkOfProgram() {
    const program = createRequire(join(process.cwd(), "index.js"));
    try {
        return createRequire(program.resolve("@pulumi/pulumi"));
    } catch {
        console.error(`@pulumi/pulumi is not installed for the program in ${process.cwd()}: run npm install there`);
        process.exit(1);
    }
}

function run(request, done) {
    program = spawn(process.execPath, [sdk.resolve("./cmd/run"), ...runArguments(request)], {
        env: { ...process.env, ...runEnvironment(request) },
        stdio: ["ignore", "inherit", "inherit"],
    });
    program.once("error", (error) => done(failure(`could not start node: ${error.message}`)));
    program.once("exit", (code, signal) => {
        if (code === 0) done(new messages.RunResponse());
        else if (code === ALREADY_REPORTED) done(new messages.RunResponse().setBail(true));
        else done(failure(signal ? `Program ended by ${signal}` : `Program exited with non-zero exit code: ${code}`));
    });
}

/** Ctrl-C reaches the engine alone, which asks us to end the program. */
function cancel() {
    program?.kill("SIGINT");
    setTimeout(() => program?.kill("SIGKILL"), GRACE).unref();
}

function runArguments(request) {
    const info = request.getInfo();
    const flags = {
        monitor: request.getMonitorAddress(),
        engine,
        organization: request.getOrganization(),
        project: request.getProject(),
        stack: request.getStack(),
        "root-directory": info.getRootDirectory(),
        pwd: request.getPwd(),
        parallel: String(request.getParallel()),
    };
    return [
        ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
        ...(request.getDryrun() ? ["--dry-run"] : []),
        info.getEntryPoint(),
        ...request.getArgsList(),
    ];
}

function runEnvironment(request) {
    const options = request.getInfo().getOptions()?.toJavaScript() ?? {};
    return {
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
    };
}

function failure(text) {
    return new messages.RunResponse().setError(text);
}

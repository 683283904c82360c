// What a program registers, under Pulumi's mocks; the provider is never called.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KubeletService, type HopArgs, type KubeletServiceArgs } from "../provider";
import { propertiesOf } from "../provider/kubelet-properties";
import { ARGUMENT_NAMES } from "../provider/spec/schema";
import { OUTPUT_NAMES } from "../provider/spec/state";
import { inside, isSecret, KUBELET_SERVICE as TYPE, promiseOf, start, type Fields, type Registered } from "./mocks";

const LEAST: KubeletServiceArgs = { connection: { host: "10.0.0.11" }, version: "v1.3.4_coreos.0" };

const TOLD = { osVersion: "1185.3.0", clusterDomain: "a.transform" };
let registered: Registered;

beforeEach(async () => {
    registered = await start(false, () => TOLD);
});

/** The inputs that a KubeletService of these arguments registers. */
async function inputsOf(args: KubeletServiceArgs, opts: pulumi.CustomResourceOptions = {}): Promise<Fields> {
    const node = new KubeletService("node", args, opts);
    await promiseOf(node.urn);
    await pulumi.runtime.disconnect();
    const found = registered.get("node");
    if (found === undefined) throw new Error("nothing was registered");
    expect(found.type).toBe(TYPE);
    return found.inputs;
}

/** The same as it goes over the wire, where each secret stands at its own place. */
const sentOf = async (args: KubeletServiceArgs): Promise<Fields> =>
    (await pulumi.runtime.serializeProperties("node", propertiesOf("node", args, {}))) as Fields;

describe("what is registered", () => {
    it("is a copy of the arguments, with the provider's text, the owner and a place for the unit", async () => {
        const args: KubeletServiceArgs = Object.freeze({ ...LEAST, apiServers: "http://a", triggers: [1] });
        const { __provider: text, ...inputs } = await inputsOf(args);
        expect(text).toContain('require("pulumi-coreos-kubelet/runtime")');
        expect(inputs).toEqual({ ...args, unitText: "", owner: `urn:pulumi:stack::project::${TYPE}::node` });
    });

    it("serves two resources from one object of arguments", async () => {
        const args = { ...LEAST };
        const nodes = ["a", "b"].map((name) => new KubeletService(name, args));
        await Promise.all(nodes.map((node) => promiseOf(node.urn)));
        expect(args).toEqual(LEAST);
        expect([...registered.keys()].sort()).toEqual(["a", "b"]);
    });

    it("has an output for everything that is told", async () => {
        const node = new KubeletService("node", LEAST);
        expect(await promiseOf(node.osVersion)).toBe("1185.3.0");
        expect(await promiseOf(node.connection.host)).toBe("10.0.0.11");
        // Which the program did not give: a transform may have.
        expect(await promiseOf(node.clusterDomain)).toBe("a.transform");
        const outputs = new Map<string, unknown>(Object.entries(node));
        const names = [...ARGUMENT_NAMES, ...OUTPUT_NAMES];
        expect(names.filter((name) => !pulumi.Output.isInstance(outputs.get(name)))).toEqual([]);
    });
});

describe("secrets of the connection", () => {
    const secret = { password: "p", privateKey: "k", privateKeyPassword: "w" };

    it("are marked at their own paths, the target's and each jump host's", async () => {
        const connection = {
            host: "a",
            ...secret,
            sudoPassword: "s",
            hostKey: "h",
            proxy: [{ host: "near", ...secret }, { host: "far" }],
        };
        const { proxy, ...target } = (await sentOf({ ...LEAST, connection }))["connection"] as {
            proxy: Fields[];
        } & Fields;
        const marked = (hop: Fields): readonly string[] =>
            Object.keys(hop)
                .filter((key) => isSecret(hop[key]))
                .sort();
        expect(marked(target)).toEqual(["password", "privateKey", "privateKeyPassword", "sudoPassword"]);
        expect(marked(proxy[0] ?? {})).toEqual(["password", "privateKey", "privateKeyPassword"]);
        for (const hop of [target, proxy[0] ?? {}]) expect(inside(hop["privateKey"])).toBe("k");
        expect(target).toMatchObject({ host: "a", hostKey: "h" });
        expect(proxy[1]).toEqual({ host: "far" });
    });

    it.each([
        ["a single jump host", (proxy: HopArgs) => ({ host: "a", proxy })],
        ["an output of one", (proxy: HopArgs) => ({ host: "a", proxy: pulumi.output(proxy) })],
        ["a list of them in an output", (proxy: HopArgs) => pulumi.output({ host: "a", proxy: [proxy] })],
        ["a promise", (proxy: HopArgs) => Promise.resolve({ host: "a", proxy })],
    ])("are marked at their own paths in %s", async (_, make) => {
        const { connection } = await sentOf({ ...LEAST, connection: make({ host: "b", privateKey: "k" }) });
        const { proxy } = connection as { proxy: Fields | readonly Fields[] };
        expect([proxy].flat()).toEqual([{ host: "b", privateKey: expect.objectContaining({ value: "k" }) as Fields }]);
        expect([proxy].flat().map(({ privateKey }) => isSecret(privateKey))).toEqual([true]);
    });

    it("leave an output without any in clear", async () => {
        expect((await sentOf({ ...LEAST, connection: pulumi.output({ host: "a" }) }))["connection"]).toEqual({
            host: "a",
        });
    });

    it("leave the other fields known and readable where a key is not known yet", async () => {
        await start(true, () => TOLD);
        const privateKey = pulumi.unknown as pulumi.Output<string>;
        const { connection, unitText } = await sentOf({ ...LEAST, connection: { host: "a", privateKey } });
        expect(connection).toMatchObject({ host: "a" });
        expect(unitText).toBe("");
    });
});

describe("unitText", () => {
    it.each<readonly [string, Partial<KubeletServiceArgs>, boolean]>([
        ["nothing secret", { apiServers: "http://a" }, false],
        ["a secret argument", { apiServers: pulumi.secret("http://a") }, true],
        ["a secret deep inside", { rkt: { setEnv: { TOKEN: pulumi.secret("x") } } }, true],
        ["a secret that the unit does not repeat", { triggers: [pulumi.secret("x")] }, false],
        ["a secret key", { connection: { host: "a", privateKey: pulumi.secret("k") } }, false],
    ])("%s: secret %s", async (_, more, expected) => {
        const { unitText } = await inputsOf({ ...LEAST, ...more });
        expect(isSecret(unitText)).toBe(expected);
        expect(inside(unitText)).toBe("");
    });
});

describe("the owner", () => {
    it("is the URN under a component, which waits for its children", async () => {
        class Fleet extends pulumi.ComponentResource {
            readonly node: KubeletService;
            constructor() {
                super("test:index:Fleet", "fleet");
                this.node = new KubeletService("node", LEAST, { parent: this });
                this.registerOutputs({ node: this.node.urn });
            }
        }
        const { node } = new Fleet();
        const urn = await promiseOf(node.urn);
        const owner = registered.get("node")?.inputs["owner"];
        expect(owner).toBe(`urn:pulumi:stack::project::test:index:Fleet$${TYPE}::node`);
        expect(urn).toBe(owner);
    });

    it("is left out where the SDK tells no URN ahead of time", () => {
        const parent: pulumi.Resource = Object.assign(Object.create(pulumi.Resource.prototype) as pulumi.Resource, {
            urn: {},
        });
        expect(propertiesOf("node", LEAST, { parent })["owner"]).toBeUndefined();
    });
});

describe("stack traces", () => {
    const prepare = Reflect.get(Error, "prepareStackTrace") as unknown;
    const restore = (): unknown => Reflect.set(Error, "prepareStackTrace", prepare);
    afterEach(() => {
        restore();
        vi.unstubAllEnvs();
    });

    /** How many are written down while a resource is made. */
    function tracesOf(make: () => unknown): number {
        let traces = 0;
        Error.prepareStackTrace = (error, sites) => {
            if (sites.length > 0) traces++;
            return String(error);
        };
        make();
        restore();
        return traces;
    }

    it("are not taken for each property, unless one looks for leaked promises", () => {
        expect(tracesOf(() => new KubeletService("node", LEAST))).toBeLessThan(10);
        vi.stubEnv("PULUMI_DEBUG_PROMISE_LEAKS", "1");
        expect(tracesOf(() => new KubeletService("node", LEAST))).toBeGreaterThan(
            4 * (ARGUMENT_NAMES.length + OUTPUT_NAMES.length),
        );
    });

    it("are as long as before afterwards, and an error has its own", () => {
        const limit = Error.stackTraceLimit;
        const unnamed = (): KubeletService => new KubeletService("", LEAST);
        expect(unnamed).toThrow(/Missing resource name/);
        expect(Error.stackTraceLimit).toBe(limit);
        try {
            unnamed();
        } catch (error) {
            expect((error as Error).stack).toMatch(/Missing resource name[^]*at unnamed /);
        }
        new KubeletService("node", LEAST);
        expect(Error.stackTraceLimit).toBe(limit);
    });
});

describe("isInstance", () => {
    it("knows its own, and nothing else", () => {
        const node = new KubeletService("node", LEAST);
        expect(KubeletService.isInstance(node)).toBe(true);
        const others = [
            undefined,
            null,
            {},
            { __pulumiType: TYPE },
            new pulumi.ComponentResource("a:b:C", "c"),
            pulumi.output(node),
        ];
        expect(others.filter((other) => KubeletService.isInstance(other))).toEqual([]);
    });
});

import type { Fault, RuleName } from "./findings";
import { cleaned } from "./paths";
import { BAD_NAME, isVolumeName, type Reading } from "./volumes";

/** A mount as rkt reads it: the target is decoded. */
export interface Mount {
    readonly volume: string;
    readonly target: string;
    /** Where the target leads inside the image. */
    readonly path: string;
}

interface Text {
    readonly literal: string;
    readonly decoded: string;
}

/** Reads the value of --mount, which is decoded like the query of a URL. Source: rkt/rkt rkt/cli_apps.go, appMount.Set. */
export function readMount(value: string): Reading<Mount> {
    const keys = new Map<string, Text>();
    // Empty pairs, such as behind a trailing comma, are passed over.
    const pairs = value.split(/[,&]/).filter((pair) => pair !== "");
    const ofPairs = pairs.flatMap((pair) => keyFaults(pair, keys));
    const volume = keys.get("volume")?.decoded ?? "";
    const isNamed = !keys.has("volume") || isVolumeName(volume);
    const target = keys.get("target") ?? { literal: "", decoded: "" };
    const is = { volume, target: target.decoded, path: cleaned(target.decoded) };
    const refused = [...ofPairs, ...(isNamed ? [] : [{ ...BAD_NAME, rule: "mount-volume" as const }])];
    if (refused.length > 0) return { is, errors: refused, warnings: [] };
    return is.path === "/"
        ? { is, errors: [ROOT], warnings: [] }
        : { is, errors: [], warnings: targetFaults(target, is.path) };
}

/** Puts a pair among the keys, unless rkt refuses it. */
function keyFaults(pair: string, keys: Map<string, Text>): readonly Fault[] {
    const [, name = "", literal = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const [key, decoded] = [decodedQuery(name), decodedQuery(literal)];
    const bad = (rule: RuleName, problem: string, remedy: string): readonly Fault[] => [{ rule, problem, remedy }];
    if (key === undefined || decoded === undefined || pair.includes(";")) {
        const problem = "rkt decodes the value like a URL, and refuses a ; and a % without two hex digits";
        return bad("mount-escape", problem, "write %3B for ; and %25 for %");
    }
    if (key !== "volume" && key !== "target") {
        const remedy = "in a target write %2C for a comma and %26 for &";
        return bad("mount-key", "--mount has no keys but volume and target", remedy);
    }
    if (keys.has(key)) return bad("mount-key", `the key ${key} is given twice`, "give it once");
    keys.set(key, { literal, decoded });
    return [];
}

const ROOT: Fault = {
    rule: "target-root",
    field: "target",
    problem: "the target is the root of the image, which cannot be covered",
    remedy: "write target=/PATH",
};

/** Where rkt mounts otherwise than it seems. */
function targetFaults({ literal, decoded }: Text, path: string): readonly Fault[] {
    const at = (rule: RuleName, problem: string, remedy: string): Fault => ({ rule, field: "target", problem, remedy });
    const isClimbing = decoded.split("/").includes("..");
    const odd = [
        literal === decoded
            ? undefined
            : at("target-decoded", `rkt decodes + and %, and mounts on ${decoded}`, "write %2B for + and %25 for %"),
        decoded.startsWith("/")
            ? undefined
            : at("target-relative", `rkt mounts on ${path}, below the image's root`, "write the target with its /"),
        isClimbing ? at("target-climbs", `rkt resolves .. and mounts on ${path}`, "write that path") : undefined,
    ];
    return odd.filter((fault) => fault !== undefined);
}

/** A part of a URL's query as Go decodes it; undefined: it refuses it. Source: Go's net/url, QueryUnescape. */
function decodedQuery(text: string): string | undefined {
    if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
    const bytes = Buffer.from(text.replaceAll("+", " ")).toString("latin1");
    const plain = bytes.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(plain, "latin1").toString();
}

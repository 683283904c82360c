import { createHmac } from "node:crypto";
import { publicKeyIn, type PublicKey } from "./public-key";

/** What a known_hosts text says of one host. */
export interface KnownKeys {
    readonly trusted: readonly PublicKey[];
    readonly revoked: readonly PublicKey[];
    /** Whether an authority vouches for its key, which we cannot follow. */
    readonly isCertified: boolean;
}

interface Line {
    readonly marker: string | undefined;
    readonly hosts: string;
    readonly key: PublicKey;
}

/**
 * The keys that a known_hosts text holds for a host and port. Lines that cannot be read, and @cert-authority lines, are
 * passed over. Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
 */
export function knownKeys(text: string, host: string, port: number): KnownKeys {
    const lines = text.split("\n").flatMap(lineOf);
    const plain = host.toLowerCase();
    const exact = port === 22 ? plain : `[${plain}]:${String(port)}`;
    const trusted = lines.filter((line) => line.marker === undefined && matches(line.hosts, exact));
    const marked = (marker: string): readonly Line[] =>
        lines.filter((line) => line.marker === marker && [exact, plain].some((name) => matches(line.hosts, name)));
    // ssh(1) also accepts the key of the plain name where no line names the port.
    const fallback = trusted.length > 0 ? [] : lines.filter(({ marker }) => marker === undefined);
    return {
        trusted: [...trusted, ...fallback.filter((line) => matches(line.hosts, plain))].map((line) => line.key),
        revoked: marked("@revoked").map((line) => line.key),
        isCertified: marked("@cert-authority").length > 0,
    };
}

function lineOf(text: string): readonly Line[] {
    const words = text.trim().split(/\s+/);
    const marker = words[0]?.startsWith("@") === true ? words.shift() : undefined;
    const [hosts, type, base64] = words;
    if (hosts === undefined || type === undefined || base64 === undefined || hosts.startsWith("#")) {
        return [];
    }
    const key = publicKeyIn(`${type} ${base64}`);
    return key === undefined ? [] : [{ marker, hosts, key }];
}

function matches(hosts: string, name: string): boolean {
    if (hosts.startsWith("|")) {
        return matchesHash(hosts, name);
    }
    return matchesAny(hosts.toLowerCase().split(","), name);
}

/** Whether a name matches one of the patterns, and none of those that begin with `!`. Source: ssh_config(5), PATTERNS. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
    const negated = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
    return (
        !negated.some((pattern) => matchesPattern(pattern, name)) &&
        patterns.some((pattern) => !pattern.startsWith("!") && matchesPattern(pattern, name))
    );
}

function matchesHash(hashed: string, name: string): boolean {
    const [, version, salt, digest] = hashed.split("|");
    return (
        version === "1" &&
        createHmac("sha1", Buffer.from(salt ?? "", "base64"))
            .update(name)
            .digest("base64") === digest
    );
}

function matchesPattern(pattern: string, name: string): boolean {
    const source = pattern
        .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
        .replace(/\*+/g, ".*")
        .replaceAll("?", ".");
    return new RegExp(`^${source}$`).test(name);
}

import { compareVersions } from "../versions";
import { TAKES_HOSTS_ENTRY } from "./versions";

/** An option of `rkt run`. */
export interface Flag {
    /** `value`: from behind `=`, or else the next word. `boolean`, `optional`: never the next word. */
    readonly takes: "value" | "boolean" | "optional";
    /** First rkt that knows it; undefined: every rkt that can run a kubelet. */
    readonly since?: string;
    /** First rkt that knows it no more. */
    readonly until?: string;
    /** It speaks of the image before it, so it cannot stand in RKT_OPTS. */
    readonly isBehindImage?: true;
    /** Its value is not to be shown. */
    readonly isSecret?: true;
}

const value: Flag = { takes: "value" };
const boolean: Flag = { takes: "boolean" };
const secret: Flag = { ...value, isSecret: true };
const since = (version: string, flag: Flag = value): Flag => ({ ...flag, since: version });
const until = (version: string, flag: Flag): Flag => ({ ...flag, until: version });
const behindImage: Flag = { ...secret, isBehindImage: true };

/** Source: rkt/rkt rkt/run.go, rkt.go, cli_apps.go, stage1hash.go from v0.15.0 to v1.30.0; CHANGELOG.md for the first versions. */
const FLAGS: Readonly<Record<string, Flag>> = {
    debug: boolean,
    dir: value,
    "local-config": value,
    "system-config": value,
    "user-config": since("0.16.0"),
    "insecure-options": value,
    "insecure-skip-verify": until("1.0.0", boolean),
    "trust-keys-from-https": boolean,
    cpuprofile: since("1.11.0"),
    memprofile: since("1.11.0"),

    "stage1-image": until("1.0.0", value),
    "stage1-url": since("1.0.0"),
    "stage1-path": since("1.0.0"),
    "stage1-name": since("1.0.0"),
    "stage1-hash": since("1.0.0"),
    "stage1-from-dir": since("1.0.0"),

    volume: value,
    mount: value,
    port: value,
    net: { takes: "optional" },
    "inherit-env": boolean,
    "set-env": secret,
    "set-env-file": since("1.9.0", secret),
    "no-overlay": boolean,
    "private-users": boolean,
    interactive: boolean,
    dns: since("1.0.0"),
    "dns-search": since("1.0.0"),
    "dns-opt": since("1.0.0"),
    "dns-domain": since("1.15.0"),
    "hosts-entry": since(TAKES_HOSTS_ENTRY),
    "store-only": boolean,
    "no-store": boolean,
    "pull-policy": since("1.24.0"),
    "pod-manifest": value,
    "mds-register": boolean,
    "uuid-file-save": value,
    hostname: since("1.2.0"),
    ipc: since("1.29.0"),

    ...Object.fromEntries(
        [
            ...["annotation", "cap-remove", "cap-retain", "caps-remove", "caps-retain", "cpu", "cpu-shares"],
            ...["environment", "exec", "group", "memory", "name", "oom-score-adj", "readonly-rootfs", "seccomp"],
            ...["signature", "supplementary-gids", "user", "user-annotation", "user-label", "working-dir"],
        ].map((name) => [name, behindImage]),
    ),
};

/** The option of that name; undefined: no rkt has it. */
export function flagOf(name: string): Flag | undefined {
    return Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
}

/** Every name of an option. */
export const FLAG_NAMES: readonly string[] = Object.keys(FLAGS);

/** Why that rkt does not know an option; undefined: it does. */
export function versionProblem({ since: first, until: gone }: Flag, rktVersion: string): string | undefined {
    if (first !== undefined && compareVersions(rktVersion, first) < 0)
        return `rkt ${rktVersion} does not know it; it came with ${first}`;
    if (gone !== undefined && compareVersions(rktVersion, gone) >= 0)
        return `rkt ${rktVersion} does not know it; it is gone since ${gone}`;
    return undefined;
}

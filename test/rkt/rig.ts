// How rkt-opts.tsv was measured, as a wrapper and a host, and what it says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WrapperGeneration } from "../../provider/coreos/generations";
import type { HostFacts } from "../../provider/rkt/findings";

export interface Row {
    readonly id: string;
    readonly options: string;
    /** By version of rkt. */
    readonly verdicts: Readonly<Record<string, string>>;
}

/** The rows of a table like rkt-opts.tsv. */
export function rowsOf(file: string): readonly Row[] {
    const lines = readFileSync(join(process.cwd(), file), "utf8").split("\n");
    const [head = "", ...rows] = lines.filter((line) => line !== "" && !line.startsWith("#"));
    const versions = head
        .split("\t")
        .slice(2)
        .map((version) => version.replace(/^v/, ""));
    return rows.map((line) => {
        const [id = "", options = "", ...verdicts] = line.split("\t");
        return {
            id,
            options,
            verdicts: Object.fromEntries(versions.map((version, at) => [version, verdicts[at] ?? ""])),
        };
    });
}

const volume = (name: string, source: string, target = source) => ({
    ...{ name, source, target },
    ...{ readOnly: false, recursive: false },
});

/** What stood before and behind the measured words. */
export const RIG: WrapperGeneration = {
    name: "rig",
    source: "test/rkt/rkt-opts.tsv",
    variables: ["KUBELET_VERSION", "KUBELET_ACI", "RKT_OPTS"],
    volumes: [
        volume("etc-kubernetes", "/etc/kubernetes"),
        volume("etc-ssl-certs", "/usr/share/ca-certificates", "/etc/ssl/certs"),
        volume("os-release", "/usr/lib/os-release", "/etc/os-release"),
        volume("run", "/run"),
    ],
    options: ["--insecure-options=image", "--stage1-path=/stage1-fly.aci"],
    optionsStand: "after",
    globs: true,
    trusts: "always",
    repository: "quay.io/coreos/hyperkube",
    needsRkt: "0.15.0",
    endsWithRkt: undefined,
};

/** What was on the host of the measurement, and what was not. */
export const RIG_FACTS: HostFacts = {
    sources: {
        ...Object.fromEntries(["&name", "+name", "=name", ":name", "@name"].map((end) => [`/etc/odd${end}`, "file"])),
        "/etc/resolv.conf": "file",
        "/etc/hosts": "file",
        "/usr/sbin/iscsiadm": "file",
        "/var/log": "folder",
        "/etc": "folder",
        "/etc/kubernetes/lab.env": "file",
        "/var/run": "folder",
        "/does/not/exist": "absent",
        "/etc/nope.env": "absent",
        "/run/rkt/metadata-svc.sock": "absent",
    },
};

/** Cells in which something else than the words and the host's files decided. */
export const LEFT_OUT: readonly { readonly id: string; readonly versions: readonly string[]; readonly why: string }[] =
    [
        { id: "opt-hosts-ip", versions: ["1.20.0", "1.30.0"], why: "the test image had no /etc/hosts" },
        {
            id: "opt-nostore",
            versions: ["0.15.0", "1.0.0", "1.8.0", "1.14.0", "1.20.0", "1.30.0"],
            why: "the machine had no network to fetch the image from",
        },
    ];

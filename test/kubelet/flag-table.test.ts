// Which kubelet knows which flag, held against what each source says.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
    historyOf,
    isCovered,
    KNOWN_FLAGS,
    NEWEST_MINOR,
    OLDEST_MINOR,
    standingOf,
    type Standing,
} from "../../provider/kubelet/flag-table";

// Source: coreos/kubernetes cmd/kubelet/app/options and pkg/kubelet/config, at the tags of 1.1 to 1.10:
// Y known, D deprecated, - unknown, o another meaning.
const BY_MINOR: readonly (readonly [flag: string, cells: string])[] = [
    ["api-servers", "YYYDDDD---"],
    ["config", "YYYDD----o"],
    ["pod-manifest-path", "---YYYYYYY"],
    ["kubeconfig", "YYYYYYYYYY"],
    ["require-kubeconfig", "---YYYYDD-"],
    ["allow-privileged", "YYYYYYYYYD"],
    ["hostname-override", "YYYYYYYYYY"],
    ["cluster-dns", "YYYYYYYYYY"],
    ["cluster-domain", "YYYYYYYYYY"],
    ["register-node", "YYYYYYYYYY"],
    ["network-plugin", "YYYYYYYYYY"],
    ["network-plugin-dir", "YYYYYYDD--"],
    ["cni-conf-dir", "---YYYYYYY"],
    ["cni-bin-dir", "---YYYYYYY"],
    ["register-schedulable", "-YYYYDDDDD"],
    ["node-labels", "-YYYYYYYYY"],
    ["lock-file", "-YYYYYYYYY"],
    ["register-with-taints", "-----YYYYY"],
    ["exit-on-lock-contention", "--YYYYYYYY"],
    ["anonymous-auth", "----YYYYYY"],
    ["client-ca-file", "----YYYYYY"],
    ["bootstrap-kubeconfig", "------YYYY"],
];

const CELLS: Readonly<Record<string, readonly Standing[]>> = {
    // What belongs in a file of settings is taken as before.
    Y: ["known", "in-file"],
    D: ["deprecated"],
    "-": ["unknown"],
    o: ["known"],
};

describe.each(BY_MINOR)("--%s, minor by minor", (flag, cells) => {
    it.each([...cells].map((cell, at) => [at + 1, cell] as const))("in 1.%i: %s", (minor, cell) => {
        expect(CELLS[cell]).toContain(standingOf(flag, minor));
    });
});

// A source, a flag, and how the minors on both sides of its boundaries stand to it.
const BOUNDARIES: readonly (readonly [source: string, flags: string, minors: Readonly<Record<number, Standing>>])[] = [
    ["PR 31197, PR 34906", "configure-cbr0", { 3: "known", 4: "deprecated", 5: "unknown" }],
    ["PR 33862", "experimental-flannel-overlay", { 1: "unknown", 4: "deprecated", 5: "unknown" }],
    ["PR 35523, CHANGELOG v1.6.0", "reconcile-cidr", { 4: "known", 5: "deprecated", 6: "unknown" }],
    ["CHANGELOG v1.6.0 (PR 40048)", "auth-path", { 5: "deprecated", 6: "unknown" }],
    ["CHANGELOG v1.6.0 (PR 40048)", "resource-container system-container", { 5: "deprecated", 6: "unknown" }],
    ["CHANGELOG v1.6.0", "experimental-nvidia-gpus", { 5: "known", 6: "unknown" }],
    ["options.go of 1.6, of 1.7", "babysit-daemons", { 1: "unknown", 6: "deprecated", 7: "unknown" }],
    [
        "options.go of 1.6, of 1.7",
        "experimental-cri experimental-cgroups-per-qos",
        { 5: "known", 6: "known", 7: "unknown" },
    ],
    ["options.go of 1.7", "enable-cri", { 5: "unknown", 6: "known", 7: "unknown" }],
    [
        "options.go of 1.7",
        "master-service-namespace non-masquerade-cidr",
        { 6: "known", 7: "deprecated", 17: "deprecated" },
    ],
    ["options.go of 1.7, flags.go of 1.9", "docker-exec-handler", { 6: "known", 7: "deprecated", 9: "unknown" }],
    [
        "options.go of 1.4",
        "maximum-dead-containers maximum-dead-containers-per-container minimum-container-ttl-duration",
        { 3: "known", 4: "deprecated", 17: "deprecated" },
    ],
    ["flags.go of 1.9, of 1.11", "rkt-path rkt-api-endpoint", { 3: "known", 10: "known", 11: "unknown" }],
    ["flags.go of 1.9, of 1.11", "rkt-stage1-image", { 3: "known", 4: "deprecated", 10: "deprecated", 11: "unknown" }],
    ["flags.go of 1.11, of 1.18", "redirect-container-streaming", { 10: "unknown", 11: "known", 18: "deprecated" }],
    ["options.go of 1.9", "keep-terminated-pod-volumes", { 8: "known", 9: "deprecated", 17: "deprecated" }],
    ["options.go of 1.8", "experimental-fail-swap-on", { 7: "known", 8: "deprecated", 17: "unknown" }],
    ["globalflags_linux.go of 1.10", "boot-id-file storage-driver-host", { 9: "known", 10: "deprecated" }],
    ["options.go of 1.17", "enable-cadvisor-json-endpoints", { 14: "unknown", 15: "deprecated" }],
    ["PR 91863", "experimental-kernel-memcg-notification", { 18: "known", 19: "deprecated" }],
    ["PR 91863", "kernel-memcg-notification", { 18: "unknown", 19: "in-file" }],
    ["options.go of 1.7, of 1.8", "outofdisk-transition-frequency", { 6: "known", 7: "deprecated", 8: "unknown" }],
    ["options.go of 1.7, of 1.8", "low-diskspace-threshold-mb", { 6: "known", 7: "deprecated", 8: "unknown" }],
    ["PR 60699", "enable-custom-metrics", { 8: "known", 9: "deprecated", 10: "deprecated", 11: "unknown" }],
    ["kubelet.md of 1.9", "init-config-dir", { 7: "unknown", 8: "known", 9: "known", 10: "unknown" }],
    ["PR 62509", "experimental-qos-reserved", { 10: "known", 11: "unknown" }],
    ["PR 62509", "qos-reserved", { 10: "unknown", 11: "in-file" }],
    ["options.go of 1.9, of 1.12", "experimental-allowed-unsafe-sysctls", { 10: "known", 11: "unknown" }],
    ["options.go of 1.9, of 1.12", "allowed-unsafe-sysctls", { 10: "unknown", 11: "known", 17: "in-file" }],
    ["options.go of 1.12", "cadvisor-port", { 9: "known", 10: "deprecated", 11: "deprecated", 12: "unknown" }],
    ["CHANGELOG-1.12", "docker-disable-shared-pid", { 11: "known", 12: "unknown" }],
    ["PR 69354", "google-json-key", { 12: "deprecated", 13: "unknown" }],
    ["microsoft/SDN issue 379", "allow-privileged", { 14: "deprecated", 15: "unknown" }],
    [
        "release notes of 1.15",
        "host-ipc-sources host-network-sources host-pid-sources",
        { 14: "deprecated", 15: "unknown" },
    ],
    ["PR 80043", "containerized", { 13: "known", 14: "deprecated", 15: "deprecated", 16: "unknown" }],
    ["feature gate TopologyManager", "topology-manager-policy", { 15: "unknown", 16: "in-file" }],
    ["feature gate CustomCPUCFSQuotaPeriod", "cpu-cfs-quota-period", { 11: "unknown", 12: "in-file" }],
    ["release notes of 1.17", "reserved-cpus", { 16: "unknown", 17: "in-file" }],
    ["PR 91577", "bootstrap-checkpoint-path", { 8: "unknown", 9: "known", 18: "known", 19: "unknown" }],
    ["PR 91182", "seccomp-profile-root", { 18: "known", 19: "deprecated" }],
    ["PR 90408", "cloud-provider cloud-config", { 18: "known", 19: "deprecated" }],
    ["PR 90499", "really-crash-for-testing chaos-chance", { 18: "known", 19: "deprecated" }],
    ["PR 90494", "enable-server provider-id", { 18: "known", 19: "in-file" }],
    ["PR 91275", "node-status-max-images", { 18: "known", 19: "in-file" }],
    ["PR 88480", "volume-plugin-dir", { 18: "known", 19: "in-file" }],
    ["PR 89683", "logging-format", { 18: "unknown", 19: "known" }],
    // As v1.10.3 logs it: redhat-nfvpe/kube-ansible issue 222, kubernetes/kops issue 5251.
    [
        "PR 60148",
        "cluster-dns cluster-domain pod-manifest-path anonymous-auth client-ca-file eviction-hard feature-gates address",
        { 9: "known", 10: "in-file", 19: "in-file" },
    ],
    ["PR 63912", "rotate-certificates", { 7: "unknown", 10: "known", 11: "in-file" }],
    [
        "options.go of 1.4, of 1.6; kubelet.md of 1.5",
        "cgroups-per-qos",
        { 4: "known", 5: "unknown", 6: "known", 10: "in-file" },
    ],
];

describe("each boundary, by its source", () => {
    const cases = BOUNDARIES.flatMap(([source, flags, minors]) =>
        flags
            .split(" ")
            .flatMap((flag) =>
                Object.entries(minors).map(([minor, standing]) => [source, flag, Number(minor), standing] as const),
            ),
    );
    it.each(cases)("%s: --%s in 1.%i is %s", (_, flag, minor, standing) => {
        expect(standingOf(flag, minor)).toBe(standing);
    });
});

/** Flags that the generated pages leave out, though their kubelets have them. */
const NEVER_LISTED = new Set(
    // Of libraries, or hidden.
    `alsologtostderr docker-root experimental-dockershim experimental-dockershim-root-directory help housekeeping-interval
    log-backtrace-at log-dir log-flush-frequency logtostderr stderrthreshold v version vmodule application-metrics-count-limit
    boot-id-file container-hints containerd containerd-namespace docker docker-env-metadata-whitelist docker-only docker-tls
    docker-tls-ca docker-tls-cert docker-tls-key enable-load-reader event-storage-age-limit event-storage-event-limit
    global-housekeeping-interval log-cadvisor-usage machine-id-file storage-driver-buffer-duration storage-driver-db
    storage-driver-host storage-driver-password storage-driver-secure storage-driver-table storage-driver-user`.split(
        /\s+/,
    ),
);

/** Known, and rightly not on the page of that minor: what stands there instead is unread, or came in a later patch. */
const NOT_LISTED: Readonly<Record<string, string>> = {
    // The first lines of that page are not in the copy that was read.
    "1.5": "address allow-privileged anonymous-auth authentication-token-webhook authentication-token-webhook-cache-ttl image-pull-progress-deadline",
    // Those between feature-gates and hostname-override are not.
    "1.9": `file-check-frequency google-json-key hairpin-mode healthz-bind-address healthz-port host-ipc-sources
        host-network-sources host-pid-sources`,
};

// Source: kubernetes/website v1.1/docs/admin/kubelet.md, docs/admin/kubelet.md of 15-Mar-2016, 13-Dec-2016 and 11-Jul-2017,
// docs/reference/generated/kubelet.md of 12-Dec-2017: the names alone. Deprecated flags are on none of them.
describe.each(readdirSync(join(__dirname, "documented")))("the page of %s", (file) => {
    const version = file.replace(/\.txt$/, "");
    const minor = Number(version.slice(2));
    const listed = readFileSync(join(__dirname, "documented", file), "utf8")
        .trim()
        .split(/\s+/);

    it("lists no flag that the table refuses or calls deprecated", () => {
        // The page of 1.7 lists this one with "deprecated" in its text; 1.2 renamed two, and 1.1 had them.
        const fine = new Set(["experimental-bootstrap-kubeconfig"]);
        const wrong = listed.filter((flag) => !["known", "in-file"].includes(standingOf(flag, minor) ?? ""));
        expect(wrong.filter((flag) => !fine.has(flag))).toEqual([]);
    });

    it("lists every flag that the table knows there", () => {
        const known = KNOWN_FLAGS.filter((flag) => standingOf(flag, minor) === "known");
        const missing = known.filter((flag) => !listed.includes(flag) && !NEVER_LISTED.has(flag));
        expect(missing.sort()).toEqual(
            (NOT_LISTED[version] ?? "")
                .split(/\s+/)
                .filter((flag) => flag !== "")
                .sort(),
        );
    });
});

describe("the table", () => {
    it("has every flag once, spelled with dashes", () => {
        expect(new Set(KNOWN_FLAGS).size).toBe(KNOWN_FLAGS.length);
        expect(KNOWN_FLAGS.filter((flag) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(flag))).toEqual([]);
        expect(KNOWN_FLAGS.length).toBeGreaterThan(200);
    });

    it("has periods in order, each with its marks inside", () => {
        for (const flag of KNOWN_FLAGS) {
            let last = 0;
            for (const { from, before, deprecated, inFile } of historyOf(flag) ?? []) {
                expect(from, flag).toBeGreaterThan(last);
                expect(before, flag).toBeGreaterThan(from);
                for (const mark of [deprecated, inFile].filter(Number.isFinite)) {
                    expect(mark, flag).toBeGreaterThanOrEqual(from);
                    expect(mark, flag).toBeLessThan(before);
                }
                last = before;
            }
            expect(last, flag).toBeGreaterThan(0);
        }
    });

    it.each([
        [undefined, false],
        [0, false],
        [OLDEST_MINOR, true],
        [NEWEST_MINOR, true],
        [20, false],
    ])("covers 1.%s: %s", (minor, expected) => {
        expect(isCovered(minor)).toBe(expected);
        expect(standingOf("kubeconfig", minor)).toBe(expected ? "known" : undefined);
    });

    it("knows nothing of a flag that no kubelet had, whatever its name", () => {
        for (const flag of ["cluster-dsn", "toString", "__proto__", ""]) expect(historyOf(flag)).toBeUndefined();
    });
});

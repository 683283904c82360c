// Hosts as one round trip shows them: bare, or as our own apply left them.
import { createHash } from "node:crypto";
import { renderUnit, UNIT_PATH } from "../../provider/kubelet/unit";
import type { Facts } from "../../provider/plan/facts";
import { triggersDigest, wantedLinks, wantedSnapshot } from "../../provider/plan/make";
import type { HostFile, HostRecord, Observed, Service } from "../../provider/plan/observed";
import type { KubeletServiceInputs } from "../../provider/spec/args";
import { specOf } from "../../provider/spec/defaults";
import type { Spec } from "../../provider/spec/spec";

export const SHIPPED: Facts = { osId: "coreos", osVersion: "1185.3.0", rktVersion: "1.14.0", wrapperSource: "host" };
export const OLD: Facts = { osId: "coreos", osVersion: "899.17.0", rktVersion: "1.0.0", wrapperSource: "uploaded" };

export const OWNER = "urn:pulumi:dev::p::x:KubeletService::node-1";
export const INSTANCE = "instance-1";

/** Arguments that differ; undefined takes one away. */
export type More = { readonly [Name in keyof KubeletServiceInputs]?: KubeletServiceInputs[Name] | undefined };

export const specWith = (more: More = {}): Spec =>
    specOf({
        ...{ connection: { host: "node-1" }, version: "v1.3.4_coreos.0", owner: OWNER },
        ...more,
    } as KubeletServiceInputs);

export const ABSENT: HostFile = { hash: "absent", text: "" };

export function fileOf(text: string): HostFile {
    return { hash: createHash("sha256").update(text).digest("hex"), text };
}

const DEAD: Service = {
    ...{ load: "not-found", active: "inactive", sub: "dead", result: "success", pid: 0, status: "0" },
    ...{ stale: false, unseen: false, started: 0, fragment: "" },
};

export const RUNNING: Service = {
    ...{ load: "loaded", active: "active", sub: "running", result: "success", pid: 4711, status: "0" },
    ...{ stale: false, unseen: false, started: 60, fragment: UNIT_PATH },
};

/** A CoreOS that never ran a kubelet. */
export function bare(facts = SHIPPED): Observed {
    return {
        os: { id: facts.osId, versionId: facts.osVersion, prettyName: `CoreOS ${facts.osVersion}` },
        ...{ machineId: "0123456789abcdef0123456789abcdef", bootId: "boot-1", uptime: 3600, systemd: "systemd 231" },
        rkt: `rkt Version: ${facts.rktVersion}`,
        ...{ unit: ABSENT, wrapper: ABSENT, links: [], service: DEAD },
        hostWrapper: facts.wrapperSource === "host" ? "b".repeat(64) : "absent",
        ...{ pod: undefined, operation: undefined, record: undefined, baseline: undefined },
        ...{ sources: {}, freeBytes: 2 ** 33, reserved: false },
        ...{ dropIns: [], rebootDue: [], cloudinit: [] },
    };
}

export function recordOf(spec: Spec, observed: Observed, more: Partial<HostRecord> = {}): HostRecord {
    return {
        ...{ seq: 1, state: "committed", operation: "op-1", reason: "", instance: INSTANCE, owner: spec.owner },
        ...{ adopted: false, triggers: triggersDigest(spec, observed), unit: observed.unit.hash },
        ...{ old: "", images: [] },
        ...more,
    };
}

/** The host after an apply of the spec that ended well. */
export function applied(spec: Spec, facts = SHIPPED): Observed {
    const { wrapper } = wantedSnapshot(spec, facts);
    const observed: Observed = {
        ...bare(facts),
        unit: fileOf(renderUnit(spec, facts)),
        wrapper: wrapper === undefined ? ABSENT : fileOf(wrapper),
        ...{ links: wantedLinks(spec), service: RUNNING, reserved: true },
        pod: { name: "quay.io/coreos/hyperkube", tag: spec.version, uuid: "uuid-1" },
        baseline: { unit: "absent", wrapper: "absent", links: [], active: false },
    };
    return { ...observed, record: recordOf(spec, observed) };
}

/** A host with a unit that somebody else wrote, and runs. */
export function foreign(text: string): Observed {
    return { ...bare(), unit: fileOf(text), links: ["multi-user.target.wants/kubelet.service"], service: RUNNING };
}

export const FOREIGN_UNIT = `[Unit]
Description=hand made
[Service]
Environment=KUBELET_VERSION=v1.2.3_coreos.0
ExecStart=/usr/lib/coreos/kubelet-wrapper --token=s3cret
[Install]
WantedBy=multi-user.target
`;

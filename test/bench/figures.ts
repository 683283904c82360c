// What benches have measured, kept until the page of figures is written.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../e2e/cli";
import type { Job } from "./peers/measure";

/** One contender at one job. */
export interface PeerSample {
    readonly contender: string;
    readonly job: Job;
    readonly hosts: number;
    /** Milliseconds that are added to a round trip. */
    readonly delay: number;
    /** Wall time. */
    readonly seconds: number;
    /** Of this machine's processors, hosts not counted. */
    readonly cpuSeconds: number;
    /** A host, both ways. */
    readonly kilobytes: number;
    readonly tcpConnections: number;
    /** Of the kubelet, on the host where it was longest; a version change alone has one. */
    readonly downtime: number;
}

/** Creates at once in one provider process, on simulated hosts on the same machine. */
export interface ScaleSample {
    readonly hosts: number;
    readonly seconds: number;
    /** MiB, the provider's peak. */
    readonly peak: number;
}

export interface NoOp {
    readonly nodes: number;
    /** Seconds of an `up` that changes nothing, one a round. */
    readonly ours: readonly number[];
    /** A provider that does nothing, and one property. */
    readonly empty: readonly number[];
    /** A provider that does nothing, and all the properties of a KubeletService. */
    readonly full: readonly number[];
}

/** By operation, on a simulated host; `bare ssh` stands beside the operations. */
export type RoundTrips = Readonly<Record<string, number>>;

export interface Figures {
    readonly peers: readonly PeerSample[];
    readonly scale: readonly ScaleSample[];
    readonly noOp: NoOp;
    readonly roundTrips: RoundTrips;
}

export interface Kept<Name extends keyof Figures> {
    /** Where and when, in words. */
    readonly measured: string;
    readonly figures: Figures[Name];
}

const FOLDER = join(REPOSITORY, ".work/bench");

/** Keeps figures under a name, in place of those that stood there. */
export function keep<Name extends keyof Figures>(name: Name, figures: Figures[Name]): void {
    const commit = execFileSync("git", ["rev-parse", "--short=10", "HEAD"], {
        cwd: REPOSITORY,
        encoding: "utf8",
    }).trim();
    const measured = `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${availableParallelism()} cores, Node ${process.version}`;
    const kept: Kept<Name> = { measured, figures };
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, `${name}.json`), JSON.stringify(kept, undefined, 1));
}

/** What was kept under a name; undefined: nothing was measured. */
export function kept<Name extends keyof Figures>(name: Name): Kept<Name> | undefined {
    const file = join(FOLDER, `${name}.json`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept<Name>) : undefined;
}

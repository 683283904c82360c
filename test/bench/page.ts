// Writes docs/performance.md and its pictures from what the benches have measured, at the end of `npm run bench`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../e2e/cli";
import { kept, type Figures, type Kept, type NoOp, type PeerSample } from "./figures";
import type { RoundTrips, ScaleSample } from "./figures";
import { BARE, COMMAND_SHAPE, ENGINE, OURS, ANSIBLE } from "./peers/names";
import { JOBS, type Job } from "./peers/measure";
import { lines } from "./plots";
import { median } from "./report";

const FILE = join(REPOSITORY, "docs/performance.md");
const PICTURES = join(REPOSITORY, "docs/performance");

/** Called by vitest once all benches have ended. */
export function teardown(): void {
    const [peers, scale, noOp, trips] = [kept("peers"), kept("scale"), kept("noOp"), kept("roundTrips")];
    if (peers === undefined || trips === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    const sections = [
        HEAD,
        goals(peers.figures, trips.figures, scale?.figures, noOp?.figures),
        `## The same job, side by side\n\nMeasured ${peers.measured}.\n\n${CONTENDERS}`,
        ...JOBS.map((job) => `### ${title(job)}: seconds\n\n${secondsTable(peers.figures, job)}`),
        `### Version change: what else it costs\n\n${costsTable(peers.figures)}\n\n${COSTS}`,
        pictures(peers.figures),
        section("Many hosts at once", scale, scaleSection),
        section("An `up` that changes nothing", noOp, noOpSection),
        section("Round trips", trips, tripsSection),
    ];
    writeFileSync(FILE, `${sections.join("\n\n")}\n`);
}

function section<Name extends keyof Figures>(
    name: string,
    of: Kept<Name> | undefined,
    tell: (figures: Figures[Name]) => string,
): string {
    const told = of === undefined ? NOT_MEASURED : `Measured ${of.measured}.\n\n${tell(of.figures)}`;
    return `## ${name}\n\n${told}`;
}

const NOT_MEASURED = "Not measured yet.";

const HEAD = `# Performance

Written by \`npm run bench\` (as root on Linux), from what it measured; change nothing here. Hosts, sshd, tools and all run on one
small machine and take its processors from one another, so times are to be compared within one table only. Health takes no time
here: \`minReadySeconds\` is 0, for no peer waits. In earnest it is added to each wave.`;

const CONTENDERS = `Hosts are CoreOS 1185.3.0 with a systemd and an sshd of their own (systemd-nspawn), on links that take so many milliseconds more
for a round trip. Each contender writes \`kubelet.service\`, reloads systemd, enables and restarts the kubelet where the unit has
changed, and sees that it runs; at most 50 hosts at once; host keys are checked. Medians of three rounds, of one with 50 hosts where they stand below.

- **${OURS}**: \`pulumi up --skip-preview\`. It also fetches the image first, verifies the unit, watches health and can roll back.
- **${COMMAND_SHAPE}**: its \`CopyToRemote\` and two \`Command\`s a host, under the same engine. A stand-in in Node: the plugin
  itself cannot be had from package registries.
- **${ANSIBLE}**: ansible-core of Debian; pipelining, ControlPersist, 50 forks, no facts; copy, systemd, command.
- **a sequence of ssh calls**: compare, scp, move and restart, look; written by hand.
- **${BARE}**: \`ssh HOST 'sudo bash -s' < script\`, one a host. No product: it sees no failure that systemd does not tell at once.
- **${ENGINE}**: \`pulumi up\` with as many resources of a provider that does nothing.

The floor is the last two together.`;

const COSTS = `Round trips: seconds at 200 ms minus those at 0 ms, by 0.2 s, with one host. Bytes are both ways, frames and all, a host.
Processor seconds are of this machine without the hosts, at 0 ms. Downtime is that of the host where it was longest, from the end of
the old kubelet to systemd's start of the new one.`;

const title = (job: Job): string => `${job.slice(0, 1).toUpperCase()}${job.slice(1)}`;

/** Contenders in the order in which they ran. */
const contendersOf = (samples: readonly PeerSample[]): readonly string[] => [
    ...new Set(samples.map(({ contender }) => contender)),
];

interface Cell {
    readonly hosts: number;
    readonly delay: number;
}

function cellsOf(samples: readonly PeerSample[]): readonly Cell[] {
    const keys = new Set(samples.map(({ hosts, delay }) => JSON.stringify({ hosts, delay })));
    return [...keys].map((key) => JSON.parse(key) as Cell);
}

function figure(
    samples: readonly PeerSample[],
    contender: string,
    job: Job,
    { hosts, delay }: Cell,
    of: (sample: PeerSample) => number,
): number {
    const those = samples.filter(
        (one) => one.contender === contender && one.job === job && one.hosts === hosts && one.delay === delay,
    );
    return median(those.map(of));
}

const secondsOf = (samples: readonly PeerSample[], contender: string, job: Job, cell: Cell): number =>
    figure(samples, contender, job, cell, ({ seconds }) => seconds);

const floorOf = (samples: readonly PeerSample[], job: Job, cell: Cell): number =>
    secondsOf(samples, ENGINE, job, cell) + secondsOf(samples, BARE, job, cell);

const one = (value: number): string => value.toFixed(1);
const two = (value: number): string => value.toFixed(2);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const cellName = ({ hosts, delay }: Cell): string => `${hosts === 1 ? "1 host" : `${hosts} hosts`}, ${delay} ms`;

function secondsTable(samples: readonly PeerSample[], job: Job): string {
    const cells = cellsOf(samples);
    const row = (name: string, of: (cell: Cell) => string): readonly string[] => [name, ...cells.map(of)];
    return table(
        ["", ...cells.map(cellName)],
        [
            ...contendersOf(samples).map((name) => row(name, (cell) => one(secondsOf(samples, name, job, cell)))),
            row("floor", (cell) => one(floorOf(samples, job, cell))),
            row("ours by the floor", (cell) => two(secondsOf(samples, OURS, job, cell) / floorOf(samples, job, cell))),
        ],
    );
}

function costsTable(samples: readonly PeerSample[]): string {
    const job = "version change";
    const near = cellsOf(samples).filter(({ delay }) => delay === 0);
    const [single = { hosts: 1, delay: 0 }] = near;
    const far = { ...single, delay: 200 };
    const sizes = near.map(({ hosts }) => hosts).join(" / ");
    return table(
        ["", "round trips", "TCP connections", "kB", "processor seconds, 1 host", `downtime in s, ${sizes} hosts`],
        contendersOf(samples)
            .filter((name) => name !== ENGINE)
            .map((name) => [
                name,
                ((secondsOf(samples, name, job, far) - secondsOf(samples, name, job, single)) / 0.2).toFixed(0),
                String(figure(samples, name, job, single, ({ tcpConnections }) => tcpConnections)),
                figure(samples, name, job, single, ({ kilobytes }) => kilobytes).toFixed(0),
                one(figure(samples, name, job, single, ({ cpuSeconds }) => cpuSeconds)),
                near.map((cell) => two(figure(samples, name, job, cell, ({ downtime }) => downtime))).join(" / "),
            ]),
    );
}

function pictures(samples: readonly PeerSample[]): string {
    const job = "version change";
    const cells = cellsOf(samples);
    const points = (among: readonly Cell[], x: (cell: Cell) => number): Parameters<typeof lines>[0] =>
        contendersOf(samples).flatMap((series) =>
            among.map((cell) => ({ series, x: x(cell), y: secondsOf(samples, series, job, cell) })),
        );
    const single = cells.filter(({ hosts }) => hosts === 1);
    const far = cells.filter(({ delay }) => delay === 50);
    picture(
        "one-host",
        lines(
            points(single, ({ delay }) => delay),
            { x: "added milliseconds of a round trip", y: "seconds" },
        ),
    );
    const axes = { x: "hosts", y: "seconds", isLogarithmic: true };
    picture(
        "many-hosts",
        lines(
            points(far, ({ hosts }) => hosts),
            axes,
        ),
    );
    return [
        "![Seconds of a version change on one host, by delay](performance/one-host.svg)",
        "![Seconds of a version change by hosts, 50 ms away](performance/many-hosts.svg)",
    ].join("\n\n");
}

function scaleSection(samples: readonly ScaleSample[]): string {
    const points = (series: string, y: (sample: ScaleSample) => number): Parameters<typeof lines>[0] =>
        samples.map((sample) => ({ series, x: sample.hosts, y: y(sample) }));
    picture(
        "memory",
        lines(
            points("peak memory of the provider", ({ peak }) => peak),
            { x: "hosts", y: "MiB", isLogarithmic: true },
        ),
    );
    picture(
        "time",
        lines(
            points("time of all creates", ({ seconds }) => seconds),
            { x: "hosts", y: "s", isLogarithmic: true },
        ),
    );
    return [
        "Creates at once in one provider process, on simulated hosts, which take most of the time: they run on this machine too.",
        table(
            ["hosts", "seconds", "peak memory of the provider, MiB"],
            samples.map(({ hosts, seconds, peak }) => [String(hosts), one(seconds), peak.toFixed(0)]),
        ),
        "![Memory of the provider by hosts](performance/memory.svg)",
        "![Time of all creates by hosts](performance/time.svg)",
    ].join("\n\n");
}

function noOpSection({ nodes, ours, empty, full }: NoOp): string {
    const rows = [
        [OURS, ours],
        ["a provider that does nothing, one property a resource", empty],
        ["a provider that does nothing, all the properties of a `KubeletService`", full],
    ] as const;
    return `${nodes} nodes of which none changes, medians of ${ours.length}. No host is dialled.

${table(
    ["", "seconds"],
    rows.map(([name, times]) => [name, one(median(times))]),
)}

The SDK writes down where each promise of each property was made; a \`KubeletService\` spares it that.`;
}

function tripsSection(trips: RoundTrips): string {
    const bare = trips["bare ssh"] ?? NaN;
    return [
        "By the difference of two delays, on a simulated host, without engine. Each operation is one TCP connection, one log-in and one",
        "channel.\n",
        table(
            ["", "round trips", "more than one bare ssh"],
            Object.entries(trips).map(([name, count]) => [
                name,
                one(count),
                name === "bare ssh" ? "" : one(count - bare),
            ]),
        ),
    ].join("\n");
}

function goals(
    samples: readonly PeerSample[],
    trips: RoundTrips,
    scale: readonly ScaleSample[] | undefined,
    noOp: NoOp | undefined,
): string {
    const more = (name: string): number => (trips[name] ?? NaN) - (trips["bare ssh"] ?? NaN);
    const changes = Math.max(more("create"), more("update"), more("delete"));
    const cells = cellsOf(samples).filter(({ delay }) => delay <= 50);
    const all = JOBS.flatMap((job) => cells.map((cell) => ({ job, cell })));
    const above = all.map(({ job, cell }) => secondsOf(samples, OURS, job, cell) / floorOf(samples, job, cell));
    const slower = (other: string): readonly string[] =>
        all
            .filter(({ job, cell }) => secondsOf(samples, OURS, job, cell) >= secondsOf(samples, other, job, cell))
            .map(({ job, cell }) => `${job} of ${cellName(cell)}`);
    const beaten = [...slower(COMMAND_SHAPE), ...slower(ANSIBLE)];
    const idle = noOp === undefined ? undefined : median(noOp.ours) / median(noOp.empty);
    const hundred = scale?.find(({ hosts }) => hosts === 100)?.peak;
    const down = (name: string): number =>
        figure(samples, name, "version change", { hosts: 1, delay: 50 }, ({ downtime }) => downtime);
    const rows: readonly (readonly [string, boolean | undefined, string])[] = [
        ["at most 1 round trip more than a bare ssh for a change", changes <= 1, `${one(changes)} more`],
        ["no round trip more for a refresh", Math.round(more("refresh")) <= 0, `${one(more("refresh"))} more`],
        [
            "wall time within 1.25 of the floor, at 0 and 50 ms",
            Math.max(...above) <= 1.25,
            `${two(Math.min(...above))} to ${two(Math.max(...above))}`,
        ],
        [
            "below the shape of @pulumi/command and tuned Ansible in every cell",
            beaten.length === 0,
            beaten.join("; ") || "in all",
        ],
        [
            "an `up` of 500 nodes that changes nothing within 10 % of the engine's own time",
            idle === undefined ? undefined : idle <= 1.1,
            noOp === undefined
                ? ""
                : `${two(median(noOp.ours) / median(noOp.empty))} of it; ${two(median(noOp.ours) / median(noOp.full))} of it with the same properties`,
        ],
        [
            "the kubelet is down for its restart alone, as with a bare ssh (50 ms)",
            down(OURS) <= 1.25 * down(BARE),
            `${two(down(OURS))} s beside ${two(down(BARE))} s`,
        ],
        [
            "less than 250 MB with 100 hosts at once",
            hundred === undefined ? undefined : hundred * 2 ** 20 < 250e6,
            hundred === undefined ? "" : `${hundred.toFixed(0)} MiB`,
        ],
    ];
    return `## Goals\n\n${table(
        ["goal", "met", "measured"],
        rows.map(([goal, isMet, measured]) => [
            goal,
            isMet === undefined ? "not measured" : isMet ? "yes" : "**no**",
            measured,
        ]),
    )}`;
}

function picture(name: string, svg: string): void {
    writeFileSync(join(PICTURES, `${name}.svg`), svg);
}

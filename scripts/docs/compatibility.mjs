// @ts-check
// The page on what works where. Its prose is here, its facts are in the tables of provider/.
import { FIRST_ARM64_WRAPPER } from "../../dist/coreos/generations.js";
import { FLATCAR_ON_DOCKER, osProblem } from "../../dist/coreos/releases.js";
import { FIRST_FLATCAR } from "../../dist/coreos/software.js";
import { flagTable } from "./flags.mjs";
import { releaseTable } from "./releases.mjs";
import { variableTable, volumeTable, wrapperTable } from "./wrappers.mjs";

const HEAD = `# What works where

Written by \`npm run docs\` from the tables in \`provider/coreos\`, \`provider/rkt\` and \`provider/kubelet\`, which name the source of
each fact; change it there. A test fails where this page and the tables part.

Releases are ordered by number. A row holds from its first release up to, and without, the first one of the next row; a release
between two that are known is taken to be like the older one. \`?\`: not known. What is refused is refused before anything on the
host is touched. What counts is the rkt and the wrapper that are found on a host: a host with another rkt than its release's is
judged by that rkt.`;

const LEGEND = `- **kubelet-wrapper**: the form that the release ships at \`/usr/lib/coreos/kubelet-wrapper\` (see below), or \`uploaded\`: ours, at
  \`/opt/bin/kubelet-wrapper\`. Until coreos-overlay fbf8bc4dc (2017-05-26) only images for amd64 had one, by that date the first for
  arm64 is ${FIRST_ARM64_WRAPPER} or newer; ours is uploaded wherever none is found.
- **\`containerLogs\`**: whose volume brings \`/var/log\` into the pod; we leave ours out where the wrapper has one.
- **\`iscsi\`**: whether \`/usr/sbin/iscsiadm\` is there.
- **recursive volumes**: whether rkt does what \`recursive\` of a volume asks (1.15.0); 1.13 and 1.14 only take the word.
- **\`rkt stop\`**: whether the unit stops its pod by \`rkt stop --uuid-file\`; elsewhere systemd ends the kubelet.
- **image by default**: as what \`quay.io/coreos/hyperkube\` is fetched where \`image.repository\` is not set.`;

const FLATCAR = `The software of an Edge release (\`.99.\`) can be newer than its row says. Refused besides, as Edge releases whose wrapper is not
for rkt:`;

const VOLUMES = `What each mounts by itself. Of two volumes on one target the first on rkt's command line counts, so yours where RKT_OPTS stand
before the wrapper's own; rkt 1.26 and newer drop the other one, older ones do not start.`;

const FLAGS = `Where \`yes\` stands the kubelet of that minor has the flag; \`old\`: it is deprecated; \`file\`: it belongs in the file of \`--config\`, and
is taken still; –: the kubelet exits at it. \`--config\` names the pod manifests at first, and a file of settings from 1.10 on.
[kubelet-flags.md](kubelet-flags.md) tells how each is judged, and from which sources.`;

export function compatibilityPage() {
    const onDocker = FLATCAR_ON_DOCKER.map(
        (versionId) => `- ${versionId}: ${osProblem({ id: "flatcar", versionId, prettyName: "" })}`,
    );
    const parts = [
        HEAD,
        "## CoreOS",
        "Older releases than these have an rkt without fly, or none; the last release was 2514.1.0.",
        releaseTable("coreos", "717.0.0"),
        LEGEND,
        "## Flatcar",
        releaseTable("flatcar", FIRST_FLATCAR),
        `${FLATCAR}\n\n${onDocker.join("\n")}`,
        "## Forms of the kubelet-wrapper",
        wrapperTable(),
        "Variables that each reads:",
        variableTable(),
        VOLUMES,
        volumeTable(),
        "## Flags of the kubelet",
        FLAGS,
        flagTable(),
    ];
    return `${parts.join("\n\n")}\n`;
}

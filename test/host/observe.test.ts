// What the real program sees of a host, in a scratch folder that stands for one.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { OBSERVATION } from "../../provider/host/programs";
import { observedFrom } from "../../provider/host/observe";
import { parseLine, type Message } from "../../provider/host/protocol";
import type { Observed } from "../../provider/plan/observed";
import { scratchHost } from "./programs";

const host = scratchHost();
const FOLDER = "etc/systemd/system/kubelet.service.d";

beforeEach(() => {
    for (const folder of ["etc/systemd/system", "run", "var/lib"]) mkdirSync(host.at(folder), { recursive: true });
});

function lay(path: string, text = ""): string {
    const file = host.at(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
}

/** What `observe` tells, where systemctl says this of the kubelet. `$start` is the time since boot, in microseconds. */
function observed(systemctl = "echo ActiveState=active", before = ":"): Observed {
    return observedFrom(told(systemctl, before, "observe"));
}

function told(systemctl: string, before: string, call: string): readonly Message[] {
    const set = "rkt() { :; }; now; start=$((REPLY * 10000))";
    const script = `${set}; ${before}; systemctl() { ${systemctl}; }; ${call}`;
    const { stdout, stderr } = host.bash(OBSERVATION, script);
    expect(stderr).toBe("");
    const messages = stdout.split("\n").flatMap((line): readonly Message[] => {
        const message = parseLine(line);
        return message === undefined ? [] : [message];
    });
    expect(messages.at(-1)?.verb).toBe("end");
    return messages;
}

const dropInsOf = (seen: Observed): readonly string[] => seen.dropIns.map(({ path }) => path);

describe("drop-ins", () => {
    test("none", () => {
        expect(observed().dropIns).toEqual([]);
    });

    test("of every folder, by the names of the files; of two with one name the one in the stronger folder", () => {
        const later = lay(`${FOLDER}/90.conf`, "[Service]\nNice=9\n");
        for (const folder of ["run", "usr/lib"]) lay(`${folder}/systemd/system/kubelet.service.d/90.conf`, "weaker");
        lay("run/systemd/system/kubelet.service.d/50.conf");
        lay("usr/lib/systemd/system/kubelet.service.d/10.conf");
        for (const name of ["README", "20.conf.bak", "30.CONF"]) lay(`${FOLDER}/${name}`);
        const seen = observed();
        expect(dropInsOf(seen)).toEqual([
            "/usr/lib/systemd/system/kubelet.service.d/10.conf",
            "/run/systemd/system/kubelet.service.d/50.conf",
            `/${FOLDER}/90.conf`,
        ]);
        const sum = spawnSync("sha256sum", [later], { encoding: "utf8" }).stdout.slice(0, 64);
        expect(seen.dropIns.at(-1)).toEqual({ path: `/${FOLDER}/90.conf`, hash: sum, text: "[Service]\nNice=9\n" });
    });

    test("that only systemd knows where to find", () => {
        lay("run/systemd/generator/kubelet.service.d/40.conf");
        const known = `echo "DropInPaths=/${FOLDER}/10.conf /run/systemd/generator/kubelet.service.d/40.conf"`;
        lay(`${FOLDER}/10.conf`);
        expect(dropInsOf(observed(known))).toEqual([
            `/${FOLDER}/10.conf`,
            "/run/systemd/generator/kubelet.service.d/40.conf",
        ]);
    });

    test("that systemd knows and that are gone", () => {
        expect(observed(`echo DropInPaths=/${FOLDER}/10.conf`).dropIns).toEqual([]);
    });

    test("behind a link: what it leads to; /dev/null, which masks one, has no text", () => {
        mkdirSync(host.at(FOLDER));
        symlinkSync(lay("opt/of-a-store", "[Service]\nNice=1\n"), host.at(`${FOLDER}/10.conf`));
        symlinkSync("/dev/null", host.at(`${FOLDER}/20.conf`));
        symlinkSync(host.at("nowhere"), host.at(`${FOLDER}/30.conf`));
        expect(observed().dropIns).toEqual([
            {
                path: `/${FOLDER}/10.conf`,
                hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
                text: "[Service]\nNice=1\n",
            },
            { path: `/${FOLDER}/20.conf`, hash: "other", text: "" },
            { path: `/${FOLDER}/30.conf`, hash: "absent", text: "" },
        ]);
    });
});

describe("a kubelet that has not seen its drop-ins", () => {
    const started = (when: string): string => `echo "MainPID=1"; echo "ExecMainStartTimestampMonotonic=$((${when}))"`;
    /** Commands of bash that change the host a moment after `$start`, or before it. */
    const change = (script: string): string => `sleep 0.05; cd ${host.at("")}; ${script}; sleep 0.05`;
    /** The first look at the wall clock takes a while. */
    const busy = 'date() { [[ -e busy ]] || { : >busy; sleep 0.3; }; command date "$@"; }';
    const [BEFORE, AFTER] = ["start - 60000000", "start + 1000000"];

    test.each<readonly [what: string, script: string, when: string, unseen: boolean]>([
        ["one came after its start", `mkdir -p ${FOLDER}; touch ${FOLDER}/10.conf`, "start", true],
        ["one changed after its start", `echo x >>${FOLDER}/old.conf`, "start", true],
        ["one changed its mode after its start", `chmod 600 ${FOLDER}/old.conf`, "start", true],
        ["one changed, and the machine is busy", `${busy}; echo x >>${FOLDER}/old.conf`, "start", true],
        ["one went after its start", `rm ${FOLDER}/old.conf`, "start", true],
        ["all went with their folder after its start", `rm -r ${FOLDER}`, "start", true],
        ["one came to /run after its start", "mkdir -p run/systemd/system/kubelet.service.d", "start", true],
        ["one came before its start", `touch ${FOLDER}/10.conf`, AFTER, false],
        ["nothing changed", ":", "start", false],
        ["something else changed beside them", "touch etc/systemd/system/other.service", "start", false],
        ["it was started before they were laid", ":", BEFORE, true],
    ])("%s", (_, script, when, unseen) => {
        const old = lay(`${FOLDER}/old.conf`, "[Service]\n");
        // A faked time of the content does not make it older than it is.
        utimesSync(old, 0, 0);
        expect(observed(started(when), change(script)).service.unseen).toBe(unseen);
    });
});

describe("a reboot that is due", () => {
    test.each<readonly [string, readonly string[], Observed["rebootDue"]]>([
        ["not", [], []],
        ["for an update of the OS", ["update_engine_autoupdate_completed"], ["os-update"]],
        ["as a file asks for", ["reboot-required"], ["required"]],
        ["by schedule", ["systemd/shutdown/scheduled"], ["scheduled"]],
        [
            "for more than one reason",
            ["systemd/shutdown/scheduled", "update_engine_autoupdate_completed"],
            ["os-update", "scheduled"],
        ],
    ])("%s", (_, files, due) => {
        for (const file of files) lay(`run/${file}`);
        expect(observed().rebootDue).toEqual(due);
    });
});

describe("user data of cloudinit with a kubelet.service", () => {
    // Source: coreos/coreos-cloudinit Documentation/cloud-config-locations.md.
    const PLACES = [
        "/media/configdrive/openstack/latest/user_data",
        "/media/configvirtfs/openstack/latest/user_data",
        "/usr/share/oem/cloud-config.yml",
        "/var/lib/coreos-install/user_data",
        "/var/lib/coreos-vagrant/vagrantfile-user-data",
        "/var/lib/waagent/CustomData",
    ];

    test.each(PLACES)("%s", (place) => {
        lay(place, "#cloud-config\ncoreos:\n  units:\n    - name: kubelet.service\n      command: start\n");
        expect(observed().cloudinit).toEqual([place]);
    });

    test("several", () => {
        for (const place of PLACES) lay(place, "- name: kubelet.service\n");
        expect(observed().cloudinit).toEqual(PLACES);
    });

    test.each<readonly [string, string, boolean]>([
        ["in JSON", '{"coreos":{"units":[{"name":"kubelet.service","command":"start"}]}}', true],
        ["in quotes", "  - name: 'kubelet.service'", true],
        ["at the end of a flow", "  - {command: start, name: kubelet.service}", true],
        ["as a file that is written", "  - path: /etc/systemd/system/kubelet.service", true],
        ["as a file, in quotes", '  - path: "/etc/systemd/system/kubelet.service"', true],
        ["by a script", "cat >/etc/systemd/system/kubelet.service <<EOF", true],
        ["in a comment", "#    - name: kubelet.service", false],
        ["as what another unit waits for", "        After=kubelet.service", false],
        ["as the end of another name", "    - name: my-kubelet.service\n    - name: xkubelet.service", false],
        ["as the beginning of another name", "    - name: kubelet.service.bak", false],
        ["as the folder of a drop-in", "  - path: /etc/systemd/system/kubelet.service.d/10.conf", false],
        ["not at all", "coreos: {}", false],
    ])("named %s", (_, text, isNamed) => {
        lay("var/lib/coreos-install/user_data", `#cloud-config\n${text}\n`);
        expect(observed().cloudinit).toEqual(isNamed ? ["/var/lib/coreos-install/user_data"] : []);
    });

    test("that cannot be read, or is a folder, is none", () => {
        mkdirSync(host.at("var/lib/coreos-install/user_data"), { recursive: true });
        expect(observed().cloudinit).toEqual([]);
    });
});

describe("how long the kubelet runs", () => {
    test("since its newest start, in seconds, beside those of the host", () => {
        const { uptime, service } = observed('echo "ExecMainStartTimestampMonotonic=$((start - 7250000))"');
        expect(uptime - service.started).toBeGreaterThanOrEqual(7.25);
        expect(uptime - service.started).toBeLessThan(37.25);
    });

    test("there was none yet", () => {
        expect(observed("echo ExecMainStartTimestampMonotonic=0").service.started).toBe(0);
    });
});

describe("a look", () => {
    /** What the kubelet is told to have said, where curl does this, and the whole besides. */
    const saidBy = (curl: string, port: number): readonly [string | undefined, Observed] => {
        lay("data/source");
        const messages = told("echo ActiveState=active", `curl() { ${curl}; }`, `look ${port} /data/source`);
        return [messages.find(({ verb }) => verb === "healthz")?.fields["said"], observedFrom(messages)];
    };

    test.each<readonly [what: string, curl: string, port: number, said: string]>([
        ["ok", "printf ok", 10248, "ok"],
        ["of the port that was asked for", 'printf "%s" "$*"', 1234, "http://127.0.0.1:1234/healthz"],
        ["nobody listens", 'echo "curl: (7) Failed to connect" >&2; return 7', 10248, "curl: (7) Failed to connect"],
        ["much", "printf 'x%.0s' {1..500}", 10248, "x".repeat(200)],
        ["not asked", "printf sick", 0, "ok"],
    ])("%s", (_, curl, port, said) => {
        const [heard, seen] = saidBy(curl, port);
        expect(heard?.slice(-said.length)).toBe(said);
        expect(seen.service.active).toBe("active");
        expect(seen.sources).toEqual({ "/data/source": "file" });
    });

    test("changes nothing; an observation settles what was put back at boot", () => {
        const restored = "record_read; record_prepare && rec[state]=restored && record_write";
        const messages = told("echo ActiveState=active", ":", "look 0");
        expect(observedFrom(messages).record).toBeUndefined();
        expect(readdirSync(host.at("run"))).toEqual([]);
        const looked = observedFrom(told("echo ActiveState=active", restored, "look 0"));
        expect(looked.record).toMatchObject({ seq: 1, state: "restored" });
        expect(readdirSync(host.at("run"))).toEqual([]);
        expect(observed().record).toMatchObject({ seq: 2, state: "rolled-back" });
    });
});

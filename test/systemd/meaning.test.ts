import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareMeaning, meaningOf } from "../../provider/systemd/meaning";
import { environmentLine, execLine } from "../../provider/systemd/quote";
import { expressibleText } from "./support/arbitraries";

const UNIT = `[Unit]
Description=Kubelet of the host
After=network.target docker.service

[Service]
Environment="KUBELET_VERSION=v1.3.4"
Environment="RKT_OPTS=--a x --b y"
ExecStartPre=/usr/bin/mkdir -p /etc/kubernetes
ExecStart=/usr/lib/coreos/kubelet-wrapper --a=1 --b=2 --c --d=3 --c=4 --a=5
ExecStop=-/usr/bin/rkt stop
Restart=always
RestartSec=10
User=root

[Install]
WantedBy=multi-user.target
`;

function changed(from: string | RegExp, to: string): string {
    const text = UNIT.replace(from, to);
    if (text === UNIT) throw new Error(`The unit has no ${String(from)}.`);
    return text;
}

describe("compareMeaning: nothing to do for", () => {
    it.each<[string, string | RegExp, string]>([
        ["comments", "[Service]", "# note\n\n[Service]\n; another"],
        ["spacing", "Restart=always", "  Restart = always  "],
        ["spacing of the description", "Kubelet of", "Kubelet \\\n  of"],
        ["quoting", '"KUBELET_VERSION=v1.3.4"', "KUBELET_VERSION='v1.3.4'"],
        ["quoting of a command", "/usr/bin/mkdir -p", "/usr/bin/mkdir '-p'"],
        ["continued lines", "--a=1 --b=2", "\\\n  --a=1 \\\n  # note\n  --b=2"],
        ["the order of keys", /(Restart=.*\n)(RestartSec=.*\n)/, "$2$1"],
        ["the order of variables", /(Environment="K.*\n)(Environment="R.*\n)/, "$2$1"],
        ["one line for all variables", '"\nEnvironment="RKT', '" "RKT'],
        ["a variable set twice", "Environment=", "Environment=KUBELET_VERSION=old\nEnvironment="],
        ["space within RKT_OPTS", "--a x --b y", " --a  x\\\n --b\ty "],
        ["the order of flags", "--a=1 --b=2", "--b=2 --a=1"],
        ["the order of units", "network.target docker.service", "docker.service\nAfter= network.target"],
        ["an empty After, which forgets nothing", "[Service]", "After=\n[Service]"],
        ["what was forgotten again", "ExecStartPre=", "ExecStartPre=/bin/y\nExecStartPre=\nExecStartPre="],
        ["an assignment of nothing", "User=root", "User=root\nEnvironmentFile="],
    ])("%s", (_, from, to) => {
        expect(compareMeaning(UNIT, changed(from, to))).toBe("same");
    });
});

describe("compareMeaning: a reload for", () => {
    it.each<[string, string | RegExp, string]>([
        ["Restart", "always", "on-failure"],
        ["RestartSec", "RestartSec=10", "RestartSec=20"],
        ["StartLimit", "[Service]", "[Service]\nStartLimitInterval=0"],
        ["TimeoutStartSec", "[Service]", "[Service]\nTimeoutStartSec=0"],
        ["ExecStop", "rkt stop", "rkt stop --force"],
        ["ExecStopPost", "[Service]", "[Service]\nExecStopPost=/bin/x"],
        ["KillMode", "[Service]", "[Service]\nKillMode=process"],
        ["the description", "Kubelet", "kubelet"],
        ["relations", " docker.service", ""],
        ["unknown settings of the unit", "[Service]", "ConditionPathExists=/x\n[Service]"],
        ["a condition more", "[Install]", "[Unit]\nConditionHost=a\n[Install]"],
        ["[Install]", "multi-user.target", "basic.target"],
        ["sections that systemd does not know", "[Install]", "[X-Fleet]\nGlobal=true\n[Install]"],
    ])("%s", (_, from, to) => {
        expect(compareMeaning(UNIT, changed(from, to))).toBe("reload");
        expect(compareMeaning(changed(from, to), UNIT)).toBe("reload");
    });
});

describe("compareMeaning: a restart for", () => {
    it.each<[string, string | RegExp, string]>([
        ["a flag", "--b=2", "--b=3"],
        ["the order of one flag's values", "--a=1 --b=2", "--a=1 --a=0"],
        ["the order of one flag's values, spelled in two ways", "--a=1 --b=2", "--b-c=2 --b_c=1"],
        ["a flag that moves past a word which may take it for its value", "--c --d=3 --c=4", "--d=3 --c --c=4"],
        ["flags after the end of flags", "--a=1 --b=2", "-- --b=2 --a=1"],
        ["the program", "kubelet-wrapper", "other"],
        ["the prefix of the program", "ExecStart=/", "ExecStart=-/"],
        ["ExecStartPre", "/etc/kubernetes", "/etc/kubernetes/manifests"],
        ["a variable", "v1.3.4", "v1.3.5"],
        ["a variable that is a specifier", "v1.3.4", "%v"],
        ["a word of RKT_OPTS", "--b y", "--b z"],
        ["the order in RKT_OPTS", "--a x --b y", "--b y --a x"],
        ["EnvironmentFile", "User=root", "User=root\nEnvironmentFile=-/etc/x"],
        ["User", "User=root", "User=core"],
        ["LimitNOFILE", "User=root", "User=root\nLimitNOFILE=1024"],
        ["a setting that nobody here knows", "User=root", "User=root\nFoo=bar"],
        ["a restart beside a reload", /Restart=always([^]*)User=root/, "Restart=no$1User=core"],
    ])("%s", (_, from, to) => {
        expect(compareMeaning(UNIT, changed(from, to))).toBe("restart");
        expect(compareMeaning(changed(from, to), UNIT)).toBe("restart");
    });

    it.each([
        ["$$a", "$a"],
        ["%%h", "%h"],
        ["'a b'", "a b"],
        ["';'", ";"],
        ["--b=2 --a=1 --", "-- --b=2 --a=1"],
        ["--b=1 --b_=2 --b=2", "--b=2 --b_=2 --b=1"],
        ["-v --b=2 --a=1", "-v --a=1 --b=2"],
        ["-- x --b=2 --a=1", "-- x --a=1 --b=2"],
    ])("the words %s against %s", (a, b) => {
        expect(compareMeaning(`[Service]\nExecStart=/bin/x ${a}`, `[Service]\nExecStart=/bin/x ${b}`)).toBe("restart");
    });
});

describe("compareMeaning", () => {
    it("tells two environments or command lines apart exactly when they differ", () => {
        const sample = fc.tuple(expressibleText, fc.array(expressibleText, { maxLength: 3 }));
        fc.assert(
            fc.property(sample, sample, fc.boolean(), ([value, words], other, isSame) => {
                const unit = ([text, rest]: [string, string[]]): string =>
                    `[Service]\n${environmentLine("V", [text])}\n${execLine("ExecStopPost", ["/bin/x", ...rest])}`;
                const [otherValue, otherWords] = isSame ? [value, words] : other;
                const isEqual = value === otherValue;
                const effect = JSON.stringify(words) === JSON.stringify(otherWords) ? "same" : "reload";
                expect(compareMeaning(unit([value, words]), unit([otherValue, otherWords]))).toBe(
                    isEqual ? effect : "restart",
                );
            }),
        );
    });

    it("does not move for the order of distinct flags, whatever they hold", () => {
        const flags = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), expressibleText), {
            selector: ([name]) => name,
        });
        const unit = (pairs: readonly [string, string][]): string =>
            `[Service]\n${execLine("ExecStart", ["/bin/x", ...pairs.map(([name, value]) => `--${name}=${value}`)])}`;
        fc.assert(
            fc.property(flags, (pairs) => {
                expect(compareMeaning(unit(pairs), unit(pairs.toReversed()))).toBe("same");
            }),
        );
    });

    it("says nothing changed of any text and itself, and never throws", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), (text) => {
                expect(compareMeaning(text, text)).toBe("same");
                expect(compareMeaning(`[Service]\n${text}`, text)).toMatch(/same|reload|restart/);
                expect(meaningOf("").size).toBe(0);
            }),
        );
    });
});

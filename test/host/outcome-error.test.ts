import { describe, expect, it } from "vitest";
import { scrub } from "../../provider/errors";
import type { Observed } from "../../provider/plan/observed";
import { outcomeError } from "../../provider/host/outcome-error";
import { outcomeFrom } from "../../provider/host/outcome";
import { parseLine } from "../../provider/host/protocol";
import { secretsOf } from "../../provider/spec/secrets";
import { specOf } from "../../provider/spec/defaults";

const SECRETS = [
    ...["s3cr3t-environment", "s3cr3t-setenv", "s3cr3t-flag", "s3cr3t-item", "/bin/login s3cr3t-command"],
    ...["s3cr3t-option", "s3cr3t=next-word", "s3cr3t-app"],
];
const OPTIONS = `--set-env=A=${SECRETS[5] ?? ""} --set-env B=${SECRETS[6] ?? ""} --environment=C=${SECRETS[7] ?? ""}`;

const spec = specOf({
    connection: { host: "10.0.0.11" },
    version: "v1.3.4_coreos.0",
    unit: { environment: { TOKEN: SECRETS[0] ?? "" }, execStartPre: [SECRETS[4] ?? ""] },
    rkt: {
        setEnv: { TOKEN: SECRETS[1] ?? "" },
        options: `--volume x,kind=host,source=/srv/x ${OPTIONS} --set-env-file=/etc/kubelet.env`,
    },
    flags: { token: SECRETS[2] ?? "", tokens: [SECRETS[3] ?? ""] },
});

function errorOf(fields: Readonly<Record<string, string>>): ReturnType<typeof outcomeError> {
    const observed = { service: { active: "active" } } as Observed;
    return outcomeError(
        { name: "10.0.0.11", conceal: (text) => scrub(text, secretsOf(spec)) },
        { outcome: outcomeFrom({ verb: "outcome", fields }), observed },
    );
}

describe("the last line of an operation", () => {
    it("is read; a word that nobody knows is taken for the worst", () => {
        const line = "PCK1\toutcome\tresult=refused\treason=a%0Ab\tfetch=1234\tdown=0\ttotal=2001\terror=space";
        expect(outcomeFrom(parseLine(line) ?? expect.fail("it is no line"))).toEqual({
            ...{ result: "refused", reason: "a\nb", refusal: "space", journal: "", old: "sick" },
            durations: { fetchSeconds: 12.34, downtimeSeconds: 0, totalSeconds: 20.01 },
        });
        const fields = { result: "splendid", error: "joy", old: "young", total: "soon" };
        expect(outcomeFrom({ verb: "outcome", fields })).toEqual({
            ...{ result: "lost", reason: "", refusal: "other", journal: "", old: "sick" },
            durations: { fetchSeconds: 0, downtimeSeconds: 0, totalSeconds: 0 },
        });
    });
});

describe("outcomeError", () => {
    it.each<readonly [fields: Readonly<Record<string, string>>, kind: string, message: string]>([
        [
            {
                result: "rolled-back",
                reason: "the kubelet ended 3 times",
                journal: "F failed",
                old: "healthy",
                down: "30245",
            },
            "rolled-back",
            "10.0.0.11: health: the kubelet ended 3 times (journal: F failed). Rolled back: the old kubelet runs again and is healthy, after 302 s without. Set a version that works, or mend the cause, then run `pulumi up` again.",
        ],
        [
            { result: "rolled-back", reason: "why", old: "stopped" },
            "rolled-back",
            "10.0.0.11: health: why. Rolled back: no kubelet runs, as before. Set a version that works, or mend the cause, then run `pulumi up` again.",
        ],
        [
            { result: "rolled-back", reason: "why", old: "as-before" },
            "rolled-back",
            "10.0.0.11: health: why. Rolled back: the old kubelet was started again; it was not healthy before either. Set a version that works, or mend the cause, then run `pulumi up` again.",
        ],
        [
            { result: "rolled-back", reason: "why", old: "sick" },
            "rolled-back",
            "10.0.0.11: health: why. Rolled back: the old files are in place, but the old kubelet is not healthy. Set a version that works, or mend the cause, then run `pulumi up` again.",
        ],
        [
            { result: "failed", reason: "why", error: "undo" },
            "rollback-failed",
            "10.0.0.11: apply: why. The host could not be put back and is left changed. Mend the cause, then run `pulumi up` again.",
        ],
        [
            { result: "refused", reason: "rkt fetch: no such image", error: "fetch" },
            "fetch-failed",
            "10.0.0.11: fetch: rkt fetch: no such image. Nothing was changed; kubelet.service there is active as before. Mend the cause, then run `pulumi up` again.",
        ],
        [
            { result: "refused", reason: "too little free space", error: "space" },
            "no-space",
            "10.0.0.11: apply: too little free space. Nothing was changed; kubelet.service there is active as before. Make room under /var/lib there.",
        ],
        [
            { result: "refused", reason: "why" },
            "refused",
            "10.0.0.11: apply: why. Nothing was changed; kubelet.service there is active as before. Mend the cause, then run `pulumi up` again.",
        ],
        [
            { result: "lost", reason: "why" },
            "unsettled",
            "10.0.0.11: apply: why. What the host runs now is not known. Run `pulumi up --refresh`: it reads what became of the host and goes on from there.",
        ],
    ])("%s", (fields, kind, message) => {
        const error = errorOf(fields);
        expect([error.kind, error.message]).toEqual([kind, message]);
        expect(error).not.toHaveProperty("id");
    });

    it.each(["rolled-back", "failed", "refused", "lost"])(
        "of %s quotes no secret, no control character, and stays short",
        (result) => {
            const text = `\u001b[2Jrun: ${SECRETS.join(" ")} ${"x".repeat(2000)}`;
            const { message } = errorOf({ result, reason: text, journal: text });
            expect(message.length).toBeLessThan(500);
            expect(message).toMatch(/\[secret\]/);
            expect(message).not.toMatch(/s3cr3t|\p{Cc}/u);
            expect(message).toMatch(/\. .*\. .*\.$/);
        },
    );

    it.each(SECRETS)("quotes no beginning of a secret either, wherever its text was cut: %s", (secret) => {
        for (let length = 3; length <= secret.length; length++) {
            const text = `running with ${secret.slice(0, length)}`;
            const { message } = errorOf({ result: "rolled-back", reason: text, journal: text });
            expect(message).toMatch(/: running with \[secret\] \(journal: running with \[secret\]\)\./);
        }
    });

    it("shows what no option keeps secret", () => {
        const reason = "stat /srv/x: no such file; --volume x,kind=host,source=/srv/x --set-env-file=/etc/kubelet.env";
        expect(errorOf({ result: "rolled-back", reason }).message).toContain(reason);
    });

    it("tells what happened even where nothing was said", () => {
        expect(errorOf({ result: "lost" }).message).toMatch(
            /^10\.0\.0\.11: apply: [^.]+\. What the host runs now is not known/,
        );
    });
});
